"""A letter in plain text, for fax cover sheets and web forms: at most 78 characters a line where words allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from letters.letter import Block, Fields, Heading, Items, Letter, Paragraph, SignatureLines, Table, Text

WIDTH = 78
_GAP = "  "


def as_text(letter: Letter) -> bytes:
    mark = "DRAFT: " if letter.draft else ""
    title = f"{mark}{letter.title}".upper()
    lines = [line for block in letter.letterhead for line in _block(block, mark)]
    lines += [title, "=" * len(title), ""]
    lines += [line for part in letter.body for block in part.blocks for line in _block(block, mark)]
    return "\n".join(lines).rstrip("\n").encode() + b"\n"


def _block(block: Block, mark: str) -> Iterator[str]:
    match block:
        case Heading(text=text):
            title = f"{mark}{text}"
            yield from ("", title, "-" * len(title))
        case Paragraph(label=label, text=text):
            yield from _wrapped(f"{label}: {text}" if label else str(text))
        case Items(items=items):
            for item in items:
                yield from _wrapped(str(item), "- ", "  ")
        case Fields(title=title, fields=fields):
            yield title.upper()
            yield from _labelled([(field.label, field.value) for field in fields])
        case Table(header=header, rows=rows):
            yield from _table(header, rows)
        case SignatureLines(labels=labels):
            for label in labels:
                yield from ("", f"{label}: {'_' * 40}")
    yield ""


def _table(header: Sequence[Text], rows: Sequence[Sequence[Text]]) -> Iterator[str]:
    """Columns where they fit the line; else each row as a list of labelled values."""
    grid = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[at]) for row in grid) for at in range(len(header))]
    if sum(widths) + len(_GAP) * len(widths) <= WIDTH and not any("\n" in cell for row in grid for cell in row):
        for line in (grid[0], ["-" * width for width in widths], *grid[1:]):
            yield _GAP.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        return
    for number, row in enumerate(rows):
        if number:
            yield ""
        yield from _labelled([(str(label), cell) for label, cell in zip(header, row, strict=True) if cell.runs])


def _labelled(pairs: Sequence[tuple[str, Text]]) -> Iterator[str]:
    width = max(len(label) for label, _ in pairs)
    for label, value in pairs:
        yield from _wrapped(str(value), f"{label.ljust(width)}{_GAP}", " " * (width + len(_GAP)))


def _wrapped(text: str, first: str = "", later: str = "") -> Iterator[str]:
    for line in text.split("\n"):
        yield from wrap(
            line, WIDTH, initial_indent=first, subsequent_indent=later, break_long_words=False, break_on_hyphens=False
        ) or [first.rstrip()]
        first = later
