"""A letter in Markdown (CommonMark with tables)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from letters.letter import Block, Fields, Heading, Items, Letter, Paragraph, SignatureLines, Table, Text

_INLINE = re.compile(r"[\\`*_\[\]<>|~$]|&(?=#?\w+;)")
_LINE_START = re.compile(r"^([#+=-])|^(\d+)(?=[.)](?:\s|$))", re.MULTILINE)
_BREAK = re.compile(r"[^\S\n]*\n\s*")


def as_markdown(letter: Letter) -> bytes:
    mark = "DRAFT: " if letter.draft else ""
    lines = [line for block in letter.letterhead for line in _block(block, mark)]
    lines += ["---", ""] if lines else []
    lines += [f"# {mark}{letter.title}", ""]
    lines += [line for part in letter.body for block in part.blocks for line in _block(block, mark)]
    return "\n".join(lines).rstrip("\n").encode() + b"\n"


def _block(block: Block, mark: str) -> Iterator[str]:
    match block:
        case Heading(text=text):
            yield f"## {mark}{_cell(text)}"
        case Paragraph(label=label, text=text):
            yield (f"**{_escaped(label)}:** " if label else "") + _lines(text)
        case Items(items=items):
            yield from (f"- {_lines(item)}" for item in items)
        case Fields(title=title, fields=fields):
            yield from _table(
                (f"**{_escaped(title)}**", ""), [(_escaped(item.label), _cell(item.value)) for item in fields]
            )
        case Table(header=header, rows=rows):
            yield from _table([_cell(cell) for cell in header], [[_cell(cell) for cell in row] for row in rows])
        case SignatureLines(labels=labels):
            yield "\\\n".join(f"{_escaped(label)}: " + r"\_" * 32 for label in labels)
    yield ""


def _table(header: tuple[str, ...] | list[str], rows: list[tuple[str, str]] | list[list[str]]) -> Iterator[str]:
    yield _row(header)
    yield _row(["---"] * len(header))
    yield from (_row(row) for row in rows)


def _row(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _lines(text: Text) -> str:
    return _escaped(str(text)).replace("\n", "\\\n")


def _cell(text: Text) -> str:
    return _escaped(str(text)).replace("\n", "<br>")


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is: no emphasis, link, list, code, HTML or table of its own."""
    inert = _INLINE.sub(r"\\\g<0>", _BREAK.sub("\n", text))
    return _LINE_START.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\", inert)
