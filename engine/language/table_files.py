"""Tables that a maintainer keeps as CSV or as a workbook beside the ruleset: their cells, each with its place."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from engine.files import UNREADABLE_ZIP
from engine.language.authored import AuthoredRuleset, AuthoredTable
from engine.problems import Problem, Span
from engine.source import Document

MOST_BYTES = 5_000_000
ENDINGS = (".csv", ".xlsx")
KEYS = ("values_from", "rows_from")
"""The keys of a table that name its file."""


class Cell(str):
    """The text of a cell. What it is compared with tells its type; several values stand with ; between them."""

    __slots__ = ("where",)
    where: Span

    def __new__(cls, text: str, where: Span) -> Cell:
        cell = super().__new__(cls, text)
        cell.where = where
        return cell

    def parts(self) -> tuple[Cell, ...]:
        return tuple(Cell(part, self.where) for part in map(str.strip, re.split(";", self)) if part)


@dataclass(frozen=True, slots=True)
class WithTables:
    """A ruleset with the tables of its files read, and the bytes of those files in the order of the tables."""

    authored: AuthoredRuleset
    content: bytes


def read_tables(authored: AuthoredRuleset, document: Document, folder: Path) -> WithTables | tuple[Problem, ...]:
    """The ruleset with each table that names a file filled from it, or what is wrong."""
    tables: dict[str, AuthoredTable] = {}
    problems: list[Problem] = []
    content = b""
    for name, table in authored.tables.items():
        tables[name] = table
        for key, file in zip(KEYS, (table.values_from, table.rows_from), strict=True):
            if file is None:
                continue
            try:
                raw = _bytes(folder, file)
                rows = _rows(raw, folder / file)
            except _BrokenError as error:
                place = error.where or document.span(("tables", name, key))
                problems.append(Problem("broken-table", str(error), place, f"tables.{name}.{key}"))
                continue
            content += raw
            filled = {"values": tuple(_values(rows))} if key == "values_from" else {"rows": _dicts(rows)}
            tables[name] = table.model_copy(update=filled)
    return tuple(problems) or WithTables(authored.model_copy(update={"tables": tables}), content)


class _BrokenError(Exception):
    def __init__(self, message: str, where: Span | None = None) -> None:
        super().__init__(message)
        self.where = where


def _bytes(folder: Path, file: str) -> bytes:
    path = folder / file
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _BrokenError(f"{file} is larger than {MOST_BYTES // 1_000_000} MB")
        return path.read_bytes()
    except OSError as error:
        raise _BrokenError(f"{file} cannot be read: {error.strerror or error}") from None


def _rows(raw: bytes, path: Path) -> tuple[tuple[Cell, ...], ...]:
    """The header and the rows, blank ones left out. Raises _BrokenError."""
    numbered = _workbook(raw, path) if path.suffix == ".xlsx" else _csv(raw, path)
    rows = []
    for line, texts in numbered:
        cells = tuple(Cell(text.strip(), Span(str(path), line, column)) for column, text in enumerate(texts, start=1))
        if any(cells):
            rows.append(cells)
    if len(rows) < 2:
        raise _BrokenError(f"{path.name} needs a header and a row below it", Span(str(path), 1, 1))
    _check_shape(rows, path)
    return tuple(rows)


def _csv(raw: bytes, path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        reader = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
        line = 1
        for texts in reader:
            yield line, texts
            line = reader.line_num + 1
    except UnicodeDecodeError:
        raise _BrokenError(f"{path.name} is not UTF-8 text: save it as CSV UTF-8", Span(str(path), 1, 1)) from None
    except csv.Error as error:
        raise _BrokenError(f"{path.name} is no CSV: {error}", Span(str(path), reader.line_num, 1)) from None


def _workbook(raw: bytes, path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of its first sheet."""
    from engine.official.workbook import SheetRows, WorkbookError, is_workbook, sheets  # few rulesets have one

    try:
        with ZipFile(io.BytesIO(raw)) as archive:
            if not is_workbook(archive):
                raise _BrokenError(f"{path.name} is no workbook", Span(str(path), 1, 1))
            if sum(info.file_size for info in archive.infolist()) > 20 * MOST_BYTES:
                raise _BrokenError(f"{path.name} is too large when unpacked", Span(str(path), 1, 1))
            rows = SheetRows(archive, sheets(archive)[0][1])
            for texts in rows:
                yield rows.line_num, texts
    except (*UNREADABLE_ZIP, WorkbookError, IndexError, ValueError) as error:
        raise _BrokenError(
            f"{path.name} is no workbook that can be read ({str(error) or 'it breaks off'})", Span(str(path), 1, 1)
        ) from None


def _check_shape(rows: list[tuple[Cell, ...]], path: Path) -> None:
    """Raises _BrokenError where a column has no name, two have one, or a row has more cells than the header."""
    header = rows[0]
    for at, name in enumerate(header):
        if not name and any(len(row) > at and row[at] for row in rows):
            raise _BrokenError(f"column {at + 1} of {path.name} has no name in its first row", name.where)
        if name and name in header[:at]:
            raise _BrokenError(f"two columns of {path.name} are called {str(name)!r}", name.where)
    for row in rows[1:]:
        if more := [cell for cell in row[len(header) :] if cell]:
            raise _BrokenError(f"{path.name}: the row has more cells than the header", more[0].where)


def _values(rows: tuple[tuple[Cell, ...], ...]) -> Iterator[Cell]:
    """The first column below its header."""
    return (row[0] for row in rows[1:] if row[0])


def _dicts(rows: tuple[tuple[Cell, ...], ...]) -> tuple[dict[str, Cell], ...]:
    """Each row by its columns' names; an empty cell is left out: it asks for nothing."""
    header = rows[0]
    return tuple(
        {str(name): cell for name, cell in zip(header, row, strict=False) if name and cell} for row in rows[1:]
    )
