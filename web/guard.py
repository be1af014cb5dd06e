"""Who may ask: every route wants a session but those of signing in, and every form its token."""

from __future__ import annotations

import hmac
import secrets
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from engine.store import StoreError
from engine.store.people import Person
from web.desk import Desk, desk
from web.languages import gettext
from web.roles import ROWS, is_open, may

SESSION, FORM = "precertain_session", "precertain_form"
"""The cookies: of who is signed in; and, before that, of the browser that was given a form."""
ACCOUNT = "/account"
"""Where one's own password is changed; who signed in with a password given for once can open nothing else before."""
MOST_BYTES = 1_000_000


class SignInNeededError(Exception):
    """Nobody is signed in."""


class PasswordChangeNeededError(Exception):
    """The password was given for once: first it is changed."""


async def guard(request: Request) -> None:
    """Raises SignInNeededError, PasswordChangeNeededError, or an HTTPException that says why the request is refused."""
    route: str = request.scope["route"].path
    if not is_open(route):
        try:
            await run_in_threadpool(_find_person, request, desk(request))
        except SignInNeededError:
            await _take_what_was_sent(request)
            raise
        who: Person = request.state.person
        if route not in ROWS:
            raise HTTPException(403, f"Nobody may open this page: {route} has no row in web/roles.py.")
        if not may(who.role, route):
            raise HTTPException(403, gettext("This page is for others: ask the administrator if you need it."))
        if who.must_change and route not in (ACCOUNT, "/sign-out"):
            raise PasswordChangeNeededError
    if request.method not in ("GET", "HEAD"):
        await _require_form_token(request)


def _find_person(request: Request, at: Desk) -> None:
    cookie = request.cookies.get(SESSION)
    person = at.people.whose(token_hash(cookie), at.now) if cookie else None
    if cookie is None or person is None:
        raise SignInNeededError
    request.state.person = person
    with suppress(StoreError):  # a full disk must not take the page away
        at.people.seen(token_hash(cookie), at.now)


async def _take_what_was_sent(request: Request) -> None:
    """A form of the session that is over, which is offered again: only one that our own page gave."""
    if request.method == "POST":
        with suppress(HTTPException):
            await _require_form_token(request)
            request.state.sent = tuple((await request.form()).multi_items())


async def _require_form_token(request: Request) -> None:
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        raise HTTPException(
            413, gettext("What was sent is larger than %(n)s MB, the most that is taken.", n=MOST_BYTES // 1_000_000)
        )
    given = (await request.form()).get("form_token")
    expected = form_token(request)
    if expected is None or not isinstance(given, str) or not hmac.compare_digest(given.encode(), expected.encode()):
        raise HTTPException(
            403, gettext("This form is not one that this page gave you, or is too old. Open the page again.")
        )


def token_hash(cookie: str) -> str:
    return sha256(cookie.encode()).hexdigest()


def form_token(request: Request) -> str | None:
    """What a form must bring along: only who can read our pages knows it."""
    cookie = request.cookies.get(SESSION) or getattr(request.state, "form_cookie", None) or request.cookies.get(FORM)
    return form_token_of(cookie) if cookie else None


def form_token_of(cookie: str) -> str:
    """What the forms of a session bring along."""
    return sha256(f"form {cookie}".encode()).hexdigest()


def prepare_form(request: Request) -> None:
    """Before a page with a form is drawn for who is not signed in: its cookie, if there is none."""
    if not (request.cookies.get(SESSION) or request.cookies.get(FORM)):
        request.state.form_cookie = secrets.token_urlsafe(32)


def give_cookie(response: Response, name: str, value: str, at: Desk, keep: timedelta | None = None) -> None:
    """Until the browser is closed, or as long as is said."""
    age = int(keep.total_seconds()) if keep else None
    response.set_cookie(name, value, age, path="/", httponly=True, samesite="strict", secure=at.settings.secure)
