"""Pages drawn on the server."""

from __future__ import annotations

from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from engine import words
from web import languages
from web.desk import desk, person
from web.facts import fact_name, fact_value
from web.guard import FORM, form_token, give_cookie
from web.languages import N_
from web.roles import may

FOLDER = Path(__file__).resolve().parent

_environment = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
)
_environment.install_gettext_callables(  # type: ignore[attr-defined]
    languages.gettext, languages.ngettext, newstyle=True
)
_environment.filters["day"] = languages.day
_environment.filters["moment"] = words.moment
_environment.filters["in_english"] = languages.in_english
_environment.filters["said"] = languages.said
_environment.filters["capital"] = languages.capital
_environment.filters["translated"] = languages.translated
_environment.filters["fact_name"] = fact_name
_environment.filters["fact_value"] = fact_value
_environment.filters["citation"] = words.citation
_environment.globals["words"] = words
_environment.globals["LANGUAGES"] = languages.LANGUAGES
_environment.globals["ROLES"] = {
    "front_desk": N_("Front desk"),
    "clinician": N_("Clinician"),
    "maintainer": N_("Maintainer of rules"),
    "administrator": N_("Administrator"),
}
_ROOMS = (
    ("/check", N_("Check")), ("/day", N_("Tomorrow")), ("/patients", N_("Patients")), ("/deadlines", N_("Deadlines")),
    ("/packets", N_("Packets")), ("/rules", N_("Rules")), ("/people", N_("People")), ("/audit", N_("Audit")),
)  # fmt: skip
"""The rooms in the order of the navigation, each a path and a label."""


def page(request: Request, template: str, *, status: int = 200, **names: object) -> HTMLResponse:
    """The page; ``names`` are what its template prints."""
    who = person(request)
    rooms = [room for room in _ROOMS if who and may(who.role, room[0])]
    here = {
        "path": request.url.path, "language": languages.current(), "person": who, "rooms": rooms,
        "form_token": form_token(request),
    }  # fmt: skip
    response = HTMLResponse(_environment.get_template(template).render(here | names), status)
    if given := getattr(request.state, "form_cookie", None):
        give_cookie(response, FORM, given, desk(request))
    return response
