"""Case files: planned treatments as YAML, JSON, JSON Lines or CSV, with every problem of every case."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engine.fields import typed, unknown_field
from engine.problems import Problem, Span
from engine.source import MOST_BYTES, Document, Path, dotted, read_yaml, validate, without_nulls
from engine.treatment import PlannedTreatment


@dataclass(frozen=True)
class CaseRead:
    """A case and where it begins in its file."""

    treatment: PlannedTreatment
    where: Span


@dataclass(frozen=True, slots=True)
class Cell:
    """A fact by its dotted name, as a table's cell writes it; line and column count from 1."""

    fact: str
    text: str
    line: int
    column: int


@dataclass(frozen=True)
class CasesRead:
    cases: tuple[CaseRead, ...]
    problems: tuple[Problem, ...]


def read_cases(path: str, raw: bytes) -> CasesRead:
    """All cases of a file, by the file's ending; standard input and unknown endings are YAML, which JSON is too."""
    ending = path.lower().rpartition(".")[2]
    if ending in ("jsonl", "ndjson"):
        parts = list(_json_lines(path, raw))
    elif ending == "csv":
        return _read_csv(path, raw)
    else:
        parts = [_yaml(path, raw)]
    cases = tuple(case for part in parts for case in part.cases)
    problems = tuple(problem for part in parts for problem in part.problems)
    if not cases and not problems:
        problems = (Problem("empty", "there is no case in the file", Span(path, 1, 1)),)
    return CasesRead(cases, problems)


def case_of(cells: Mapping[str, str]) -> PlannedTreatment | tuple[Problem, ...]:
    """The case of a form, its fields named as a CSV file's headers; an empty cell is an unknown fact."""
    problems = _header_problems("form", list(cells))
    read = tuple(problems) if problems else _row("form", 1, list(cells), list(cells.values()))
    return read.treatment if isinstance(read, CaseRead) else read


def case_yaml(treatment: PlannedTreatment) -> bytes:
    """The case as a file that reads back as the same case."""
    from ruamel.yaml import YAML

    text = io.StringIO()
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.dump(treatment.model_dump(mode="json", exclude_none=True, exclude_defaults=True), text)
    return text.getvalue().encode()


def _yaml(file: str, raw: bytes) -> CasesRead:
    read = read_yaml(raw, file)
    found = [_cases(document) for document in read.documents]
    cases = tuple(case for part in found for case in part.cases)
    return CasesRead(cases, read.unreadable + tuple(problem for part in found for problem in part.problems))


def _json_lines(file: str, raw: bytes) -> Iterator[CasesRead]:
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if line.strip():
            part = _yaml(file, line)
            yield CasesRead(
                tuple(CaseRead(case.treatment, _moved(case.where, number)) for case in part.cases),
                tuple(
                    Problem(
                        item.code, item.message, item.where and _moved(item.where, number), item.key, hint=item.hint
                    )
                    for item in part.problems
                ),
            )


def _moved(where: Span, line: int) -> Span:
    return Span(where.file, line, where.column)


def _cases(document: Document) -> CasesRead:
    """The cases of one document: a mapping is one, a list holds one in each item."""
    if isinstance(document.data, tuple):
        parts = [_case(item, (at,), document) for at, item in enumerate(document.data)]
    else:
        parts = [_case(document.data, (), document)]
    broken = _of_no_case(document, len(parts)) if isinstance(document.data, tuple) else ()
    if broken:
        return CasesRead((), broken)
    cases = tuple(part for part in parts if isinstance(part, CaseRead))
    problems = tuple(problem for part in parts if not isinstance(part, CaseRead) for problem in part)
    return CasesRead(cases, problems)


def _of_no_case(document: Document, cases: int) -> tuple[Problem, ...]:
    """What is wrong with a list as a whole."""
    numbers = {str(number) for number in range(1, cases + 1)}
    return tuple(item for item in document.problems if (item.key or "").partition(".")[0] not in numbers)


def _case(data: object, base: Path, document: Document) -> CaseRead | tuple[Problem, ...]:
    where = document.span(base)
    if not isinstance(data, Mapping):
        what = "a case is a mapping of keys such as date_of_service and coverage"
        if not base and document.problems:
            return document.problems
        return (Problem("wrong-type", what, where, dotted(base) or None),)
    prefix = dotted(base)
    broken = tuple(item for item in document.problems if not prefix or f"{item.key}.".startswith(f"{prefix}."))
    read = validate(PlannedTreatment, without_nulls(data), document, base)
    if broken or not isinstance(read, PlannedTreatment):
        told = {item.key for item in broken}
        more = () if isinstance(read, PlannedTreatment) else read
        # A value that could not be read is told once; that its key is none, besides.
        return broken + tuple(item for item in more if item.key not in told or item.code == "unknown-key")
    second = read.coverage.secondary
    if second is not None and second.secondary is not None:
        path: Path = (*base, "coverage", "secondary", "secondary")
        return (
            Problem("unknown-key", "a secondary coverage has no other behind it", document.span(path), dotted(path)),
        )
    return CaseRead(read, where)


def _read_csv(file: str, raw: bytes) -> CasesRead:
    start = Span(file, 1, 1)
    if len(raw) > MOST_BYTES:
        return CasesRead((), (Problem("too-large", "the file is too large", start),))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Span(file, raw[: error.start].count(b"\n") + 1, 1)
        return CasesRead((), (Problem("not-utf8", "the text is not UTF-8", place),))
    try:
        reader = csv.reader(io.StringIO(text), delimiter=_delimiter(text), strict=True)
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        return CasesRead((), (Problem("not-csv", f"this is not CSV: {error}", start),))
    if len(rows) < 2:
        return CasesRead((), (Problem("empty", "there is no case in the file", start),))
    headers = [header.strip() for header in rows[0][1]]
    problems = _header_problems(file, headers)
    if problems:
        return CasesRead((), tuple(problems))
    parts = [_row(file, line, headers, row) for line, row in rows[1:] if any(cell.strip() for cell in row)]
    cases = tuple(part for part in parts if isinstance(part, CaseRead))
    return CasesRead(cases, tuple(problem for part in parts if not isinstance(part, CaseRead) for problem in part))


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(",;\t", key=header.count)


def _header_problems(file: str, headers: list[str]) -> list[Problem]:
    problems = []
    for column, header in enumerate(headers, start=1):
        place = Span(file, 1, column)
        if unknown := unknown_field(header, place):
            problems.append(unknown)
        elif headers.index(header) != column - 1:
            problems.append(Problem("duplicate-key", "the column stands twice", place, header))
    return problems


def _row(file: str, line: int, headers: list[str], row: list[str]) -> CaseRead | tuple[Problem, ...]:
    if len(row) > len(headers):
        message = f"the row has {len(row)} cells, but there are {len(headers)} headers"
        return (Problem("broken-value", message, Span(file, line, 1)),)
    return case_of_cells(
        file,
        line,
        (
            Cell(header, cell, line, column)
            for column, (header, cell) in enumerate(zip(headers, row, strict=False), start=1)
        ),
    )


def case_of_cells(file: str, line: int, cells: Iterable[Cell]) -> CaseRead | tuple[Problem, ...]:
    """The case that cells of a table hold, beginning in that line; or every problem of it, each with its place."""
    spans: dict[Path, tuple[int, int]] = {(): (line, 1)}
    tree: dict[str, Any] = {}
    for cell in cells:
        if text := cell.text.strip():
            path = _path(cell.fact)
            spans[path] = (cell.line, cell.column)
            _put(tree, path, typed(text, cell.fact))
    document = Document(_lists(tree), spans, file, ())
    return _case(document.data, (), document)


@lru_cache(maxsize=4_096)
def _path(fact: str) -> Path:
    return tuple(int(part) - 1 if part.isdecimal() else part for part in fact.split("."))


def _put(tree: dict[Any, Any], path: Path, value: object) -> None:
    for part in path[:-1]:
        below = tree.setdefault(part, {})
        tree = below if isinstance(below, dict) else tree.setdefault((part,), {})
    tree[path[-1]] = value


def _lists(tree: object) -> object:
    if not isinstance(tree, dict):
        return tree
    if tree and all(isinstance(key, int) for key in tree):
        return tuple(_lists(tree[key]) for key in sorted(tree))
    return {str(key): _lists(value) for key, value in tree.items()}
