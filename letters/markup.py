"""The few marks that a letter template may use, read line by line before any quote is put in.

    # Heading
    **Label** A paragraph. Lines that follow each other are joined;\\
    a backslash at the end of a line keeps the break.
    - an item
    [Title of a group of fields]
    Label :: value                  left out where the value is empty
    | Head | Head |                 the first row of a table is its header; a column that is empty in
    | cell | cell |                 every other row is left out
    ___ Label | Label               blank lines to write on
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from letters.letter import Block, Field, Fields, Heading, Items, Paragraph, SignatureLines, Table, Text
from letters.quotes import Ledger

_LABELLED = re.compile(r"\*\*([^*]+)\*\*\s*(.*)", re.DOTALL)
_MARKS = (("#", "heading"), ("- ", "item"), ("[", "field"), ("|", "row"), ("___", "signature"))


def read_blocks(printed: str, ledger: Ledger) -> tuple[Block, ...]:
    """The blocks of a rendered template."""
    lines = [line.strip() for line in printed.splitlines()]
    return tuple(block for kind, group in groupby(lines, _kind) if kind for block in _blocks(kind, list(group), ledger))


def _kind(line: str) -> str:
    """The kind of block that a line belongs to; empty between blocks."""
    if not line:
        return ""
    marked = next((kind for mark, kind in _MARKS if line.startswith(mark)), None)
    return marked or ("field" if " ::" in line else "paragraph")


def _blocks(kind: str, lines: list[str], ledger: Ledger) -> Iterator[Block]:
    match kind:
        case "heading":
            yield from (Heading(ledger.text(line.lstrip("# "))) for line in lines)
        case "item":
            yield Items(tuple(ledger.text(line[2:].strip()) for line in lines))
        case "field":
            yield from _fields(lines, ledger)
        case "row":
            yield from _table([[ledger.text(cell.strip()) for cell in line.strip("|").split("|")] for line in lines])
        case "signature":
            for line in lines:
                yield SignatureLines(tuple(label.strip() for label in line.lstrip("_").split("|")))
        case _:
            yield from _paragraph(lines, ledger)


def _paragraph(lines: list[str], ledger: Ledger) -> Iterator[Paragraph]:
    joined = "".join(line[:-1].rstrip() + "\n" if line.endswith("\\") else line + " " for line in lines).strip()
    labelled = _LABELLED.fullmatch(joined)
    label, words = labelled.groups() if labelled else ("", joined)
    if words:
        yield Paragraph(label.strip(), ledger.text(words))


def _fields(lines: list[str], ledger: Ledger) -> Iterator[Fields]:
    title, fields = "", list[Field]()
    for line in [*lines, "["]:
        if not line.startswith("["):
            label, _, value = line.partition("::")
            if value.strip():
                fields.append(Field(label.strip(), ledger.text(value.strip())))
            continue
        if fields:
            yield Fields(title, tuple(fields))
        title, fields = line.strip("[]").strip(), []


def _table(rows: list[list[Text]]) -> Iterator[Table]:
    header, *body = rows
    kept = [at for at in range(len(header)) if any(at < len(row) and row[at].runs for row in body)]
    if kept:
        yield Table(
            tuple(header[at] for at in kept),
            tuple(tuple(row[at] if at < len(row) else Text() for at in kept) for row in body),
        )
