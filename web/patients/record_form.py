"""A form of one record: shown, saved, and shown again with what is wrong or with what somebody else saved meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from engine.store import Conflict, Refused
from engine.tracking.records import AuthorizationRecord, Episode, Patient
from web.desk import Desk, desk, person
from web.languages import gettext
from web.pages import page
from web.patients.editing import Clash, clash, merged
from web.patients.fields import Groups, Texts, flat, made, of, read, typed
from web.signing_in import only_drawn, text

AnyRecord = TypeVar("AnyRecord", Patient, Episode, AuthorizationRecord)
Errors = Mapping[str, str]


@dataclass(frozen=True)
class Form:
    """``back`` is where who saves goes, and who leaves unless ``leave`` says otherwise; ``read_at``: the version that
    was read, 0 of what is new; ``action``: where it is sent, by default whence it came."""

    title: str
    button: str
    back: str
    groups: Groups
    typed: Texts = field(default_factory=dict)
    read_at: int = 0
    errors: Errors = field(default_factory=dict)
    clash: Clash | None = None
    action: str = ""
    leave: str = ""


def ask(request: Request, form: Form) -> Response:
    status = 409 if form.clash else 422 if form.errors else 200
    return page(
        request,
        "record_form.html",
        status=status,
        form=form,
        action=form.action or request.url.path,
        labels={one.name: gettext(one.label) for one in flat(form.groups)},
        payers=desk(request).payers,
    )


def add(request: Request, form: Form, kind: type[AnyRecord], sent: FormData, **given: object) -> Response:
    """Save a new record with what was typed and what is ``given``; then go back."""
    at, who = _here(request)
    fields = flat(form.groups)
    texts = read(sent, fields)
    if only_drawn(sent):
        return ask(request, replace(form, typed=texts))
    new = made(kind, given, texts, fields, at)
    if isinstance(new, dict):
        return ask(request, replace(form, typed=texts, errors=new))
    at.store.tracking.add(new, who=who, at=at.now)
    return RedirectResponse(form.back.replace("{id}", new.id), 303)


def edit(request: Request, form: Form, kind: type[AnyRecord], record_id: str) -> Response:
    """The form of the record as it stands."""
    at, _ = _here(request)
    saved = at.store.tracking.find(kind, record_id)
    texts = typed(saved.record, flat(form.groups), at)
    return ask(request, replace(form, typed=texts, read_at=saved.version))


def change(request: Request, form: Form, kind: type[AnyRecord], record_id: str, sent: FormData) -> Response:
    """Save what was typed over the version that was read; then go back. Whom somebody else forestalled is told."""
    at, who = _here(request)
    history, fields = at.store.tracking.history(kind, record_id), flat(form.groups)
    read_at, texts = version(sent, len(history)), read(sent, fields)
    was = history[read_at - 1].record
    if only_drawn(sent):
        return ask(request, replace(form, typed=texts, read_at=read_at))
    new = made(kind, dict(was), texts, fields, at)
    if isinstance(new, dict):
        return ask(request, replace(form, typed=texts, errors=new, read_at=read_at))
    try:
        if new != was:
            at.store.tracking.change(new, read_at=read_at, who=who, at=at.now)
    except Conflict as conflict:
        now = at.store.tracking.find(kind, record_id)
        told = told_of(conflict, was, now.record, texts, at)
        kept = merged(typed(was, fields, at), typed(now.record, fields, at), texts)
        return ask(request, replace(form, typed=kept, read_at=now.version, clash=told))
    except Refused as refused:
        return ask(request, replace(form, typed=texts, errors={"": str(refused)}, read_at=read_at))
    return RedirectResponse(form.back, 303)


def told_of(conflict: Conflict, was: AnyRecord, now: AnyRecord, texts: Texts, at: Desk) -> Clash:
    """Every field that differs between what was read, what stands now and what was typed."""
    every = of(now)
    return clash(conflict.who, conflict.at, typed(was, every, at), typed(now, every, at), texts, every)


def version(sent: FormData, newest: int, name: str = "read_at") -> int:
    """The version that the form's sender had read. Raises HTTPException where there is no such."""
    given = text(sent, name)
    if not given.isdecimal() or not 1 <= int(given[:9]) <= newest:
        raise HTTPException(
            400, gettext("This form is not one that this page gave you, or is too old. Open the page again.")
        )
    return int(given)


def _here(request: Request) -> tuple[Desk, str]:
    who = person(request)
    assert who is not None  # the guard let nobody else in
    return desk(request), who.name
