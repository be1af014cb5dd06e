"""A schedule on its way in: uploaded, its columns told where they are not plain, looked over, only then recorded."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from engine import Problem, UserError
from engine.schedule import intake
from engine.schedule.appointments import Appointment, Schedule, read_schedule, table_of
from engine.schedule.mapping import NOTHING_TOLD, Headers, Mapped, load_headers
from engine.schedule.table import Table, likely_table
from engine.schedule.who import Known, Match
from engine.store.uploads import KEPT_FOR, Upload
from engine.tracking.records import Patient
from web import columns
from web.desk import Desk, desk, person, seen
from web.guard import MOST_BYTES
from web.languages import gettext, in_english
from web.pages import page
from web.signing_in import submitted

router = APIRouter()
_OF_COLUMNS = frozenset({"missing-column", "duplicate-key", "unknown-column", "ambiguous-date", "ambiguous-time"})
"""Problems of which a column is told, not a row: before they are settled nothing is read right."""
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Looked:
    """An upload as it is read now. ``problems``: of its rows; ``unclear``: those of which it is told whose they are."""

    upload: Upload
    mapped: Mapped
    table: Table
    schedule: Schedule | None
    patients: tuple[Patient, ...]
    appointments: tuple[Appointment, ...]
    problems: tuple[Problem, ...]

    @property
    def of_columns(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.code in _OF_COLUMNS)

    @property
    def readable(self) -> bool:
        return self.schedule is not None and not self.of_columns

    @property
    def plain(self) -> bool:
        """Whether nobody need be asked what its columns and cells mean."""
        likely = any(column.confidence == "likely" for column in self.schedule.columns) if self.schedule else True
        return self.readable and not likely and not (self.schedule and self.schedule.unfit)


@router.post("/day")
def upload(request: Request, form: FormData = Depends(submitted)) -> Response:
    at, sent = desk(request), form.get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        return _refused(request, gettext("Choose the file first."))
    sent.file.seek(0)
    content, name = sent.file.read(), sent.filename.replace("\\", "/").rpartition("/")[2][:_LONGEST_NAME]
    try:
        table = _table(name, content, NOTHING_TOLD, at)
    except UserError as error:
        return _refused(request, " ".join(_sentence(problem) for problem in error.problems))
    remembered = at.store.uploads.columns(table.headers.cells) or b""
    kept = at.store.uploads.keep(name, content, remembered, user_id=_user(request), at=at.now)
    found = _look(at, Upload(kept, name, content, remembered))
    return RedirectResponse(f"/day/import/{kept}{'' if found.plain else '/columns'}", 303)


@router.get("/day/import/{upload_id}")
def look_over(request: Request, upload_id: str) -> Response:
    found = _found(request, upload_id)
    if not found.readable:
        return RedirectResponse(f"/day/import/{upload_id}/columns", 303)
    known = Known(found.patients)
    matched = [(one, known.match(one)) for one in found.appointments]
    gone = intake.not_in(desk(request).store, found.appointments)
    patients = {match.patient.id for _, match in matched if match.patient} | {patient.id for _, patient in gone}
    seen(request, patients, "listed", "schedule import")
    return page(
        request,
        "importing.html",
        found=found,
        matched=sorted(matched, key=lambda pair: (pair[0].on, str(pair[0].start or ""), pair[0].patient)),
        days=sorted(Counter(one.on for one in found.appointments).items()),
        new=_new(matched),
        gone=gone,
        kept_for=KEPT_FOR,
        payers={payer.id: payer.title for payer in desk(request).payers},
        hint_of=_hint,
        cell_of=partial(_cell, found.table),
    )


@router.get("/day/import/{upload_id}/columns")
def ask_columns(request: Request, upload_id: str) -> Response:
    return _columns(request, _found(request, upload_id), {})


@router.post("/day/import/{upload_id}/columns")
def tell_columns(request: Request, upload_id: str, form: FormData = Depends(submitted)) -> Response:
    at, found = desk(request), _found(request, upload_id)
    mapped, errors = columns.told(form, found.table, at)
    again = _look(at, replace(found.upload, mapping=mapped.model_dump_json().encode()))
    if errors or not again.readable:
        return _columns(request, again, errors)
    at.store.uploads.tell(upload_id, again.upload.mapping)
    return RedirectResponse(f"/day/import/{upload_id}", 303)


@router.post("/day/import/{upload_id}/record")
def record(request: Request, upload_id: str, form: FormData = Depends(submitted)) -> Response:
    at, found = desk(request), _found(request, upload_id)
    if not found.readable or not found.appointments:
        return RedirectResponse(f"/day/import/{upload_id}", 303)
    who = person(request)
    assert who is not None
    store, ticked = at.store, set(form.getlist("gone"))
    cancelled = [visit for visit, _ in intake.not_in(store, found.appointments) if visit.id in ticked]
    tracked = intake.tracked_for(store, found.appointments)
    checked = intake.check_all(found.appointments, tracked, at.decide, at.now)
    done = intake.record_schedule(store, checked, cancelled, who=who.name, at=at.now)
    if found.upload.mapping:
        store.uploads.remember(_headers_as_found(found, at), found.upload.mapping, at=at.now)
    store.uploads.drop(upload_id)
    days = sorted({one.on for one in found.appointments})
    first = next((day for day in days if day >= at.today), days[-1])
    told = f"recorded={len(done.checks)}&unchanged={done.unchanged}&new={len(done.patients)}&cancelled={len(cancelled)}"
    return RedirectResponse(f"/day/{first}?{told}", 303)


@router.post("/day/import/{upload_id}/drop")
def drop(request: Request, upload_id: str) -> Response:
    found = _found(request, upload_id)
    desk(request).store.uploads.drop(found.upload.id)
    return RedirectResponse("/day", 303)


def _found(request: Request, upload_id: str) -> Looked:
    at = desk(request)
    kept = at.store.uploads.find(upload_id, user_id=_user(request), at=at.now)
    if kept is None:
        raise HTTPException(
            404, gettext("This file is not kept any more: it was recorded or dropped, or an hour is over.")
        )
    return _look(at, kept)


def _user(request: Request) -> int:
    who = person(request)
    assert who is not None  # the guard let nobody else in
    return who.id


def _look(at: Desk, kept: Upload) -> Looked:
    headers = _headers(at)
    mapped = Mapped.model_validate_json(kept.mapping) if kept.mapping else NOTHING_TOLD
    table = _table(kept.name, kept.content, mapped, at)
    try:
        schedule = read_schedule(kept.name, kept.content, mapped, headers, at.library.payer_titles)
    except UserError as error:
        return Looked(kept, mapped, table, None, (), (), error.problems)
    patients = tuple(saved.record for saved in at.store.tracking.all(Patient))
    unclear = intake.unclear(schedule.appointments, patients)
    appointments = tuple(one for one in schedule.appointments if one.where not in unclear)
    problems = tuple(sorted((*schedule.problems, *unclear.values()), key=_place))
    return Looked(kept, mapped, schedule.table, schedule, patients, appointments, problems)


def _place(problem: Problem) -> tuple[int, int]:
    return (problem.where.line, problem.where.column) if problem.where else (0, 0)


def _table(name: str, content: bytes, mapped: Mapped, at: Desk) -> Table:
    """The table of a file, though its headers mean nothing yet. Raises UserError where there is none."""
    try:
        return table_of(name, content, mapped, _headers(at))[0]
    except UserError as error:
        if any(problem.code != "not-csv" for problem in error.problems):
            raise
        return likely_table(name, content)


def _headers(at: Desk) -> Headers:
    return load_headers(at.library.bundled / "reference")


def _headers_as_found(found: Looked, at: Desk) -> tuple[str, ...]:
    """The headers by which the next file is known, before anything is told of it."""
    return _table(found.upload.name, found.upload.content, NOTHING_TOLD, at).headers.cells


def _new(matched: list[tuple[Appointment, Match]]) -> list[tuple[Appointment, Match]]:
    """Patients not known yet, each once."""
    once: dict[tuple[str, date | None, str | None], tuple[Appointment, Match]] = {}
    for one, match in matched:
        if match.patient is None:
            once.setdefault((one.patient, one.treatment.patient.birth_date, one.record), (one, match))
    return list(once.values())


def _columns(request: Request, found: Looked, errors: dict[str, str]) -> Response:
    at = desk(request)
    return page(
        request,
        "columns.html",
        status=422 if errors else 200,
        found=found,
        screen=columns.screen(found.table, found.mapped, _headers(at), found.schedule),
        errors=errors,
        payers=at.payers,
        columns=columns,
    )


def _refused(request: Request, message: str) -> Response:
    from web.schedule import day_page

    at = desk(request)
    return day_page(request, at.next_day(), wrong=message, status=422)


def _sentence(problem: Problem) -> str:
    said = f"{problem.message[0].upper()}{problem.message[1:]}."
    if problem.code == "too-large":
        return gettext("The file is larger than %(n)s MB. Export one day only.", n=MOST_BYTES // 1_000_000)
    return in_english(said)


def _cell(table: Table, problem: Problem) -> str:
    """What stands where the problem is; nothing where it is of a whole row."""
    place = problem.where
    row = next((row for row in table.rows if place and row.line == place.line), None)
    if row is None or place is None or not problem.key or problem.code == "missing-key":
        return ""
    return row.cells[place.column - 1] if place.column <= len(row.cells) else ""


def _hint(problem: Problem) -> str:
    """The hint without what concerns the command line."""
    parts = re.split(r"(?<=[;:]) ", problem.hint or "")
    own = [part for part in parts if not re.search(r"mapping file|--|^(dates|values|times|map )|[{}]|MAPPING", part)]
    said = " ".join(own).rstrip(";: ")
    more = "say it under “Say what the columns hold”" if len(own) < len(parts) else ""
    return "; ".join(part for part in (said, more) if part)
