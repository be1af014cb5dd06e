"""Authorizations: what was requested and granted, how it counts down, the moves that are allowed, and its history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast, get_args

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from engine import UserError
from engine.store import Conflict, Refused
from engine.tracking.records import Amount, AuthorizationRecord, AuthorizationState
from engine.tracking.states import FOLLOWS, moved, with_grant
from web.choices import DISCIPLINES
from web.languages import N_, gettext
from web.pages import page
from web.patients import history, record_form
from web.patients.chart import HEIGHT, WIDTH, chart
from web.patients.editing import Clash
from web.patients.fields import AUTHORIZATION, GRANTED, NEW_AUTHORIZATION, Field, day_of, made, read, typed
from web.patients.labels import LIMITS, STATES
from web.patients.opening import Opened, new_id, opened
from web.patients.patient import counted
from web.patients.record_form import Form, told_of, version
from web.signing_in import only_drawn, submitted

router = APIRouter()
_ONE = "/patients/{patient_id}/authorizations/{authorization_id}"


@router.get("/patients/{patient_id}/episodes/{episode_id}/authorizations/new")
def ask_for_an_authorization(request: Request, patient_id: str, episode_id: str) -> Response:
    return record_form.ask(request, _new(opened(request, patient_id), episode_id))


@router.post("/patients/{patient_id}/episodes/{episode_id}/authorizations/new")
def add_authorization(
    request: Request, patient_id: str, episode_id: str, form: FormData = Depends(submitted)
) -> Response:
    of = opened(request, patient_id)
    return record_form.add(request, _new(of, episode_id), AuthorizationRecord, form, id=new_id(), episode_id=episode_id)


@router.get(_ONE)
def show_authorization(request: Request, patient_id: str, authorization_id: str) -> Response:
    return _page(request, opened(request, patient_id), authorization_id, {}, {})


@router.get(f"{_ONE}/edit")
def edit_authorization(request: Request, patient_id: str, authorization_id: str) -> Response:
    of = opened(request, patient_id)
    return record_form.edit(request, _form(of, authorization_id), AuthorizationRecord, authorization_id)


@router.post(f"{_ONE}/edit")
def save_authorization(
    request: Request, patient_id: str, authorization_id: str, form: FormData = Depends(submitted)
) -> Response:
    of = opened(request, patient_id)
    return record_form.change(request, _form(of, authorization_id), AuthorizationRecord, authorization_id, form)


@router.post(f"{_ONE}/state")
def move(request: Request, patient_id: str, authorization_id: str, form: FormData = Depends(submitted)) -> Response:
    """To its next state, with what the payer said."""
    of = opened(request, patient_id)
    was_one = of.authorization(authorization_id)
    saved = of.at.store.tracking.history(AuthorizationRecord, authorization_id)
    read_at = version(form, len(saved))
    was = saved[read_at - 1].record
    texts = read(form, _move_fields(was_one))
    if only_drawn(form):
        return _page(request, of, authorization_id, texts, {}, read_at)
    after = _after(was, texts, of)
    if not isinstance(after, AuthorizationRecord):
        return _page(request, of, authorization_id, texts, after, read_at)
    try:
        of.at.store.tracking.change(after, read_at=read_at, who=of.who, at=of.now)
    except Conflict as conflict:
        again = opened(request, patient_id)
        told = told_of(conflict, was, again.authorization(authorization_id), texts, of.at)
        return _page(request, again, authorization_id, texts, {}, told=told)
    except Refused as refused:
        return _page(request, of, authorization_id, texts, {"state": str(refused)}, read_at)
    return RedirectResponse(_path(of, authorization_id), 303)


def _after(was: AuthorizationRecord, texts: Mapping[str, str], of: Opened) -> AuthorizationRecord | dict[str, str]:
    """The authorization in the state that was chosen, or what is wrong, by the field's name."""
    errors = {}
    if texts["state"] not in get_args(AuthorizationState):
        errors["state"] = gettext("Choose what happened.")
    on = day_of(texts["on"])
    if on is None:
        errors["on"] = gettext("This is needed, as a date such as 2026-11-24.")
    said = made(AuthorizationRecord, {"id": was.id, "episode_id": was.episode_id}, texts, GRANTED, of.at)
    if not isinstance(said, AuthorizationRecord):
        return errors | said
    if errors or on is None:
        return errors
    try:
        after = moved(was, cast("AuthorizationState", texts["state"]), on)
        granted = Amount(visits=said.granted.visits, units=said.granted.units)
        return with_grant(
            after, number=said.number, granted=granted, valid_from=said.valid_from, valid_to=said.valid_to
        )
    except UserError as error:
        return {"state": " ".join(f"{one.message[0].upper()}{one.message[1:]}." for one in error.problems)}


def _move_fields(record: AuthorizationRecord) -> tuple[Field, ...]:
    allowed = {str(state): STATES[state] for state in FOLLOWS[record.state]}
    return (
        Field("state", N_("What happened"), "choice", choices=allowed, needed=True),
        Field("on", N_("On"), "date", needed=True),
        *GRANTED,
    )


def _page(
    request: Request,
    of: Opened,
    authorization_id: str,
    texts: Mapping[str, str],
    errors: Mapping[str, str],
    read_at: int = 0,
    told: Clash | None = None,
) -> Response:
    record = of.authorization(authorization_id)
    saved = of.at.store.tracking.history(AuthorizationRecord, authorization_id)
    now = counted(of, record)
    as_it_is = typed(record, GRANTED, of.at) | {"state": "", "on": of.at.today.isoformat()}
    return page(
        request,
        "authorization.html",
        status=409 if told else 422 if errors else 200,
        of=of,
        now=now,
        episode=of.episode(record.episode_id),
        payer=of.at.payer_title(of.episode(record.episode_id).payer),
        chart=chart(now.ahead, record, of.at.today),
        width=WIDTH,
        height=HEIGHT,
        typed={**as_it_is, **texts},
        errors=errors,
        clash=told,
        read_at=read_at or saved[-1].version,
        move_fields=_move_fields(record),
        done=history.newest_first(history.of_records(saved, desk=of.at)),
        today=of.at.today,
        STATES=STATES,
        LIMITS=LIMITS,
        DISCIPLINES=DISCIPLINES,
    )


def _path(of: Opened, authorization_id: str) -> str:
    return f"{of.path}/authorizations/{authorization_id}"


def _new(of: Opened, episode_id: str) -> Form:
    of.episode(episode_id)
    return Form(
        gettext("New authorization of %(name)s", name=of.patient.name),
        gettext("Add as a draft"),
        _path(of, "{id}"),
        NEW_AUTHORIZATION,
        leave=of.path,
    )


def _form(of: Opened, authorization_id: str) -> Form:
    of.authorization(authorization_id)
    return Form(
        gettext("Edit an authorization of %(name)s", name=of.patient.name),
        gettext("Save"),
        _path(of, authorization_id),
        AUTHORIZATION,
    )
