"""One's own account: what one may do, when one is signed out, and the password."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from engine.store.people import IDLE_FOR, SESSION_FOR
from web import passwords
from web.desk import desk, signed_in
from web.guard import SESSION, token_hash
from web.languages import gettext
from web.pages import page
from web.signing_in import new_password_errors, submitted, text

router = APIRouter()


@router.get("/account")
def show_account(request: Request) -> Response:
    return _page(request, {})


@router.post("/account")
def change_password(request: Request, form: FormData = Depends(submitted)) -> Response:
    at, who = desk(request), signed_in(request)
    errors = new_password_errors(form, who.name)
    if not passwords.fits(text(form, "old"), who.password_hash):
        errors = {"old": gettext("This is not the password that you signed in with.")} | errors
    elif text(form, "old") == text(form, "password"):
        errors["password"] = gettext("This is the old password. Choose another.")
    if errors:
        return _page(request, errors)
    keeping = token_hash(request.cookies[SESSION])
    at.people.change_password(who, passwords.hashed(text(form, "password")), at.now, keeping=keeping)
    return RedirectResponse("/account?changed=yes", 303)


def _page(request: Request, errors: dict[str, str]) -> Response:
    return page(
        request, "account.html", status=422 if errors else 200, errors=errors,
        changed="changed" in request.query_params, idle=IDLE_FOR.seconds // 60,
        longest=SESSION_FOR.seconds // 3600,
    )  # fmt: skip
