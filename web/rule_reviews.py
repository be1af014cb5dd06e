"""What must be looked at again, looks at rules, and what the payer said otherwise than a check."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from engine import UserError
from engine.maintenance.contradictions import cited, contradiction
from engine.maintenance.parts import Part, parts
from engine.maintenance.reviews import looks, signed_review
from engine.maintenance.stale import OLDER_THAN, Why, open_contradictions, stale
from engine.store import CheckRecord, StoreError
from web.desk import Desk, desk, signed_in
from web.languages import N_, gettext, in_english
from web.pages import page
from web.roles import may
from web.signing_in import only_drawn, submitted, text

router = APIRouter()
WHY: dict[Why, str] = {
    "contradicted": N_("The payer said otherwise"),
    "edition due": N_("A later edition should exist"),
    "ended": N_("Ended without a successor"),
    "never verified": N_("Never verified"),
    "old source": N_("Not looked at for long"),
}
REVIEW = "/rules/review/{rule:path}"


@router.get("/rules/stale")
def show_stale(request: Request) -> Response:
    at = desk(request)
    return page(
        request, "stale.html", items=stale(at.library, at.store.rule_notes, at.keys, today=at.today), WHY=WHY,
        today=at.today, older_than=OLDER_THAN, may_review=may(signed_in(request).role, REVIEW),
    )  # fmt: skip


@router.get(REVIEW)
def show_review(request: Request, rule: str) -> Response:
    return _review_page(request, rule, {"verified": desk(request).today.isoformat(), "note": ""}, {})


@router.post(REVIEW)
def record_review(request: Request, rule: str, form: FormData = Depends(submitted)) -> Response:
    """The look of who is signed in, signed by the key of this machine."""
    at, typed = desk(request), {name: text(form, name).strip() for name in ("verified", "note")}
    part, who = _part(at, rule), signed_in(request)
    if only_drawn(form):
        return _review_page(request, rule, typed, {})
    day = _day(typed["verified"])
    if day is None or day > at.today:
        wrong = gettext("Write the day on which you looked, today at the latest, like 2026-11-24.")
        return _review_page(request, rule, typed, {"verified": wrong})
    if text(form, "text_sha256") != part.text_sha256:
        return _review_page(request, rule, typed, {"": gettext("The rule was changed since you opened this page.")})
    made = signed_review(part, at.keys, verified=day, who=who.name, note=typed["note"], at=at.now, today=at.today)
    at.store.rule_notes.add_review(made)
    return RedirectResponse(f"/rules/review/{quote(part.id)}", 303)


def _review_page(request: Request, rule: str, typed: dict[str, str], errors: dict[str, str]) -> Response:
    at, found = desk(request), dict(parts(desk(request).library))
    part, notes = _part(at, rule), at.store.rule_notes
    looked = tuple(looks(notes.reviews(part.id), found, at.keys))
    return page(
        request, "review.html", status=422 if errors else 200, part=part, looked=looked, typed=typed, errors=errors,
        open=tuple(open_contradictions(notes.contradictions(part.id), looked, found)),
    )  # fmt: skip


def _part(at: Desk, rule: str) -> Part:
    """Raises HTTPException where there is none."""
    found = parts(at.library).get(rule)
    if found is None:
        raise HTTPException(404, gettext("There is no rule, figure or clock of this name. The rules page lists them."))
    return found


def _day(typed: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(typed)
    return None


@router.post("/check/contradict")
def contradict(request: Request, form: FormData = Depends(submitted)) -> Response:
    """What the payer said otherwise than a recorded check, to be looked at by who keeps the rule."""
    at = desk(request)
    typed = {
        name: text(form, f"otherwise.{name}").strip() for name in ("check_id", "rule", "said", "said_by", "reference")
    }
    found, check = parts(at.library), _check(at, typed["check_id"])
    if only_drawn(form):
        return _contradict_page(request, check, typed, {})
    if not typed["rule"]:
        rule_needed = gettext("Choose the reason that it contradicts.")
        return _contradict_page(request, check, typed, {"otherwise.rule": rule_needed})
    try:
        made = contradiction(
            check, found, rule=typed["rule"], said=typed["said"], said_by=typed["said_by"],
            reference=typed["reference"], who=signed_in(request).name, at=at.now,
        )  # fmt: skip
    except UserError as error:
        wrong = {
            f"otherwise.{(one.key or 'rule').replace('-', '_')}": in_english(one.message) for one in error.problems
        }
        return _contradict_page(request, check, typed, wrong)
    at.store.rule_notes.add_contradiction(made)
    return RedirectResponse(f"/check/{quote(made.check_id)}/contradictions", 303)


@router.get("/check/{check_id}/contradictions")
def contradictions(request: Request, check_id: str) -> Response:
    at = desk(request)
    said = [one for one in at.store.rule_notes.contradictions() if one.check_id == check_id]
    if not said:
        raise HTTPException(404, gettext("Nothing is recorded that a payer said otherwise than this check."))
    return page(request, "contradictions.html", check_id=check_id, said=said)


def _check(at: Desk, check_id: str) -> CheckRecord:
    """Raises HTTPException where there is none."""
    try:
        return at.store.find_check(check_id)
    except StoreError as error:
        raise HTTPException(404, str(error)) from None


def _contradict_page(request: Request, check: CheckRecord, typed: dict[str, str], errors: dict[str, str]) -> Response:
    rules = {part.id: part.title for part in cited(check, parts(desk(request).library))}
    return page(
        request,
        "contradict.html",
        status=422 if errors else 200,
        check_id=check.check_id,
        rules=rules,
        typed=typed,
        errors=errors,
    )
