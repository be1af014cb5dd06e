"""The table of an export: whatever its encoding and delimiter, and however many title rows stand above its header."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from engine.problems import Problem, Span, UserError
from engine.source import MOST_BYTES

_DELIMITERS = ",;\t|"
_MOST_TITLE_ROWS = 30
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, trimmed, and the line of the file where it begins."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """``headers`` as they are written; ``rows`` without blank ones."""

    file: str
    headers: Row
    rows: tuple[Row, ...]

    def span(self, row: Row, column: int) -> Span:
        """The place of a cell; columns count from 0."""
        return Span(self.file, row.line, column + 1)


def read_delimited(file: str, raw: bytes, knows: Callable[[str], bool]) -> Table:
    """The table below the row that holds the most known headers.

    ``knows`` tells a header that means something. Raises UserError where there is no table.
    """
    start = Span(file, 1, 1)
    if len(raw) > MOST_BYTES:
        raise UserError([Problem("too-large", "the file is too large", start)])
    text = decoded(raw)
    if not text.strip():
        raise UserError([Problem("empty", "the file holds nothing", start)])
    best: tuple[int, int, tuple[Row, ...]] = (0, 0, ())
    reason = "no row of it holds a header that is known"
    knows = cache(knows)
    for delimiter in _DELIMITERS:
        try:
            rows = _rows(text, delimiter)
        except csv.Error as error:
            reason = str(error)
            continue
        for at, row in enumerate(rows[:_MOST_TITLE_ROWS]):
            known = sum(knows(cell) for cell in row.cells)
            if known > best[0]:
                best = (known, at, rows)
    known, at, rows = best
    if not known:
        hint = "a mapping file (--map) may name the columns; docs/day.md shows one"
        raise UserError([Problem("not-csv", f"this is no table of appointments: {reason}", start, hint=hint)])
    return _table(file, rows, at)


def likely_table(file: str, raw: bytes) -> Table:
    """The table of a file whose headers mean nothing yet: its widest rows, the first of them the header.

    Raises UserError where there is none.
    """
    text = decoded(raw)
    wide: tuple[int, int, int, tuple[Row, ...]] = (0, 0, 0, ())
    for delimiter in _DELIMITERS:
        try:
            rows = _rows(text, delimiter)
        except csv.Error:
            continue
        widths = Counter(len(row.cells) for row in rows if len(row.cells) > 1)
        for width, times in widths.most_common(1):
            at = next(at for at, row in enumerate(rows) if len(row.cells) == width)
            wide = max(wide, (times, width, at, rows), key=lambda one: one[:2])
    if wide[0] < 2:
        raise UserError([Problem("not-csv", "this is no table of appointments", Span(file, 1, 1))])
    return _table(file, wide[3], wide[2])


def _table(file: str, rows: tuple[Row, ...], at: int) -> Table:
    """Headers that stand twice are told apart by their number."""
    times: Counter[str] = Counter()
    names = []
    for name in rows[at].cells:
        times[name] += 1
        names.append(f"{name} ({times[name]})" if name and times[name] > 1 else name)
    return Table(file, Row(rows[at].line, tuple(names)), rows[at + 1 :])


def decoded(raw: bytes) -> str:
    """The text: UTF-8 or UTF-16 where the bytes say so, otherwise the Windows form of Latin-1."""
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return raw.decode(encoding, errors="replace")
    if b"\0" in raw[:200]:
        return raw.decode("utf-16-be" if raw[:1] == b"\0" else "utf-16-le", errors="replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _rows(text: str, delimiter: str) -> tuple[Row, ...]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, line = [], 1
    for cells in reader:
        row = Row(line, tuple(cell.strip() for cell in cells))
        line = reader.line_num + 1
        if any(row.cells):
            rows.append(row)
    return tuple(rows)
