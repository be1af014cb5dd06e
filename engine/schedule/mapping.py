"""Which column of an export holds which fact: by its header where that is plain, otherwise as a person says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from engine.fields import is_field, unknown_field
from engine.problems import Problem, Span, UserError
from engine.reference import TablePart, read_table
from engine.schedule.dates import DateForm, TimeForm
from engine.schedule.table import Table

OF_THE_APPOINTMENT = frozenset({"start", "status", "patient.first_name", "patient.last_name", "patient.record"})
"""What a column may hold that is no fact of a case."""
UNUSED = "-"
_NUMBERED = ("lines.1.", "diagnoses.1")
Confidence = Literal["told", "sure", "likely"]


class Mapped(TablePart):
    """A mapping file: header to fact ("-": not used), how days and times are written, and by header what its cells
    mean."""

    columns: dict[str, str] = Field(default_factory=dict)
    dates: DateForm | None = None
    times: TimeForm | None = None
    values: dict[str, dict[str, str]] = Field(default_factory=dict)


NOTHING_TOLD = Mapped()


class Headers(TablePart):
    """The bundled list of what columns are called and how cells are written."""

    columns: Mapping[str, tuple[str, ...]]
    values: Mapping[str, dict[str, tuple[str, ...]]]
    unused: tuple[str, ...] = ()
    not_taking_place: Annotated[tuple[str, ...], Field(min_length=1)]
    taking_place: Annotated[tuple[str, ...], Field(min_length=1)]

    @cached_property
    def facts(self) -> Mapping[str, str]:
        """By the words of each name, and by its letters alone: clientname is client name."""
        plain = {words(name): fact for fact, names in self.columns.items() for name in names}
        return {name.replace(" ", ""): fact for name, fact in plain.items()} | plain


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds. ``fact`` is None where it is not used; one only ``likely`` is proposed and not used."""

    header: str
    at: int
    fact: str | None
    confidence: Confidence | None

    @property
    def used(self) -> str | None:
        return self.fact if self.confidence in ("told", "sure") else None


@lru_cache(maxsize=4)
def load_headers(folder: Path) -> Headers:
    """The list of a reference folder. Raises UserError where it is broken."""
    return read_table(folder / "appointment-headers.yaml", Headers)[0]


def read_mapping(path: Path) -> Mapped:
    """A mapping file. Raises UserError with every problem of it."""
    try:
        mapped, document = read_table(path, Mapped)
    except OSError as error:
        raise UserError([Problem("unreadable", f"{path}: {error.strerror or error}")]) from None
    problems = [
        problem
        for header, fact in mapped.columns.items()
        if not _known(fact) and (problem := unknown_field(fact, document.span(("columns", header))))
    ]
    if problems:
        raise UserError(problems)
    return mapped


@lru_cache(maxsize=4096)
def words(text: str) -> str:
    """The words of a header or a cell in small letters: camelCase, signs and spacing set aside."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).replace("#", " no ")
    return " ".join(re.findall(r"[^\W_]+", apart.lower()))


def known_fact(header: str, mapped: Mapped, headers: Headers) -> tuple[str | None, Confidence | None]:
    """The fact that a header plainly names, or that a person said it holds."""
    if header in mapped.columns:
        fact = mapped.columns[header]
        return (None if fact == UNUSED else fact), "told"
    if header in OF_THE_APPOINTMENT or is_field(header):
        return header, "sure"
    names = headers.facts
    said = words(re.sub(r" \([2-9]\)$", "", header))  # the second of that name
    if said in names and (said == words(header) or not names[said].startswith(_NUMBERED)):
        return names[said], "sure"
    if said in headers.unused:
        return None, "sure"
    numbered = re.fullmatch(r"(.*[a-z]) ?([1-9][0-9]?)", words(header))
    if numbered and (first := names.get(numbered[1], "")).startswith(_NUMBERED):
        return first.replace(".1", f".{numbered[2]}", 1), "sure"
    return None, None


def fact_of(header: str, mapped: Mapped, headers: Headers) -> tuple[str | None, Confidence | None]:
    """The fact that a header names, and how surely; where it is only like a name, the likely one."""
    found = known_fact(header, mapped, headers)
    if found[1]:
        return found
    names, said = headers.facts, words(header)
    near = get_close_matches(said, names, n=1, cutoff=0.85)
    inside = [name for name in names if len(name) > 2 and f" {name} " in f" {said} "]
    if near or inside:
        return names[near[0] if near else max(inside, key=len)], "likely"
    return None, None


def map_columns(table: Table, mapped: Mapped, headers: Headers) -> tuple[tuple[Column, ...], tuple[Problem, ...]]:
    """What each column holds, and what keeps the table from being read: a needed column absent, a fact twice."""
    columns = tuple(Column(name, at, *fact_of(name, mapped, headers)) for at, name in enumerate(table.headers.cells))
    problems: list[Problem] = []
    first: dict[str, Column] = {}
    for column in columns:
        fact = column.used
        if fact and fact in first:
            message = f"the columns {first[fact].header!r} and {column.header!r} both hold {fact}"
            hint = f'map one of them to "{UNUSED}" (--map)'
            problems.append(Problem("duplicate-key", message, table.span(table.headers, column.at), fact, hint=hint))
        elif fact:
            first[fact] = column
    if "patient.name" in first and "patient.first_name" in first and "patient.last_name" not in first:
        column, other = first["patient.name"], first["patient.first_name"]
        message = f"{column.header!r} may be the whole name or, beside {other.header!r}, the last name alone"
        hint = f"tell it in a mapping file: {column.header}: patient.last_name; or {other.header}: {UNUSED}"
        problems.append(
            Problem("duplicate-key", message, table.span(table.headers, column.at), "patient.name", hint=hint)
        )
    for header in (*mapped.columns, *mapped.values):
        if header not in table.headers.cells:
            close = get_close_matches(header, table.headers.cells, n=1)
            near = f"did you mean {close[0]!r}?" if close else None
            place = Span(table.file, table.headers.line, 1)
            problems.append(Problem("unknown-column", f"the file has no column {header!r}", place, hint=near))
    return columns, (*problems, *_missing(table, columns, first))


def _missing(table: Table, columns: tuple[Column, ...], found: Mapping[str, Column]) -> list[Problem]:
    problems = []
    needed = {"date_of_service": "the day", "coverage.payer": "the payer", "lines.1.code": "the code"}
    if not found.keys() & {"patient.name", "patient.last_name", "patient.record"}:
        needed["patient.name"] = "the patient"
    if "patient.last_name" in found and not found.keys() & {"patient.name", "patient.first_name"}:
        needed["patient.first_name"] = "the first name; if there is none, map the last name's to patient.name"
    for fact, what in needed.items():
        if fact not in found:
            likely = [column.header for column in columns if column.fact == fact and column.used is None]
            hint = f"perhaps {likely[0]!r}: " if likely else ""
            hint += "--propose MAPPING.yaml writes a mapping to complete; give it with --map"
            message = f"no column is known to hold {what}"
            problems.append(
                Problem("missing-column", message, Span(table.file, table.headers.line, 1), fact, hint=hint)
            )
    return problems


def proposal(
    columns: tuple[Column, ...], mapped: Mapped, open_dates: bool, names: Mapping[str, tuple[str, ...]]
) -> bytes:
    """A mapping file for a person to look over: what is known, what is likely, and what is to be filled in.

    ``names``: by header, the cells that fit no value known.
    """
    import io

    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap

    facts, values = CommentedMap(), CommentedMap()
    for column in columns:
        if column.header and column.header not in facts:
            facts[column.header] = column.fact or UNUSED
            if column.confidence == "likely":
                facts.yaml_add_eol_comment("likely: look at it", column.header)
    for header in (*mapped.values, *names):
        known = mapped.values.get(header, {})
        values[header] = CommentedMap(known | {name: UNUSED for name in names.get(header, ()) if name not in known})
    file = CommentedMap(columns=facts)
    if mapped.dates:
        file["dates"] = mapped.dates
    if values:
        file["values"] = values
    file.yaml_set_start_comment(
        "Which column holds which fact; - is not used. Under values: what a cell means; replace each - before use."
    )
    text = io.StringIO()
    YAML().dump(file, text)
    if open_dates and not mapped.dates:
        text.write("# Is the month or the day first? Keep the right line:\n# dates: month_first\n# dates: day_first\n")
    return text.getvalue().encode()


def _known(fact: str) -> bool:
    return fact == UNUSED or fact in OF_THE_APPOINTMENT
