"""Imports the files of one edition: read as a stream, refused whole with reasons, or swapped in whole."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from engine.official.editions import Edition, Term
from engine.official.files import TableFile, find_tables, fingerprint, telling_damage
from engine.official.header import find_header
from engine.official.kinds import BrokenRowError, Clues, Header, Kind, Row
from engine.official.reading import OpenTable, Rows, opened
from engine.official.registry import KINDS
from engine.problems import Problem, Span, UserError
from engine.store.official import OfficialStore

MOST_PROBLEMS = 10
_STEP = 8_192
_NO_HEADER = Header({}, {}, "")

Progress = Callable[[int, int], None]
"""Told the bytes read so far and those of all files."""


def import_edition(
    kind: Kind,
    paths: Sequence[Path],
    store: OfficialStore,
    *,
    today: date,
    first: date | None = None,
    progress: Progress = lambda done, whole: None,
) -> Edition:
    """Load the files as one edition, in place of the one of the same days; of a cumulative kind, of the one before.

    ``first``: its first day in force, where neither file nor header tells. Raises UserError, up to ten problems named,
    and then the store is as it was.
    """
    tables = find_tables(kind, paths)
    term = _term(kind, tables, first)
    before = [edition for edition in store.editions() if kind.cumulative and edition.kind == kind.name]
    _refuse_older(kind, term, before)
    with telling_damage(", ".join(path.name for path in paths)):
        sha256 = fingerprint(paths)

    def finished(count: int) -> Edition:
        _refuse_smaller(kind, term, count, before)
        files = tuple(path.name for path in paths)
        return Edition(kind.name, kind.title, kind.publisher, term, files, sha256, count, today)

    return store.load(kind, _rows(kind, tables, progress), finished)


def _term(kind: Kind, tables: Sequence[TableFile], first: date | None) -> Term:
    """The days of the edition, which every table must tell alike."""
    days: dict[date, TableFile] = {}
    for table in tables:
        with opened(table, kind.fixed) as open_table:
            clues, _ = _begin(kind, open_table)
        try:
            day = first or kind.first_day(clues)
        except ValueError:
            day = None
        if day is None:
            message = (
                f"neither the file's name nor its header tells from which day this {kind.name} edition is in force"
            )
            raise UserError([table.problem("edition-unknown", message, "say it with --from DATE")])
        days[day] = table
    if len(days) > 1:
        named = ", ".join(f"{table.name} is from {day}" for day, table in days.items())
        raise UserError([Problem("wrong-file", f"the files are of different editions: {named}")])
    return kind.term(next(iter(days)))


def _refuse_older(kind: Kind, term: Term, before: Sequence[Edition]) -> None:
    for edition in before:
        if edition.term.first > term.first:
            message = f"{edition.term.name} is loaded, which holds all that {term.name} holds"
            hint = f"to go back, first: precertain reference remove {kind.name}"
            raise UserError([Problem("older-edition", message, hint=hint)])


def _refuse_smaller(kind: Kind, term: Term, count: int, before: Sequence[Edition]) -> None:
    """An edition that holds all before it cannot be the smaller one."""
    for edition in before:
        if edition.rows > count:
            message = (
                f"{term.name} has {count:,} rows here, fewer than the {edition.rows:,} of the loaded "
                f"{edition.term.name}, though each edition holds all that the one before it held"
            )
            hint = f"is a part missing? If all is there, first: precertain reference remove {kind.name}"
            raise UserError([Problem("truncated", message, hint=hint)])


def _rows(kind: Kind, tables: Sequence[TableFile], progress: Progress) -> Iterator[Row]:
    """The rows of all tables. Once one is broken only problems are collected, and then raised."""
    problems: list[Problem] = []
    seen: dict[Row, Row] = {}
    whole, before = sum(table.size for table in tables), 0
    for table in tables:
        with opened(table, kind.fixed) as open_table:
            clues, rows = _begin(kind, open_table)
            count = 0
            for row in _of_table(kind, clues, table, rows, problems):
                count += 1
                if not count % _STEP:
                    progress(before + min(open_table.position, table.size), whole)
                known = seen.setdefault(row[: len(kind.key)], row) if kind.unique else row
                if known != row:
                    problems.append(_at(table, rows, f"{row[0]} stands twice and says two things", kind.key[0]))
                elif known is row and not problems:
                    yield row
                if len(problems) >= MOST_PROBLEMS:
                    raise UserError(problems)
            if not count and not problems:
                problems.append(table.problem("empty", "the table has a header and no row"))
        before += table.size
        progress(before, whole)
    if problems:
        raise UserError(problems)


def _begin(kind: Kind, open_table: OpenTable) -> tuple[Clues, Rows]:
    """The sheet that holds the table, read to its first row. Raises UserError where the file is of another kind."""
    table = open_table.table
    for rows in open_table.sheets:
        header = _NO_HEADER if kind.fixed else _header(kind, table, rows)
        if header is not None:
            clues = Clues(table.names, table.folders, header)
            if clues.show(kind):
                return clues, rows
    raise UserError([_not_of_kind(kind, table)])


def _header(kind: Kind, table: TableFile, rows: Rows) -> Header | None:
    try:
        return find_header(rows, kind.columns)
    except csv.Error as error:
        raise UserError([_at(table, rows, f"the quotation marks do not match: {error}", None)]) from None


def _not_of_kind(kind: Kind, table: TableFile) -> Problem:
    wanted = ", ".join(column.name for column in kind.columns if column.required)
    with opened(table, None) as again:
        for rows in again.sheets:
            begins = [cells for _, cells in zip(range(60), rows, strict=False)]
            for other in KINDS.values():
                header = find_header(iter(begins), other.columns) if other.columns and other is not kind else None
                if header and Clues(table.names, table.folders, header).show(other):
                    return table.problem("wrong-file", _not(kind), f"it looks like {other.name}: {other.title}")
    return table.problem("wrong-file", f"{_not(kind)}: no header names its columns ({wanted})")


def _not(kind: Kind) -> str:
    return f"this is not {kind.name}: {kind.title}"


def _of_table(kind: Kind, clues: Clues, table: TableFile, rows: Rows, problems: list[Problem]) -> Iterator[Row]:
    """The rows kept. What is left of a header above the first row leaves its first column empty."""
    parse = kind.reader(clues)
    key = clues.header.at.get(kind.columns[0].name, 0) if kind.columns else 0
    begun = False
    try:
        for cells in rows:
            begun = begun or (len(cells) > key and bool(cells[key].strip()))
            if not begun:
                continue
            try:
                row = parse(cells)
            except (BrokenRowError, IndexError, ValueError) as error:
                if any(cell.strip() for cell in cells):
                    problems.append(_broken(table, rows, cells, error))
                if len(problems) >= MOST_PROBLEMS:
                    return
                continue
            if row is not None:
                yield row
    except csv.Error as error:
        problems.append(_at(table, rows, f"the quotation marks do not match: {error}", None))


def _broken(table: TableFile, rows: Rows, cells: Sequence[str], error: Exception) -> Problem:
    if isinstance(error, BrokenRowError):
        return _at(table, rows, error.message, error.column)
    if isinstance(error, IndexError):
        return _at(table, rows, f"the row has {len(cells)} cells, fewer than the header: it is cut off", None)
    return _at(table, rows, "the line is laid out otherwise than the first: it is cut off", None)


def _at(table: TableFile, rows: Rows, message: str, column: str | None) -> Problem:
    return Problem("broken-row", message, Span(table.name, rows.line_num, 1), column)
