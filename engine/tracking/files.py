"""Files of tracked records, as YAML or JSON, and of visits, as CSV: all of a file is read, or every problem is told."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, time
from uuid import uuid4

from pydantic import BaseModel, ConfigDict

from engine.problems import Problem, Span, UserError
from engine.source import Document, Path, read_yaml, validate, without_nulls
from engine.tracking.records import AuthorizationRecord, Episode, Patient, VisitEvent

REQUIRED = ("visit_id", "patient_id", "day", "status", "codes")
OPTIONAL = ("starts_at", "episode_id")
_CLOCK_TIME = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9]")


class Records(BaseModel):
    """New patients, episodes and authorizations."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    patients: tuple[Patient, ...] = ()
    episodes: tuple[Episode, ...] = ()
    authorizations: tuple[AuthorizationRecord, ...] = ()


def read_records(name: str, raw: bytes) -> Records:
    """Raises UserError with every problem of the file."""
    read = read_yaml(raw, name)
    if read.problems:
        raise UserError(read.problems)
    if len(read.documents) != 1:
        raise UserError([Problem("broken-value", "the file holds several documents; one is read", Span(name, 1, 1))])
    document = read.documents[0]
    found = validate(Records, without_nulls(document.data), document)
    if not isinstance(found, Records):
        raise UserError(found)
    return found


def read_visits(name: str, raw: bytes, *, who: str, at: datetime) -> tuple[VisitEvent, ...]:
    """What a schedule says of visits, each row an event of that moment.

    ``codes`` are separated by spaces, each with its units behind a colon where they are known: ``97530:2 97535``.
    Raises UserError with every problem of the file.
    """
    rows = csv.reader(io.StringIO(_text(name, raw)), strict=True)
    try:
        header = [cell.strip() for cell in next(rows, [])]
        problems = list(_header_problems(name, header))
        read = [] if problems else [_event(name, rows.line_num, header, row, who, at) for row in rows if any(row)]
    except csv.Error as error:
        raise UserError([Problem("not-csv", f"this is not CSV: {error}", Span(name, rows.line_num, 1))]) from None
    problems += [problem for one in read if not isinstance(one, VisitEvent) for problem in one]
    if problems:
        raise UserError(problems)
    if not read:
        raise UserError([Problem("empty", "there is no visit in the file", Span(name, 1, 1))])
    return tuple(one for one in read if isinstance(one, VisitEvent))


def _text(name: str, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise UserError([Problem("not-utf8", "the text is not UTF-8", Span(name, line, 1))]) from None


def _header_problems(name: str, header: list[str]) -> Iterator[Problem]:
    for column, title in enumerate(header, start=1):
        place = Span(name, 1, column)
        if title not in REQUIRED + OPTIONAL:
            yield Problem("unknown-key", f"{title!r} is no column of visits", place, hint=_columns())
        elif header.index(title) != column - 1:
            yield Problem("duplicate-key", "the column stands twice", place, title)
    for title in REQUIRED:
        if title not in header:
            yield Problem("missing-key", "this column is required", Span(name, 1, 1), title, hint=_columns())


def _columns() -> str:
    return f"the columns are {', '.join(REQUIRED)}; and, if you like, {', '.join(OPTIONAL)}"


def _event(
    name: str, line: int, header: list[str], row: list[str], who: str, at: datetime
) -> VisitEvent | tuple[Problem, ...]:
    if len(row) > len(header):
        message = f"the row has {len(row)} cells, but there are {len(header)} headers"
        return (Problem("broken-row", message, Span(name, line, 1)),)
    spans: dict[Path, tuple[int, int]] = {(): (line, 1)}
    spans |= {(_field(title),): (line, column) for column, title in enumerate(header, start=1)}
    cells = {title: cell.strip() for title, cell in zip(header, row, strict=False) if cell.strip()}
    data = {"id": uuid4().hex, "kind": "imported", "who": who, "at": at, **_values(cells)}
    return validate(VisitEvent, data, Document(data, spans, name, ()))


def _field(title: str) -> str:
    return "lines" if title == "codes" else title


def _values(cells: Mapping[str, str]) -> dict[str, object]:
    """The cells as the fields of an event; what does not fit stays text, and validation says what is wrong."""
    values: dict[str, object] = {title: cell for title, cell in cells.items() if title != "codes"}
    if (starts := cells.get("starts_at")) and _CLOCK_TIME.fullmatch(starts):
        values["starts_at"] = time.fromisoformat(starts.zfill(5))
    if "codes" in cells:
        values["lines"] = tuple(line_of(word) for word in cells["codes"].split())
    return values


def line_of(word: str) -> dict[str, object]:
    """A code with its units behind a colon, as the fields of a visit's line."""
    code, _, units = word.partition(":")
    if not units:
        return {"code": code}
    return {"code": code, "units": int(units) if units.isascii() and units.isdigit() else units}
