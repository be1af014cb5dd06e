"""Visits: booked, kept, missed, cancelled, corrected, imported. Each is an event; no count is stored."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from engine import UserError
from engine.store import Conflict, StoreError
from engine.tracking.files import read_visits
from engine.tracking.fold import visit_of
from engine.tracking.records import Visit, VisitEvent
from web.desk import desk, person
from web.languages import gettext
from web.pages import page
from web.patients import fields, record_form
from web.patients.editing import clash, merged
from web.patients.fields import Texts, flat, made, read, typed
from web.patients.opening import Opened, new_id, opened
from web.patients.record_form import Form, version
from web.signing_in import only_drawn, submitted, text

router = APIRouter()


@router.get("/patients/{patient_id}/visits/new")
def ask_for_a_visit(request: Request, patient_id: str) -> Response:
    of = opened(request, patient_id)
    only = [one.id for one in of.tracked.episodes if one.discharged_on is None]
    return record_form.ask(request, _booking(of, {"episode_id": only[0]} if len(only) == 1 else {}))


@router.post("/patients/{patient_id}/visits/new")
def book(request: Request, patient_id: str, form: FormData = Depends(submitted)) -> Response:
    of = opened(request, patient_id)
    asked = flat(_booking(of, {}).groups)
    texts = read(form, asked)
    if only_drawn(form):
        return record_form.ask(request, _booking(of, texts))
    event = made(VisitEvent, _says(of, new_id(), "booked"), texts, asked, of.at)
    if not isinstance(event, VisitEvent):
        return record_form.ask(request, _booking(of, texts, event))
    of.at.store.tracking.append(event)
    return RedirectResponse(f"{of.path}#visits", 303)


@router.post("/patients/{patient_id}/visits/{visit_id}")
def say_what_became_of_it(
    request: Request, patient_id: str, visit_id: str, form: FormData = Depends(submitted)
) -> Response:
    of = opened(request, patient_id)
    did, events = text(form, "did"), of.events()
    visit = _visit(of, visit_id)
    if did not in ("kept", "no_show", "cancelled"):
        raise HTTPException(400, gettext("Choose whether the visit was kept, was a no-show or is cancelled."))
    event = VisitEvent.model_validate(_says(of, visit.id, did))
    return _tell(request, of, event, version(form, len(events)), {"status": did})


@router.get("/patients/{patient_id}/visits/{visit_id}/correct")
def ask_for_a_correction(request: Request, patient_id: str, visit_id: str) -> Response:
    of = opened(request, patient_id)
    read_at = len(of.events())
    form = _correction(of)
    texts = typed(_visit(of, visit_id), flat(form.groups), of.at)
    return record_form.ask(request, replace(form, typed=texts, read_at=read_at))


@router.post("/patients/{patient_id}/visits/{visit_id}/correct")
def correct(request: Request, patient_id: str, visit_id: str, form: FormData = Depends(submitted)) -> Response:
    of = opened(request, patient_id)
    blank, events = _correction(of), of.events()
    read_at = version(form, len(events))
    was = visit_of(events[:read_at], visit_id) or _visit(of, visit_id)
    asked = flat(blank.groups)
    texts, before = read(form, asked), typed(was, asked, of.at)
    if only_drawn(form):
        return record_form.ask(request, replace(blank, typed=texts, read_at=read_at))
    changed = tuple(one for one in asked if texts[one.name] != before[one.name])
    event = made(VisitEvent, _says(of, was.id, "corrected"), texts, changed, of.at)
    if not isinstance(event, VisitEvent):
        return record_form.ask(request, replace(blank, typed=texts, read_at=read_at, errors=event))
    if not changed:
        return RedirectResponse(blank.back, 303)
    return _tell(request, of, event, read_at, texts)


@router.get("/visits/import")
def ask_for_a_file(request: Request) -> Response:
    return page(request, "import_visits.html", problems=(), read=None)


@router.post("/visits/import")
def import_visits(request: Request, form: FormData = Depends(submitted)) -> Response:
    """The visits of a schedule's export: all of them, or none."""
    at, who, file = desk(request), person(request), form.get("file")
    assert who is not None  # the guard let nobody else in
    if not isinstance(file, UploadFile) or not file.filename:
        return page(request, "import_visits.html", status=422, problems=(gettext("Choose a file."),), read=None)
    try:
        events = read_visits("line", file.file.read(), who=who.name, at=at.now)
        at.store.tracking.append(*events)
    except (UserError, StoreError) as error:
        told = [str(one) for one in error.problems] if isinstance(error, UserError) else [str(error)]
        return page(request, "import_visits.html", status=422, problems=told, read=None)
    return page(request, "import_visits.html", problems=(), read=len(events))


def _tell(request: Request, of: Opened, event: VisitEvent, read_at: int, texts: Texts) -> Response:
    """Add the event; whom somebody else forestalled is shown the visit as it is now, with what he said kept."""
    try:
        of.at.store.tracking.tell(event, read_at=read_at)
    except Conflict as conflict:
        events, form = of.events(), _correction(of)
        asked = flat(form.groups)
        was, now = visit_of(events[:read_at], event.visit_id), visit_of(events, event.visit_id)
        assert now is not None  # it is what is in the way
        before, stands = typed(was or now, asked, of.at), typed(now, asked, of.at)
        told = clash(conflict.who, conflict.at, before, stands, texts, asked)
        kept = merged(before, stands, before | dict(texts))
        action = f"{of.path}/visits/{event.visit_id}/correct"
        return record_form.ask(request, replace(form, typed=kept, read_at=len(events), clash=told, action=action))
    return RedirectResponse(f"{of.path}#visits", 303)


def _says(of: Opened, visit_id: str, kind: str) -> dict[str, object]:
    return {
        "id": uuid4().hex, "visit_id": visit_id, "patient_id": of.patient.id, "kind": kind, "who": of.who, "at": of.now,
    }  # fmt: skip


def _visit(of: Opened, visit_id: str) -> Visit:
    for visit in of.tracked.visits:
        if visit_id in visit.ids:
            return visit
    raise HTTPException(404, gettext("There is no such visit. The patient's page lists those that there are."))


def _booking(of: Opened, texts: Texts, errors: Texts | None = None) -> Form:
    groups = fields.visit(of.episode_names(), booked=True)
    return Form(
        gettext("Book a visit for %(name)s", name=of.patient.name),
        gettext("Book"),
        f"{of.path}#visits",
        groups,
        texts,
        0,
        errors or {},
    )


def _correction(of: Opened) -> Form:
    groups = fields.visit(of.episode_names(), booked=False)
    return Form(
        gettext("Correct a visit of %(name)s", name=of.patient.name), gettext("Correct"), f"{of.path}#visits", groups
    )
