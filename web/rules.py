"""The rules room: what answers today, and any payer's rules in plain English."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from engine.quality import english
from web.desk import desk
from web.languages import gettext
from web.pages import page

router = APIRouter()


@router.get("/rules")
def payers(request: Request) -> Response:
    at = desk(request)
    found = [(payer, at.library.for_payer(payer.id)) for payer in at.payers]
    return page(request, "rules.html", payers=found, today=at.today)


@router.get("/rules/{payer}")
def rules_of(request: Request, payer: str) -> Response:
    at = desk(request)
    if payer not in at.library.payers:
        raise HTTPException(404, gettext("There is no payer of this name. The rules page lists those that there are."))
    return page(request, "ruleset.html", ruleset=at.library.for_payer(payer), english=english, today=at.today)
