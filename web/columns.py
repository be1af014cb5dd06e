"""The mapping screen: which column of an export holds which of our facts, as guessed and as a person says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from starlette.datastructures import FormData

from engine.fields import is_field
from engine.schedule.appointments import Schedule
from engine.schedule.dates import DateForm, read_day, split_time
from engine.schedule.mapping import OF_THE_APPOINTMENT, UNUSED, Column, Headers, Mapped, fact_of
from engine.schedule.table import Row, Table
from web.desk import Desk
from web.languages import N_, gettext
from web.signing_in import text

NEEDED = {
    "date_of_service": N_("Day of the visit"), "start": N_("Time"), "patient.name": N_("Patient's name"),
    "patient.last_name": N_("Last name"), "patient.first_name": N_("First name"),
    "patient.birth_date": N_("Date of birth"), "patient.record": N_("Our number of the patient"),
    "coverage.payer": N_("Payer"), "lines.1.code": N_("Codes"), "lines.1.minutes": N_("Minutes"),
    "lines.1.units": N_("Units"), "status": N_("Status of the appointment"),
}  # fmt: skip
"""What every schedule should say, the label of each by the fact."""
MORE = {
    "coverage.plan_type": N_("Plan type"), "coverage.plan_name": N_("Plan's name"),
    "coverage.state": N_("The plan's state"), "coverage.member_id": N_("Member number"),
    "coverage.group_id": N_("Group number"), "coverage.in_network": N_("In network"),
    "coverage.visit_limit": N_("Visit limit"), "coverage.copay": N_("Copay"),
    "coverage.authorization.number": N_("Authorization number"),
    "coverage.authorization.valid_from": N_("Authorization from"),
    "coverage.authorization.valid_to": N_("Authorization to"),
    "coverage.authorization.visits_approved": N_("Authorized visits"),
    "coverage.authorization.visits_used": N_("Authorized visits used"), "provider.discipline": N_("Discipline"),
    "provider.credential": N_("Credential"), "provider.name": N_("Therapist"),
    "provider.npi": N_("Therapist's NPI"), "site.place_of_service": N_("Place of service"),
    "site.state": N_("State of the place"), "site.modality": N_("In person or video"),
    "diagnoses.1": N_("Diagnosis"), "diagnoses.2": N_("Second diagnosis"), "lines.2.code": N_("Second code"),
    "lines.2.minutes": N_("Minutes of the second code"), "lines.2.units": N_("Units of the second code"),
    "lines.3.code": N_("Third code"), "lines.3.minutes": N_("Minutes of the third code"),
    "lines.3.units": N_("Units of the third code"), "lines.4.code": N_("Fourth code"),
    "lines.4.minutes": N_("Minutes of the fourth code"), "lines.4.units": N_("Units of the fourth code"),
    "patient.sex": N_("Sex"), "plan_of_care.starts_on": N_("Plan of care from"),
    "plan_of_care.certified_on": N_("Plan of care certified on"), "plan_of_care.visits": N_("Visits planned"),
    "plan_of_care.weeks": N_("Weeks planned"), "episode.visit_number": N_("Number of this visit"),
    "episode.evaluation_on": N_("Evaluation on"),
    "episode.treatment_days_since_progress_report": N_("Treatment days since the progress report"),
    "referral.signed_on": N_("Referral of"), "referral.physician.name": N_("Referring physician"),
    "history.allowed_ytd.ot": N_("OT dollars this year"),
    "history.allowed_ytd.pt_slp": N_("PT and SLP dollars this year"),
}  # fmt: skip
WHY = {
    "sure": N_("The header is a name we know."),
    "likely": N_("The header is only like a name we know: look whether it is so."),
    "told": N_("You said so."),
}
DATE_FORMS: dict[DateForm, str] = {
    "month_first": N_("Month first"), "day_first": N_("Day first"), "year_first": N_("Year first"),
    "iso": N_("Year of four digits first"),
}  # fmt: skip
TIME_FORMS = {"working_day": N_("1:00 to 6:59 are in the afternoon"), "as_written": N_("As written: 2:15 is at night")}
STATUSES = {"scheduled": N_("takes place"), "cancelled": N_("does not take place")}
NO_RULES = "none"
"""The choice for a payer of whom we have no rules."""
SHOWN = 5
"""Rows of the file that are shown, and cells of a column."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of ours with the column chosen for it, by its place in the file; ``why``: how it came to be."""

    fact: str
    label: str
    at: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """Cells of a column of which somebody must say what they mean: each with what was told of it."""

    at: int
    header: str
    fact: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Screen:
    fields: tuple[Asked, ...]
    more: tuple[Asked, ...]
    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    dates: DateForm | None
    date_forms: tuple[tuple[DateForm, str, str], ...]
    """The forms to choose from, none where nothing is to be chosen: each with a day of the file as it would be read."""
    times: str | None
    ask_times: bool
    meanings: tuple[Meaning, ...]


def screen(table: Table, mapped: Mapped, headers: Headers, schedule: Schedule | None) -> Screen:
    """``schedule``: what was read so far; None where nothing could be."""
    columns = tuple(Column(name, at, *fact_of(name, mapped, headers)) for at, name in enumerate(table.headers.cells))
    by_fact: dict[str, Column] = {}
    for column in columns:
        if column.fact and (column.fact not in by_fact or by_fact[column.fact].used is None):
            by_fact[column.fact] = column
    codes = {problem.code for problem in schedule.problems} if schedule else set()
    others = {fact: fact for fact in by_fact if fact not in NEEDED | MORE}
    return Screen(
        fields=tuple(_asked(NEEDED, by_fact)),
        more=tuple(_asked(MORE | others, by_fact)),
        headers=table.headers.cells,
        rows=table.rows[:SHOWN],
        dates=mapped.dates,
        date_forms=_date_forms(table, columns) if "ambiguous-date" in codes or mapped.dates else (),
        times=mapped.times,
        ask_times="ambiguous-time" in codes or mapped.times is not None,
        meanings=_meanings(columns, mapped, schedule) if schedule else (),
    )


def _asked(labels: Mapping[str, str], by_fact: Mapping[str, Column]) -> Iterator[Asked]:
    for fact, label in labels.items():
        column = by_fact.get(fact)
        yield Asked(fact, label, column.at if column else None, WHY[column.confidence or "likely"] if column else "")


def _date_forms(table: Table, columns: tuple[Column, ...]) -> tuple[tuple[DateForm, str, str], ...]:
    """Each form with the first day of the file that is written in numbers, and how it would be read."""
    days = (
        split_time(row.cells[column.at])[0]
        for row in table.rows
        for column in columns
        if column.fact in ("date_of_service", "patient.birth_date") and column.at < len(row.cells)
    )
    sample = next((day for day in days if re.match(r"[0-9]{1,2}[-/.]", day)), "")
    read = {form: read_day(sample, form, short_years=True) for form in DATE_FORMS}
    return tuple((form, sample, day.isoformat()) for form, day in read.items() if day and form != "iso")


def _meanings(columns: tuple[Column, ...], mapped: Mapped, schedule: Schedule) -> tuple[Meaning, ...]:
    found = []
    for column in columns:
        told = mapped.values.get(column.header, {})
        cells = dict.fromkeys((*told, *schedule.unfit.get(column.header, ())))
        if cells and column.fact:
            pairs = tuple((cell, "" if told.get(cell) in (None, UNUSED) else told[cell]) for cell in cells)
            found.append(Meaning(column.at, column.header, column.fact, pairs))
    return tuple(found)


def told(form: FormData, table: Table, at: Desk) -> tuple[Mapped, dict[str, str]]:
    """What the form says of the file's columns, and what is wrong with it by field."""
    headers = table.headers.cells
    columns = {name: UNUSED for name in headers if name}
    errors: dict[str, str] = {}
    for name in form:
        place = text(form, name)
        if not name.startswith("field.") or not place.isdecimal() or int(place) >= len(headers):
            continue
        header, fact = headers[int(place)], name.removeprefix("field.")
        if fact not in OF_THE_APPOINTMENT and not is_field(fact):
            continue
        if columns.get(header) != UNUSED:
            errors[name] = gettext("The column “%(header)s” is chosen twice.", header=header)
        columns[header] = fact
    dates, times = text(form, "dates"), text(form, "times")
    values: dict[str, dict[str, str]] = {}
    for name in form:
        found = re.fullmatch(r"cell\.([0-9]+)\.([0-9]+)", name)
        meaning = text(form, f"value.{found[1]}.{found[2]}").strip() if found else ""
        if found and meaning and int(found[1]) < len(headers):
            cell = text(form, name)
            meaning = at.without_rules(cell) if meaning == NO_RULES else meaning
            values.setdefault(headers[int(found[1])], {})[cell] = meaning
    mapping = {
        "columns": columns,
        "dates": dates if dates in {*DATE_FORMS} else None,
        "times": times if times in TIME_FORMS else None,
        "values": values,
    }
    return Mapped.model_validate(mapping), errors
