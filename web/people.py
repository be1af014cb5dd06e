"""The administrator's pages: who may sign in, in which role, and one person's locks, password and sessions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast, get_args

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from engine.store.people import Person, Role
from engine.store.records import Refused
from web import passwords
from web.desk import Desk, desk, signed_in
from web.languages import gettext
from web.pages import page
from web.signing_in import new_person_errors, only_drawn, submitted, text

router = APIRouter()


@dataclass(frozen=True, slots=True)
class _New:
    """Who is let in, as typed; ``once``: their password is one to be changed when they first sign in."""

    name: str = ""
    role: str = ""
    once: bool = True


@router.get("/people")
def show_people(request: Request) -> Response:
    return _page(request, _New(), {})


@router.post("/people")
def add_person(request: Request, form: FormData = Depends(submitted)) -> Response:
    at, new = desk(request), _New(text(form, "name").strip(), text(form, "role"), "once" in form)
    if only_drawn(form):
        typed = text(form, "password") or text(form, "again")
        return _page(request, new, {}, again=bool(typed))
    errors = new_person_errors(form)
    if new.role not in get_args(Role):
        errors["role"] = gettext("Choose what the person does here.")
    if not errors:
        by, password_hash = signed_in(request).name, passwords.hashed(text(form, "password"))
        if not at.people.add(new.name, cast("Role", new.role), password_hash, at.now, by=by, must_change=new.once):
            errors["name"] = gettext("Somebody signs in under this name already. Choose another.")
    return _page(request, new, errors) if errors else RedirectResponse("/people", 303)


@router.get("/people/{person_id}")
def show_person(request: Request, person_id: int) -> Response:
    return _person_page(request, _found(request, person_id))


@router.post("/people/{person_id}/role")
def change_role(request: Request, person_id: int, form: FormData = Depends(submitted)) -> Response:
    role = text(form, "role")
    if role not in get_args(Role):
        return _person_page(
            request, _found(request, person_id), errors={"role": gettext("Choose what the person does here.")}
        )
    return _administered(
        request, person_id, lambda at, by: at.people.change_role(person_id, cast("Role", role), at.now, by=by)
    )


@router.post("/people/{person_id}/password")
def reset_password(request: Request, person_id: int) -> Response:
    """The password for once is shown on this answer alone."""
    at, found, once = desk(request), _found(request, person_id), passwords.for_once()
    at.people.reset_password(person_id, passwords.hashed(once), at.now, by=signed_in(request).name)
    return _person_page(request, found, password=once)


@router.post("/people/{person_id}/lock")
def lock(request: Request, person_id: int) -> Response:
    return _administered(request, person_id, lambda at, by: at.people.lock(person_id, at.now, by=by))


@router.post("/people/{person_id}/unlock")
def unlock(request: Request, person_id: int) -> Response:
    return _administered(request, person_id, lambda at, by: at.people.unlock(person_id, at.now, by=by))


@router.post("/people/{person_id}/sessions")
def end_sessions(request: Request, person_id: int) -> Response:
    return _administered(request, person_id, lambda at, by: at.people.end_sessions(person_id, at.now, by=by))


@router.post("/people/{person_id}/remove")
def remove(request: Request, person_id: int) -> Response:
    return _administered(
        request, person_id, lambda at, by: at.people.remove(person_id, at.now, by=by), onward="/people"
    )


def _administered(
    request: Request, person_id: int, change: Callable[[Desk, str], None], onward: str | None = None
) -> Response:
    found = _found(request, person_id)
    try:
        change(desk(request), signed_in(request).name)
    except Refused as refused:
        return _person_page(request, found, errors={"": str(refused)})
    return RedirectResponse(onward or f"/people/{person_id}", 303)


def _found(request: Request, person_id: int) -> Person:
    if found := desk(request).people.find(person_id):
        return found
    raise HTTPException(404, gettext("There is no such person any more. The people page lists those that there are."))


def _person_page(
    request: Request, person: Person, errors: dict[str, str] | None = None, password: str | None = None
) -> Response:
    at = desk(request)
    return page(
        request, "person.html", status=422 if errors else 200, one=at.people.find(person.id) or person, now=at.now,
        sessions=at.people.sessions(at.now).get(person.id, 0), errors=errors or {}, password=password,
    )  # fmt: skip


def _page(request: Request, new: _New, errors: dict[str, str], *, again: bool = False) -> Response:
    """``again``: the password is to be typed again, as no page holds one."""
    at = desk(request)
    return page(
        request, "people.html", status=422 if errors else 200, people=at.people.all(), now=at.now,
        sessions=at.people.sessions(at.now), new=new, errors=errors, again=again,
    )  # fmt: skip
