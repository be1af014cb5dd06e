"""The letter as every format reads it: parts of blocks, each run of text with the facts and findings it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

DRAFT = "DRAFT - not for submission"
LETTERHEAD, DRAFT_PART = "letterhead", "draft"
LanguageCode = Literal["en", "es"]
_PAGE_OF: dict[LanguageCode, tuple[str, str]] = {"en": ("Page", "of"), "es": ("Página", "de")}

JsonValue = None | bool | int | str | list["JsonValue"] | dict[str, "JsonValue"]


@dataclass(frozen=True, slots=True)
class Run:
    """Words of the template (``rests_on`` empty) or words and figures taken from facts and findings."""

    text: str
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """Runs in order. A line break is a newline; nothing else in it is markup of any kind."""

    runs: tuple[Run, ...] = ()

    def __str__(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def rests_on(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for run in self.runs for name in run.rests_on))


@dataclass(frozen=True, slots=True)
class Heading:
    text: Text

    def as_json(self) -> dict[str, JsonValue]:
        return {"type": "heading", "text": str(self.text)}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``label`` stands in front of the text, or is empty."""

    label: str
    text: Text

    def as_json(self) -> dict[str, JsonValue]:
        return {"type": "paragraph", "label": self.label, "text": str(self.text)}


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple[Text, ...]

    def as_json(self) -> dict[str, JsonValue]:
        return {"type": "items", "items": [str(item) for item in self.items]}


@dataclass(frozen=True, slots=True)
class Field:
    label: str
    value: Text


@dataclass(frozen=True, slots=True)
class Fields:
    """A titled group of labelled values; groups that follow each other may stand side by side."""

    title: str
    fields: tuple[Field, ...]

    def as_json(self) -> dict[str, JsonValue]:
        fields: list[JsonValue] = [{"label": field.label, "value": str(field.value)} for field in self.fields]
        return {"type": "fields", "title": self.title, "fields": fields}


@dataclass(frozen=True, slots=True)
class Table:
    header: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]

    def as_json(self) -> dict[str, JsonValue]:
        return {
            "type": "table",
            "header": [str(cell) for cell in self.header],
            "rows": [[str(cell) for cell in row] for row in self.rows],
        }


@dataclass(frozen=True, slots=True)
class SignatureLines:
    """Blank lines to write on, each with its label."""

    labels: tuple[str, ...]

    def as_json(self) -> dict[str, JsonValue]:
        return {"type": "signature", "labels": list(self.labels)}


Block = Heading | Paragraph | Items | Fields | Table | SignatureLines


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the letter; ``formal`` parts (salutation, closing …) state no facts of their own."""

    name: str
    formal: bool
    blocks: tuple[Block, ...]

    def as_json(self) -> dict[str, JsonValue]:
        return {"name": self.name, "blocks": [block.as_json() for block in self.blocks]}


@dataclass(frozen=True, slots=True)
class Gap:
    """A required fact that the case does not have, and the question to ask for it."""

    path: str
    question: str


@dataclass(frozen=True, slots=True)
class Letter:
    """``running_head`` stands on every page after the first; ``gaps`` is empty unless ``draft``.

    ``large``: in big type, for patients. ``notes`` are for whoever sends the letter, and do not stand in it.
    """

    kind: str
    title: str
    dated: date
    running_head: Text
    parts: tuple[Part, ...]
    draft: bool
    gaps: tuple[Gap, ...]
    notes: tuple[str, ...] = ()
    language: LanguageCode = "en"
    large: bool = False

    @property
    def page_of(self) -> tuple[str, str]:
        """The two words of "Page 1 of 2"."""
        return _PAGE_OF[self.language]

    @property
    def letterhead(self) -> tuple[Block, ...]:
        """What stands above the title."""
        return tuple(block for part in self.parts if part.name == LETTERHEAD for block in part.blocks)

    @property
    def body(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.name != LETTERHEAD)

    def as_json(self) -> dict[str, JsonValue]:
        """What the page layouts read: plain text only."""
        return {
            "title": self.title,
            "language": self.language,
            "page_of": list(self.page_of),
            "large": self.large,
            "running_head": str(self.running_head),
            "mark": DRAFT if self.draft else "",
            "letterhead": [block.as_json() for block in self.letterhead],
            "body": [part.as_json() for part in self.body],
        }


def statements(block: Block) -> Iterator[Text]:
    """The texts of a block that say something: paragraphs, items, fields and rows; not headings and labels."""
    match block:
        case Paragraph(text=text):
            yield text
        case Items(items=items):
            yield from items
        case Fields(fields=fields):
            yield from (field.value for field in fields)
        case Table(rows=rows):
            yield from (row_text(row) for row in rows)


def titles(block: Block) -> Iterator[Text]:
    """The texts of a block that only name what follows: headings, labels and column heads."""
    match block:
        case Heading(text=text):
            yield text
        case Paragraph(label=label):
            yield plain(label)
        case Fields(title=title, fields=fields):
            yield plain(title)
            yield from (plain(field.label) for field in fields)
        case Table(header=header):
            yield from header
        case SignatureLines(labels=labels):
            yield from (plain(label) for label in labels)


def plain(text: str) -> Text:
    return Text((Run(text),))


def row_text(row: tuple[Text, ...]) -> Text:
    """A table row as one text, its cells apart."""
    runs: list[Run] = []
    for cell in row:
        runs += [*cell.runs, Run("; ")] if cell.runs else []
    return Text(tuple(runs[:-1]))
