"""The letter beside its facts: each sentence with the note of what it rests on, each gap where it would stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from engine.decision import Decision
from engine.problems import Problem, UserError
from engine.treatment import PlannedTreatment
from letters import compose
from letters.grounds import Ground, grounds
from letters.kinds import KINDS
from letters.letter import (
    DRAFT_PART,
    LETTERHEAD,
    Block,
    Fields,
    Gap,
    Heading,
    Items,
    Letter,
    Paragraph,
    SignatureLines,
    Table,
    Text,
    row_text,
)
from letters.sentences import sentences
from web.languages import gettext, ngettext
from web.packet_fields import field_of, label_of

_PARTS_OF = {"diagnoses": ("diagnoses",), "plan_of_care.goals": ("goals", "practice-goals")}
"""Parts that are left out while the fact that they are about is missing: there its gap stands."""


@dataclass(frozen=True, slots=True)
class Words:
    """A run of a sentence; ``gap``: the field to fill where it stands for a missing fact."""

    text: str
    gap: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """``note``: the number of the note that tells what it rests on, 0 for fixed wording."""

    words: tuple[Words, ...]
    note: int


Cell = tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A block by its ``type`` as in the letter: ``labels`` in front of, or above, the cells of its rows."""

    type: str
    title: str
    labels: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class ShownPart:
    name: str
    blocks: tuple[ShownBlock, ...]


@dataclass(frozen=True, slots=True)
class ShownLetter:
    """``refused``: why there is no letter. ``notes``: what sentences rest on, by number from 1."""

    title: str
    draft: bool
    parts: tuple[ShownPart, ...]
    notes: tuple[tuple[Ground, ...], ...]
    gaps: tuple[Gap, ...]
    advice: tuple[str, ...]
    refused: tuple[Problem, ...] = ()

    @property
    def said(self) -> str:
        """How far the letter is, in one sentence."""
        if self.refused:
            return gettext("This letter is not written for the case.")
        if not self.gaps:
            return gettext("The letter has every fact that it needs.")
        missing = len(self.gaps)
        return ngettext("%(n)s fact is still missing.", "%(n)s facts are still missing.", missing) % {"n": missing}


def shown_letter(kind: str, treatment: PlannedTreatment, decision: Decision, today: date) -> ShownLetter:
    """The letter as it stands, gaps and all; or why none of this kind is written."""
    title = KINDS[kind].title
    try:
        letter = compose(kind, treatment, decision, today=today, draft=True)
    except UserError as error:
        return ShownLetter(title, True, (), (), (), (), tuple(error.problems))
    notes = _Notes(grounds(letter, treatment, decision))
    parts = tuple(_parts(letter, notes))
    return ShownLetter(title, bool(letter.gaps), parts, notes.told, letter.gaps, letter.notes)


class _Notes:
    """The notes of one letter, numbered as they come."""

    def __init__(self, known: Mapping[str, Ground]) -> None:
        self._known = known
        self._numbers: dict[tuple[str, ...], int] = {}

    def cell(self, text: Text) -> Cell:
        return tuple(self._sentence(one) for one in sentences(text) if str(one).strip())

    def row(self, row: tuple[Text, ...]) -> tuple[Cell, ...]:
        """A row is one sentence: its note stands once, behind its last cell."""
        cells = tuple((Sentence(tuple(self._words(run.text, run.rests_on) for run in cell.runs), 0),) for cell in row)
        return (*cells[:-1], (*cells[-1], Sentence((), self._number(row_text(row)))))

    @property
    def told(self) -> tuple[tuple[Ground, ...], ...]:
        return tuple(tuple(self._known[name] for name in names) for names in self._numbers)

    def _sentence(self, text: Text) -> Sentence:
        return Sentence(tuple(self._words(run.text, run.rests_on) for run in text.runs), self._number(text))

    def _number(self, text: Text) -> int:
        names = tuple(name for name in text.rests_on if self._known[name].kind != "missing")
        return self._numbers.setdefault(names, len(self._numbers) + 1) if names else 0

    def _words(self, text: str, rests_on: tuple[str, ...]) -> Words:
        missing = next((name for name in rests_on if self._known[name].kind == "missing"), None)
        return _missing(missing) if missing else Words(text)


def _parts(letter: Letter, notes: _Notes) -> Iterator[ShownPart]:
    written = {part.name: part for part in letter.parts if part.name != DRAFT_PART}
    left_out = {part: gap for gap in letter.gaps for part in _PARTS_OF.get(gap.path, ())}
    for name in KINDS[letter.kind].parts:
        if name in written:
            yield ShownPart(name, tuple(_shown(block, notes) for block in written[name].blocks))
        elif name in left_out and name != LETTERHEAD:
            yield ShownPart(name, (_gap(left_out[name]),))


def _gap(gap: Gap) -> ShownBlock:
    return ShownBlock("paragraph", "", ("",), (((Sentence((_missing(gap.path),), 0),),),))


def _missing(path: str) -> Words:
    return Words(gettext("[missing: %(fact)s]", fact=label_of(path)), field_of(path))


def _shown(block: Block, notes: _Notes) -> ShownBlock:
    match block:
        case Heading(text=text):
            return ShownBlock("heading", str(text), (), ())
        case Paragraph(label=label, text=text):
            return ShownBlock("paragraph", "", (label,), ((notes.cell(text),),))
        case Items(items=items):
            return ShownBlock("items", "", (), tuple((notes.cell(item),) for item in items))
        case Fields(title=title, fields=fields):
            labels = tuple(field.label for field in fields)
            return ShownBlock("fields", title, labels, tuple((notes.cell(field.value),) for field in fields))
        case Table(header=header, rows=rows):
            shown = tuple(notes.row(row) for row in rows)
            return ShownBlock("table", "", tuple(map(str, header)), shown)
        case SignatureLines(labels=labels):
            return ShownBlock("signature", "", labels, ())
