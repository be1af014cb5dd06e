"""The administrator's page: who may sign in."""

from __future__ import annotations

from typing import cast, get_args

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from engine.store.people import Role
from web import passwords
from web.desk import desk
from web.languages import gettext
from web.pages import page
from web.signing_in import new_person_errors, submitted, text

router = APIRouter()


@router.get("/people")
def show_people(request: Request) -> Response:
    return _page(request, 200, "", "", {})


@router.post("/people")
def add_person(request: Request, form: FormData = Depends(submitted)) -> Response:
    at, name, role = desk(request), text(form, "name").strip(), text(form, "role")
    errors = new_person_errors(form)
    if role not in get_args(Role):
        errors["role"] = gettext("Choose what the person does here.")
    if not errors and not at.people.add(name, cast("Role", role), passwords.hashed(text(form, "password")), at.now):
        errors["name"] = gettext("Somebody signs in under this name already. Choose another.")
    return _page(request, 422, name, role, errors) if errors else RedirectResponse("/people", 303)


def _page(request: Request, status: int, name: str, role: str, errors: dict[str, str]) -> Response:
    at = desk(request)
    return page(
        request, "people.html", status=status, people=at.people.all(), now=at.now, name=name, role=role, errors=errors
    )
