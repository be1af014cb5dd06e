"""The first run, signing in and signing out."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from engine.store.people import LOCKED_FOR, MOST_FAILURES, Person
from web import kept, passwords
from web.desk import Desk, desk
from web.guard import FORM, SESSION, form_token_of, give_cookie, prepare_form, token_hash
from web.languages import COOKIE, LANGUAGES, gettext
from web.pages import page

router = APIRouter()
_ON_OUR_PAGES = re.compile(r"/|(/[\w-][\w.:-]*)+/?", re.ASCII)
"""The addresses of our pages, ids in them as records may have them; none that leads elsewhere."""


async def submitted(request: Request) -> FormData:
    """The form that was sent."""
    return await request.form()


def text(form: FormData, name: str) -> str:
    """A field's text as typed; nothing where it is missing or a file."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def ask_to_sign_in(request: Request, status: int = 401) -> Response:
    """The sign-in page; while there is nobody yet, the one that makes the administrator."""
    prepare_form(request)
    request.state.person = None
    if desk(request).people.none_yet():
        return page(request, "first_run.html", status=status, name="", errors={})
    onward = request.url.path if request.method == "GET" and request.url.path != "/sign-in" else "/"
    error, sealed = None, kept.seal(request)
    if sealed:
        error = gettext(
            "You were signed out before this was sent, so it is not saved yet. Sign in under the same name, and it is "
            "offered to you again."
        )
    elif kept.was_lost(request):
        error = gettext("You were signed out before this was sent, so it was not saved. Sign in, and do it again.")
    return page(request, "sign_in.html", status=status, name="", error=error, onward=onward, kept=sealed)


@router.get("/sign-in")
def show_sign_in(request: Request) -> Response:
    return ask_to_sign_in(request, 200)


@router.get("/first-run")
def show_first_run(request: Request) -> Response:
    return ask_to_sign_in(request, 200)


@router.post("/first-run")
def first_run(request: Request, form: FormData = Depends(submitted)) -> Response:
    at, name = desk(request), text(form, "name").strip()
    if not at.people.none_yet():
        return ask_to_sign_in(request, 409)
    if errors := new_person_errors(form):
        return page(request, "first_run.html", status=422, name=name, errors=errors)
    made = at.people.add_first(name, passwords.hashed(text(form, "password")), at.now)
    if made is None:
        return ask_to_sign_in(request, 409)
    return _enter(at, made, secrets.token_urlsafe(32), RedirectResponse("/", 303))


@router.post("/sign-in")
def sign_in(request: Request, form: FormData = Depends(submitted)) -> Response:
    at, name, onward = desk(request), text(form, "name").strip(), text(form, "onward")
    found = at.people.named(name)
    right = passwords.fits(text(form, "password"), found.password_hash if found else None)
    locked = found is not None and (found.locked or (found.locked_until is not None and at.now < found.locked_until))
    if found is None or locked or not right:
        if found is None or locked:
            at.people.refused(found, at.now)
        else:
            at.people.failed(found, at.now)
        return page(
            request, "sign_in.html", status=401, name=name, error=_not_right(), onward=onward, kept=text(form, "kept")
        )
    token, again = secrets.token_urlsafe(32), kept.unseal(request, text(form, "kept"), found)
    if again is None or found.must_change:
        return _enter(at, found, token, RedirectResponse(onward if _ON_OUR_PAGES.fullmatch(onward) else "/", 303))
    request.state.person = found
    return _enter(at, found, token, page(request, "again.html", again=again, form_token=form_token_of(token)))


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    at = desk(request)
    at.people.signed_out(token_hash(request.cookies[SESSION]), at.now)
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(SESSION, path="/")
    return response


def only_drawn(form: FormData) -> bool:
    """Whether a change of language brought the form along: its page is drawn with what was typed, nothing is saved."""
    return bool(text(form, "language"))


@router.post("/language")
def choose_language(request: Request, form: FormData = Depends(submitted)) -> Response:
    """Keep the person's choice of language in this browser, and go back to the page where it was made."""
    onward, language = text(form, "onward"), text(form, "language")
    # A page that brings its form along gets it back, to be drawn again with what was typed.
    carried = form.keys() - {"form_token", "onward", "language"}
    ours = _ON_OUR_PAGES.fullmatch(onward)
    response = RedirectResponse(onward if ours else "/", 307 if carried and ours else 303)
    if language in LANGUAGES:
        give_cookie(response, COOKIE, language, desk(request), keep=timedelta(days=365))
    return response


def _not_right() -> str:
    return gettext(
        "The name or the password is not right. After %(most)s wrong passwords nobody can sign in under the name for "
        "%(minutes)s minutes, with the right one either.",
        most=MOST_FAILURES,
        minutes=LOCKED_FOR.seconds // 60,
    )


def new_person_errors(form: FormData) -> dict[str, str]:
    """What is wrong with a name and a password given twice, by field."""
    name = text(form, "name").strip()
    errors = {}
    if not 1 <= len(name) <= 100 or not name.isprintable():
        errors["name"] = gettext("A name has 1 to 100 characters. Type the one to sign in with.")
    return errors | new_password_errors(form, name)


def new_password_errors(form: FormData, name: str) -> dict[str, str]:
    """What is wrong with a password given twice for who has this name."""
    if wrong := passwords.fault(text(form, "password"), name):
        return {"password": wrong}
    if text(form, "again") != text(form, "password"):
        return {"again": gettext("This is not the same password. Type it once more.")}
    return {}


def _enter(at: Desk, person: Person, token: str, response: Response) -> Response:
    """The answer to who has signed in, with the cookie of the session."""
    at.people.signed_in(person, token_hash(token), at.now)
    give_cookie(response, SESSION, token, at)
    response.delete_cookie(FORM, path="/")
    return response
