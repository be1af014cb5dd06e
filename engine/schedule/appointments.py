"""Appointments from a table's rows: each visit a case, whole or not at all, with every problem of every row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from difflib import get_close_matches

from engine.cases import CaseRead, Cell, case_of_cells
from engine.problems import Problem, Span, UserError
from engine.schedule.calendar import is_calendar, read_calendar
from engine.schedule.cells import NotReadError, is_day, payer_of, services, value_of
from engine.schedule.dates import DateForm, forms_of, of_another_zone, read_time, split_time, times_open
from engine.schedule.mapping import (
    OF_THE_APPOINTMENT,
    Column,
    Headers,
    Mapped,
    known_fact,
    map_columns,
    proposal,
    words,
)
from engine.schedule.table import Row, Table, read_delimited
from engine.treatment import PlannedTreatment


@dataclass(frozen=True, slots=True)
class Appointment:
    """A visit as the export has it: ``patient`` as the practice names them, with its own ``record`` number of them;
    ``start`` None where no time is given."""

    patient: str
    on: date
    start: time | None
    treatment: PlannedTreatment
    where: Span
    record: str | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is no visit of its own: an exact copy of ``copy_of``, or an appointment that does not take place."""

    where: Span
    copy_of: int | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a file holds. ``open_dates``: somebody must say whether its days are month first or day first."""

    columns: tuple[Column, ...]
    appointments: tuple[Appointment, ...]
    left_out: tuple[LeftOut, ...]
    problems: tuple[Problem, ...]
    table: Table
    mapped: Mapped
    open_dates: bool
    unfit: Mapping[str, tuple[str, ...]]
    """By header, the cells of which somebody must say what they mean."""

    @property
    def proposal(self) -> bytes:
        """A mapping file for a person to complete."""
        return proposal(self.columns, self.mapped, self.open_dates, self.unfit)


_Key = tuple[tuple[str, ...], str | None, time | None]
"""Patient, day and time: rows that share them are one visit."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A row's facts: those of the visit, and those of each of its services."""

    row: Row
    patient: tuple[str, ...]
    record: str | None
    start: time | None
    facts: Mapping[str, Cell]
    services: tuple[Mapping[str, Cell], ...]


def read_schedule(
    file: str, raw: bytes, mapped: Mapped, headers: Headers, payers: Mapping[str, str], on: date | None = None
) -> Schedule:
    """The appointments of an export, CSV or iCalendar.

    ``payers``: each payer's title by its id; ``on``: the day asked for, which may settle how days are written.
    Raises UserError where the file is neither.
    """

    table, before = table_of(file, raw, mapped, headers)
    columns, problems = map_columns(table, mapped, headers)
    reader = _Reader(table, columns, mapped, headers, payers)
    reader.decide_dates(on)
    reader.decide_times()
    reader.problems[:0] = [*before, *problems]
    appointments = () if problems else tuple(reader.appointments())
    unfit = {name: tuple(cells) for name, cells in reader.unfit.items()}
    left_out, found = tuple(reader.left_out), tuple(reader.problems)
    return Schedule(columns, appointments, left_out, found, table, mapped, reader.open_dates, unfit)


def table_of(file: str, raw: bytes, mapped: Mapped, headers: Headers) -> tuple[Table, tuple[Problem, ...]]:
    """The table of an export, and the events that are no row of it. Raises UserError where it is neither."""

    def knows(name: str) -> bool:
        return known_fact(name, mapped, headers)[1] is not None

    if not is_calendar(raw):
        return read_delimited(file, raw, knows), ()
    table, problems = read_calendar(file, raw, knows)
    if not table.rows and not problems:
        raise UserError([Problem("empty", "the calendar holds no event", Span(file, 1, 1))])
    return table, problems


@dataclass
class _Reader:
    table: Table
    columns: tuple[Column, ...]
    mapped: Mapped
    headers: Headers
    payers: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    unfit: dict[str, dict[str, None]] = field(default_factory=dict)
    """By header, the cells that name nothing known."""
    forms: dict[int, DateForm] = field(default_factory=dict)
    read: dict[tuple[int, str], str] = field(default_factory=dict)
    """By column, what was read of a cell: many rows say the same."""
    open_dates: bool = False

    def decide_dates(self, on: date | None) -> None:
        """How each column writes days; where it cannot be told, that is a problem, once for the column."""
        for column in self.columns:
            fact = column.used
            if not fact or fact in OF_THE_APPOINTMENT or not is_day(fact):
                continue
            texts = [split_time(self._cell(row, column))[0] for row in self.table.rows]
            forms = (
                (self.mapped.dates,)
                if self.mapped.dates
                else forms_of(texts, on if fact == "date_of_service" else None)
            )
            if len(forms) == 1:
                self.forms[column.at] = forms[0]
                continue
            place = self.table.span(self.table.headers, column.at)
            if forms:
                self.open_dates = True
                message = f"the days under {column.header!r} can be read month first and day first"
                hint = "tell it in a mapping file: dates: month_first, or dates: day_first"
                hint += "; or the day with --on" if fact == "date_of_service" else ""
            else:
                message = f"some days under {column.header!r} can only be month first, others only day first"
                hint = "export the file again with one form of day"
            self.problems.append(Problem("ambiguous-date", message, place, fact, hint=hint))

    def decide_times(self) -> None:
        """Where a column's times can be before and after noon, that is a problem, once for the column."""
        for column in self.columns:
            if column.used not in ("start", "date_of_service") or self.mapped.times:
                continue
            cells = [self._cell(row, column) for row in self.table.rows]
            if times_open(split_time(cell)[1] or cell for cell in cells):
                message = f"the times under {column.header!r} do not say whether they are before or after noon"
                place = self.table.span(self.table.headers, column.at)
                hint = (
                    "export them as 14:15 or 2:15 PM; or tell it in a mapping file: times: working_day (1:00 to 6:59 "
                )
                hint += "are in the afternoon), or times: as_written"
                self.problems.append(Problem("ambiguous-time", message, place, "start", hint=hint))

    def appointments(self) -> Iterator[Appointment]:
        """The visits whose rows are all good, in the file's order."""
        visits: dict[_Key, list[_Read]] = {}
        spoiled: set[_Key] = set()
        whole: set[tuple[str, ...]] = set()
        for row in self._rows():
            before = len(self.problems)
            read = self._row(row)
            day = read.facts.get("date_of_service")
            key = (read.patient, day.text if day else None, read.start)
            visits.setdefault(key, []).append(read)
            if day is None or len(self.problems) > before:
                spoiled.add(key)
                whole.update([read.patient] if day is None else [])
        for key, rows in visits.items():
            if key not in spoiled and key[0] not in whole and (made := self._appointment(rows)):
                yield made

    def _rows(self) -> Iterator[Row]:
        """The rows of appointments that take place, each once."""
        first: dict[tuple[str, ...], int] = {}
        status = next((column for column in self.columns if column.used == "status"), None)
        for row in self.table.rows:
            place = self.table.span(row, 0)
            if len(row.cells) > len(self.columns) and any(row.cells[len(self.columns) :]):
                message = f"the row has {len(row.cells)} cells, but there are {len(self.columns)} headers"
                self.problems.append(Problem("broken-value", message, place))
            elif row.cells in first:
                self.left_out.append(LeftOut(place, first[row.cells]))
            elif (takes_place := self._takes_place(row, status)) is False:
                self.left_out.append(LeftOut(place, None))
            elif takes_place:
                first[row.cells] = row.line
                yield row

    def _takes_place(self, row: Row, status: Column | None) -> bool | None:
        """Whether the appointment does; None where nothing tells."""
        text = self._cell(row, status) if status else ""
        if status is None or not text:
            return True
        said = words(self.mapped.values.get(status.header, {}).get(text, text))
        if said in self.headers.not_taking_place:
            return False
        if said in self.headers.taking_place:
            return True
        self.unfit.setdefault(status.header, {})[text] = None
        message = f"whether an appointment that is {text!r} takes place is not known"
        hint = f"tell it in a mapping file: values: {{{status.header}: {{{text}: scheduled}}}}, or cancelled"
        self.problems.append(Problem("unknown-status", message, self.table.span(row, status.at), "status", hint=hint))
        return None

    def _cell(self, row: Row, column: Column) -> str:
        return row.cells[column.at] if column.at < len(row.cells) else ""

    def _row(self, row: Row) -> _Read:
        facts: dict[str, Cell] = {}
        numbered: dict[str, dict[str, Cell]] = {}
        who: dict[str, str] = {}
        start: time | None = None
        for column in self.columns:
            text, fact = self._cell(row, column), column.used
            if fact is None or not text:
                continue
            if fact == "start":
                start = self._time(text, row, column)
            elif fact in OF_THE_APPOINTMENT:
                who[fact] = text
            elif value := self._value(fact, text, row, column):
                if fact == "date_of_service" and start is None and (told := split_time(text)[1]):
                    start = self._time(told, row, column)
                cell = Cell(fact, value, row.line, column.at + 1)
                if fact.startswith("lines."):
                    _, number, rest = fact.split(".", 2)
                    numbered.setdefault(number, {})[rest] = cell
                else:
                    facts[fact] = cell
        self._name(facts, who, row)
        patient = tuple(
            item.casefold()
            for item in (
                who.get("patient.record", ""),
                facts["patient.name"].text if "patient.name" in facts else "",
                facts["patient.birth_date"].text if "patient.birth_date" in facts else "",
            )
        )
        self._shared(numbered)
        lines = tuple(line for number in numbered for line in self._services(numbered[number], row))
        lines_told = (row.line, self.table.headers.line)
        for fact in ("date_of_service", "coverage.payer", "patient.name"):
            if fact not in facts and not any(
                item.where and item.where.line in lines_told and item.key == fact for item in self.problems
            ):
                self.problems.append(Problem("missing-key", "the row does not say it", self.table.span(row, 0), fact))
        return _Read(row, patient, who.get("patient.record"), start, facts, lines)

    def _name(self, facts: dict[str, Cell], who: Mapping[str, str], row: Row) -> None:
        parts = [who[part] for part in ("patient.last_name", "patient.first_name") if part in who]
        if "patient.name" not in facts and (name := ", ".join(parts) or who.get("patient.record")):
            facts["patient.name"] = Cell("patient.name", name, row.line, 1)

    def _shared(self, numbered: Mapping[str, Mapping[str, Cell]]) -> None:
        """Minutes or units of a column without a number beside several columns of codes: whose they are is not said."""
        if sum("code" in line for line in numbered.values()) < 2:
            return
        for name, cell in numbered.get("1", {}).items():
            header = self.table.headers.cells[cell.column - 1]
            plain = header not in self.mapped.columns and not header[-1:].isdigit()
            if name in ("minutes", "units") and plain:
                message = f"the {name} stand beside several codes, and whose they are is not said"
                hint = f'map the column to lines.1.{name}, or to "-"'
                place = Span(self.table.file, cell.line, cell.column)
                self.problems.append(Problem("ambiguous-codes", message, place, cell.fact, hint=hint))

    def _time(self, text: str, row: Row, column: Column) -> time | None:
        told = split_time(text)[1] or text
        if of_another_zone(told):
            message, hint = "the time is UTC, and the practice's zone is not said", "export local times"
            place = self.table.span(row, column.at)
            self.problems.append(Problem("ambiguous-time", message, place, column.fact, hint=hint))
            return None
        found = read_time(told)
        if found and self.mapped.times == "working_day" and 1 <= found.hour <= 6 and not re.search("[ap]", told, re.I):
            found = found.replace(hour=found.hour + 12)
        if found is None:
            message = "this is no time of day such as 9:30 or 2:15 PM"
            self.problems.append(Problem("broken-value", message, self.table.span(row, column.at), column.fact))
        return found

    def _value(self, fact: str, text: str, row: Row, column: Column) -> str:
        value = self.read.get((column.at, text), "")
        if not value and (value := self._read(fact, text, row, column)):
            self.read[column.at, text] = value
        return value

    def _read(self, fact: str, text: str, row: Row, column: Column) -> str:
        """Empty where the cell holds nothing, or something wrong."""
        told = self.mapped.values.get(column.header, {})
        form = self.forms.get(column.at)
        if is_day(fact) and column.at not in self.forms:
            return ""  # told once for the column
        try:
            value = value_of(fact, text, told, self.headers, form)
        except NotReadError as error:
            self.problems.append(Problem("broken-value", str(error), self.table.span(row, column.at), fact))
            return ""
        if fact != "coverage.payer" or not value or (text in told and told[text] == value):
            return value
        payer = payer_of(value, self.payers)
        if payer is None:
            self._unknown_payer(text, row, column)
        return payer or ""

    def _unknown_payer(self, text: str, row: Row, column: Column) -> None:
        self.unfit.setdefault(column.header, {})[text] = None
        names = {words(name): payer for payer, title in self.payers.items() for name in (title, payer)}
        near = get_close_matches(words(text), names, n=1, cutoff=0.6)
        hint = (
            f"perhaps {names[near[0]]}; " if near else ""
        ) + f"tell it in a mapping file: values: {{{column.header}: {{{text}: …}}}}"
        message = f"no payer is called {text!r}"
        self.problems.append(
            Problem("unknown-payer", message, self.table.span(row, column.at), "coverage.payer", hint=hint)
        )

    def _services(self, line: Mapping[str, Cell], row: Row) -> Iterator[Mapping[str, Cell]]:
        """The services that one code cell names, with the cells beside it."""
        code = line.get("code")
        found = list(services(code.text)) if code else []
        if len(found) > 1 and (shared := next((line[name] for name in line if name != "code"), None)):
            message = "one number stands beside several codes, and how they share it is not said"
            place = Span(self.table.file, shared.line, shared.column)
            hint = "write it behind each code: 97535 30; 97530 15"
            self.problems.append(Problem("ambiguous-codes", message, place, shared.fact, hint=hint))
        elif code is None:
            yield line
        for name, minutes, units in found:
            if code and not re.fullmatch("[0-9A-Za-z]{5}", name):
                self._unknown_code(code, row)
            told = {"code": name, "minutes": minutes, "units": units}
            own = {key: Cell(key, value, code.line, code.column) for key, value in told.items() if value and code}
            yield {**own, **{key: cell for key, cell in line.items() if key != "code"}}

    def _unknown_code(self, code: Cell, row: Row) -> None:
        """Somebody is to say what the cell means; that it is no code the case's own check tells."""
        self.unfit.setdefault(self.table.headers.cells[code.column - 1], {})[row.cells[code.column - 1]] = None

    def _appointment(self, rows: list[_Read]) -> Appointment | None:
        """The visit of these rows; None where something is wrong with it."""
        facts: dict[str, Cell] = {}
        before = len(self.problems)
        for read in rows:
            for fact, cell in read.facts.items():
                if facts.setdefault(fact, cell).text != cell.text:
                    message = f"line {facts[fact].line} says otherwise of the same visit"
                    self.problems.append(
                        Problem("rows-disagree", message, Span(self.table.file, cell.line, cell.column), fact)
                    )
        if len(self.problems) > before:
            return None
        cells = list(_listed(facts))
        for number, line in enumerate((line for read in rows for line in read.services), start=1):
            cells += [Cell(f"lines.{number}.{key}", cell.text, cell.line, cell.column) for key, cell in line.items()]
        case = case_of_cells(self.table.file, rows[0].row.line, cells)
        if not isinstance(case, CaseRead):
            self.problems.extend(case)
            return None
        treatment, start = case.treatment, rows[0].start
        name = treatment.patient.name or ""
        return Appointment(name, treatment.date_of_service, start, treatment, case.where, rows[0].record)


def _listed(facts: Mapping[str, Cell]) -> Iterator[Cell]:
    """The facts with each diagnosis apart, however many stand in a cell."""
    number = 0
    for fact, cell in facts.items():
        if not fact.startswith("diagnoses."):
            yield cell
            continue
        for part in re.split(r"[\s;,|]+", cell.text.strip(" ;,|")):
            number += 1
            yield Cell(f"diagnoses.{number}", part.upper(), cell.line, cell.column)
