"""The deadlines: one board of everything due, soonest first, and each person's calendar feed of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from engine.tracking.board import Due, board
from engine.tracking.feed import calendar
from engine.tracking.records import Tracked
from web.desk import Desk, desk, person, seen
from web.guard import token_hash
from web.languages import gettext
from web.pages import page
from web.patients.labels import KINDS
from web.roles import may

router = APIRouter()
SPANS = (7, 14, 30, 90, 365)
_SPAN = 30
_FEED_DAYS = 365
_CALENDAR = "/calendar/{token}.ics"
"""Calendar programs cannot sign in: the secret in the address is all that they bring."""


@dataclass(frozen=True, slots=True)
class _Row:
    due: Due
    name: str
    discipline: str
    payer: str
    number: str | None


@router.get("/deadlines")
def deadlines(request: Request) -> Response:
    return _page(request)


@router.post("/deadlines/feed")
def make_feed(request: Request) -> Response:
    """A new secret address, which is shown once; the one before ends."""
    at, who = desk(request), person(request)
    assert who is not None  # the guard let nobody else in
    token = secrets.token_urlsafe(32)
    at.people.feeds.give(who.id, token_hash(token), at.now)
    return _page(request, str(request.base_url).rstrip("/") + _CALENDAR.format(token=token))


@router.post("/deadlines/feed/withdraw")
def withdraw_feed(request: Request) -> Response:
    at, who = desk(request), person(request)
    assert who is not None  # the guard let nobody else in
    at.people.feeds.withdraw(who.id)
    return RedirectResponse("/deadlines", 303)


@router.api_route(_CALENDAR, methods=["GET", "HEAD"])
def feed(request: Request, token: str) -> Response:
    """The board as a calendar, for whoever brings the secret; seen by the one whose it is."""
    at = desk(request)
    owner_id = at.people.feeds.whose(token_hash(token))
    owner = at.people.find(owner_id) if owner_id is not None else None
    if owner is None or owner.locked or not may(owner.role, "/deadlines"):
        raise HTTPException(
            404, gettext("There is no calendar at this address. It may have been withdrawn or renewed.")
        )
    found = board(at.store.tracking.everything(), at.library, today=at.today, days=_FEED_DAYS)
    request.state.person = owner
    seen(request, [due.patient_id for due in found], detail="calendar")
    headers = {"Content-Disposition": 'inline; filename="precertain.ics"'}
    return Response(calendar(found, at.now), media_type="text/calendar; charset=utf-8", headers=headers)


def _page(request: Request, address: str | None = None) -> Response:
    at, who = desk(request), person(request)
    assert who is not None  # the guard let nobody else in
    asked = request.query_params
    days = next((span for span in SPANS if asked.get("days") == str(span)), _SPAN)
    kind = next((one for one in KINDS if asked.get("kind") == one), "")
    tracked = at.store.tracking.everything()
    found = board(tracked, at.library, today=at.today, days=days)
    rows = tuple(_rows([due for due in found if not kind or due.kind == kind], tracked, at))
    seen(request, [row.due.patient_id for row in rows], "listed")
    return page(
        request, "deadlines.html", rows=rows, days=days, kind=kind, spans=SPANS, today=at.today, KINDS=KINDS,
        overdue=sum(row.due.on is not None and row.due.on < at.today for row in rows), address=address,
        made_at=at.people.feeds.made_at(who.id),
    )  # fmt: skip


def _rows(found: list[Due], tracked: Tracked, at: Desk) -> list[_Row]:
    names = {one.id: one.name for one in tracked.patients}
    episodes = {one.id: one for one in tracked.episodes}
    numbers = {one.id: one.number for one in tracked.authorizations}
    return [
        _Row(
            due,
            names[due.patient_id],
            episodes[due.episode_id].discipline,
            at.payer_title(episodes[due.episode_id].payer),
            numbers.get(due.authorization_id or ""),
        )
        for due in found
    ]
