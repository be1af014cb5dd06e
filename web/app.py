"""The app: the routes, the headers of every answer, and pages for what goes wrong."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from traceback import extract_tb
from typing import cast

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from engine import UserError
from engine.store import StoreError
from web import (
    account,
    audit,
    check,
    deadlines,
    importing,
    languages,
    packet,
    packet_files,
    packets,
    patient_data,
    patients,
    people,
    rule_reviews,
    rules,
    schedule,
    signing_in,
)
from web.desk import Desk
from web.guard import ACCOUNT, PasswordChangeNeededError, SignInNeededError, guard
from web.languages import N_, gettext, in_english
from web.pages import FOLDER, page
from web.settings import Settings
from web.workbench import new_payer
from web.workbench import routes as workbench

_LOG = logging.getLogger("precertain.web")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_TITLES = {403: N_("Not allowed"), 404: N_("Not found"), 405: N_("Not to be asked so"), 413: N_("Too large")}


def create_app(settings: Settings) -> FastAPI:
    """The screen with these settings. Nothing is opened before the first request."""
    desk = Desk(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        desk.close()

    app = FastAPI(lifespan=lifespan, dependencies=[Depends(guard)], docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = desk
    for part in (
        signing_in, check, schedule, importing, patients, deadlines, packets, packet, packet_files, rule_reviews, rules,
        workbench, new_payer,
        people, account, audit, patient_data,
    ):  # fmt: skip
        app.include_router(part.router)
    app.add_api_route("/", _home, methods=["GET"])
    app.mount("/static", StaticFiles(directory=FOLDER / "static"))
    app.add_exception_handler(SignInNeededError, _sign_in)
    app.add_exception_handler(PasswordChangeNeededError, _change_password)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(StoreError, _no_store)
    app.add_exception_handler(UserError, _broken)
    app.middleware("http")(_with_headers)
    if settings.hosts:
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(settings.hosts), www_redirect=False)
    return app


def _home() -> Response:
    return RedirectResponse("/check", 303)


async def _with_headers(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    languages.use(languages.chosen(request))
    try:
        response = await answer(request)
    except Exception as error:  # its text may hold a patient's data: only its kind and place are told
        place = extract_tb(error.__traceback__)[-1]
        _LOG.error("%s at %s:%s", type(error).__name__, place.filename, place.lineno)
        response = page(
            request, "error.html", status=500, title=gettext("Something went wrong"),
            message=gettext(
                "This is a mistake of the program. Nothing was lost that was saved before. Go back and try again."
            ),
        )  # fmt: skip
    response.headers.update(_HEADERS)
    if request.url.scheme == "https":
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if not request.url.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    return response


def _sign_in(request: Request, _: Exception) -> Response:
    return signing_in.ask_to_sign_in(request)


def _change_password(_: Request, __: Exception) -> Response:
    return RedirectResponse(ACCOUNT, 303)


def _refused(request: Request, error: Exception) -> Response:
    refused = cast("HTTPException", error)
    said = {404: gettext("There is no such page."), 405: gettext("This page is opened in another way.")}
    known = refused.detail if refused.status_code not in said or "." in refused.detail else said[refused.status_code]
    title = gettext(_TITLES.get(refused.status_code, N_("Refused")))
    return page(request, "error.html", status=refused.status_code, title=title, message=known)


def _broken(request: Request, error: Exception) -> Response:
    """A ruleset or an imported file that cannot be read: what typed fields get wrong is told beside them."""
    return page(
        request, "error.html", status=503, title=gettext("The rulesets cannot be read"), message=in_english(str(error))
    )


def _no_store(request: Request, error: Exception) -> Response:
    return page(
        request, "error.html", status=503, title=gettext("The database does not answer"), message=in_english(str(error))
    )
