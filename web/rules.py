"""The rules room: what answers today, any payer's rules in plain English, and what lint and examples say of them."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from engine.language.rules import Ruleset
from engine.quality import english
from web.desk import Desk, desk
from web.languages import gettext
from web.pages import page
from web.proofs import proof_of
from web.signing_in import submitted, text

router = APIRouter()


@router.get("/rules")
def payers(request: Request) -> Response:
    at = desk(request)
    found = [(payer, at.library.for_payer(payer.id)) for payer in at.payers]
    return page(request, "rules.html", payers=found, today=at.today)


@router.get("/rules/{payer}")
def rules_of(request: Request, payer: str) -> Response:
    return _page(request, _ruleset(desk(request), payer), None)


@router.post("/rules/{payer}")
def choose_day(request: Request, payer: str, form: FormData = Depends(submitted)) -> Response:
    """Only the rules that are in force on a date of service; all of them where none is given."""
    ruleset, typed = _ruleset(desk(request), payer), text(form, "on").strip()
    if not typed:
        return RedirectResponse(f"/rules/{payer}", 303)
    day = _day(typed)
    if day is None:
        wrong = {"on": gettext("“%(typed)s” is no date such as 2026-11-24.", typed=typed)}
        return _page(request, ruleset, None, wrong, status=422)
    return RedirectResponse(f"/rules/{payer}/on/{day}", 303)


@router.get("/rules/{payer}/on/{day}")
def rules_on(request: Request, payer: str, day: str) -> Response:
    ruleset, on = _ruleset(desk(request), payer), _day(day)
    if on is None:
        raise HTTPException(404, gettext("“%(typed)s” is no date such as 2026-11-24.", typed=day))
    return _page(request, ruleset, on)


@router.get("/rules/{payer}/proof")
def proof(request: Request, payer: str) -> Response:
    """Lint and examples, run when the page of a version is first opened."""
    at = desk(request)
    ruleset = _ruleset(at, payer)
    return page(request, "proof.html", payer=payer, ruleset=ruleset, proof=proof_of(at, payer, ruleset), today=at.today)


def _ruleset(at: Desk, payer: str) -> Ruleset:
    """Raises HTTPException where there is none."""
    found = at.library.for_payer(payer) if payer in at.library.payers else None
    if found is None:
        raise HTTPException(404, gettext("There is no payer of this name. The rules page lists those that there are."))
    return found


def _day(typed: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(typed)
    return None


def _page(
    request: Request, ruleset: Ruleset, on: date | None, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    at, clocks = desk(request), ruleset.clocks.values()
    return page(
        request,
        "ruleset.html",
        status=status,
        ruleset=ruleset,
        rules=[rule for rule in ruleset.rules if on is None or rule.in_force_on(on)],
        clocks=[clock for clock in clocks if on is None or any(span.in_force_on(on) for span in clock.spans)],
        on=on,
        errors=errors or {},
        english=english,
        today=at.today,
    )
