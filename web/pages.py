"""Pages drawn on the server."""

from __future__ import annotations

from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from engine import words
from web.desk import desk, person
from web.guard import FORM, form_token, give_cookie, may

FOLDER = Path(__file__).resolve().parent

_environment = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
)
_environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
_environment.filters["day"] = words.day
_environment.filters["citation"] = words.citation
_environment.globals["words"] = words
_environment.globals["ROLES"] = {
    "front_desk": "Front desk",
    "clinician": "Clinician",
    "maintainer": "Maintainer of rules",
    "administrator": "Administrator",
}
_ROOMS = (("/check", "Check"), ("/rules", "Rules"), ("/people", "People"))
"""The rooms in the order of the navigation, each a path and a label."""


def page(request: Request, template: str, *, status: int = 200, **names: object) -> HTMLResponse:
    """The page; ``names`` are what its template prints."""
    who = person(request)
    rooms = [room for room in _ROOMS if who and may(who, room[0])]
    here = {"path": request.url.path, "person": who, "rooms": rooms, "form_token": form_token(request)}
    response = HTMLResponse(_environment.get_template(template).render(here | names), status)
    if given := getattr(request.state, "form_cookie", None):
        give_cookie(response, FORM, given, desk(request))
    return response
