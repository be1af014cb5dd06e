"""The audit page: who saw or changed which patient, and who administered whom, newest first."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from engine.store.audit import AuditAction
from web.desk import desk
from web.languages import N_, gettext
from web.pages import page
from web.signing_in import only_drawn, submitted, text

router = APIRouter()
PAGE = 50
ACTIONS: dict[AuditAction, str] = {
    "viewed": N_("viewed"),
    "listed": N_("seen in a list"),
    "checked": N_("checked"),
    "downloaded": N_("downloaded"),
    "changed": N_("changed"),
    "exported": N_("exported"),
    "deleted": N_("deleted"),
    "let in": N_("let in"),
    "role changed": N_("role changed"),
    "password reset": N_("password reset"),
    "password changed": N_("password changed"),
    "locked": N_("locked"),
    "unlocked": N_("unlocked"),
    "sessions ended": N_("sessions ended"),
    "removed": N_("removed"),
    "signed in": N_("signed in"),
    "signed out": N_("signed out"),
    "sign-in failed": N_("could not sign in"),
    "locked out": N_("locked out for a while"),
    "rules drafted": N_("drafted rules"),
    "rules proposed": N_("proposed rules"),
    "rules released": N_("released rules"),
    "rules went back": N_("went back to the rules before"),
    "draft discarded": N_("discarded a draft of rules"),
    "draft started over": N_("started a draft of rules over"),
}


@router.post("/audit")
def choose(request: Request, form: FormData = Depends(submitted)) -> Response:
    """The filters as typed, on to the address that shows what fits them."""
    typed = {name: text(form, name).strip() for name in ("who", "patient", "day")}
    if only_drawn(form):
        return show_audit(request, **typed, before=text(form, "before"))
    return RedirectResponse(f"/audit?{urlencode({name: said for name, said in typed.items() if said})}", 303)


@router.get("/audit")
def show_audit(request: Request, who: str = "", patient: str = "", day: str = "", before: str = "") -> Response:
    """What is asked for by person, by the patient's id and by day; ``before`` goes on from an entry."""
    at, patient, errors, on = desk(request), patient.strip(), {}, None
    try:
        on = date.fromisoformat(day) if day else None
    except ValueError:
        errors["day"] = gettext("This is not a day. Write it like 2026-11-24.")
    since, until = _day(on) if on else (None, None)
    found = at.store.audit.trail(
        who=who or None, patient_id=patient or None, since=since, until=until,
        before=int(before) if before.isdecimal() and len(before) < 19 else None, limit=PAGE + 1,
    )  # fmt: skip
    return page(
        request, "audit.html", status=422 if errors else 200, entries=found[:PAGE], more=len(found) > PAGE, who=who,
        patient=patient, day=day, before=before, ACTIONS=ACTIONS, errors=errors,
        people={name: name for name in at.store.audit.people()},
    )  # fmt: skip


def _day(day: date) -> tuple[datetime, datetime]:
    """From when until when it is this day where the practice is."""
    return datetime.combine(day, time()).astimezone(), datetime.combine(day + timedelta(days=1), time()).astimezone()
