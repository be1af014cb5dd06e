"""The check page: the form, the verdict with its reasons, and the verdict while the form is filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import FormData

from engine import Decision, PlannedTreatment
from engine.cliffs import cliffs
from engine.decision import Finding
from engine.diagnosis_search import Search, diagnosis_text, search_diagnoses
from engine.states import STATES
from engine.store import AnswerRecord, StoreError
from engine.store.asked import Asked, check_record
from web import choices
from web import form as fields
from web.desk import Desk, desk
from web.form import Typed
from web.languages import gettext
from web.over_time import Band, band
from web.pages import page
from web.reading import ASK, Reading, fact_of, reading
from web.signing_in import only_drawn, submitted, text
from web.wrong import NEEDED

router = APIRouter()
FEWER_PROBES = 100
"""For each of the dozen changes that are tried: somebody waits for the page."""


@router.get("/check")
def empty(request: Request) -> Response:
    today = desk(request).today.isoformat()
    return _page(request, Typed({"date_of_service": today}), {})


@router.post("/check")
def checked(request: Request, form: FormData = Depends(submitted)) -> Response:
    at, typed = desk(request), fields.read(form)
    if form.get("finding"):
        return _page(request, typed, {}, search=_search(at, typed))
    if only_drawn(form):
        return _in_another_language(request, typed, form)
    made = fields.case(typed, at)
    if not isinstance(made, PlannedTreatment):
        return _page(request, typed, made)
    decision = at.decide(made)
    _, found = cliffs(made, at.library, today=at.today, probes=FEWER_PROBES)
    return _page(
        request, typed, {}, reading(decision, found), _record(at, typed, made, decision), band=band(made, decision, at)
    )


def _in_another_language(request: Request, typed: Typed, form: FormData) -> Response:
    """The page as it was left, with nothing recorded: the verdict where it is of what the form still says, and the
    answers where they were typed."""
    at = desk(request)
    made = fields.case(replace(typed, answers={}), at)
    if not isinstance(made, PlannedTreatment):
        return _page(request, typed, {})
    decision = at.decide(made)
    if decision.check_id != text(form, "shown"):
        return _page(request, typed, {})
    _, found = cliffs(made, at.library, today=at.today, probes=FEWER_PROBES)
    names = ("rule", "said", "said_by", "reference")
    otherwise = {name: said for name in names if (said := text(form, f"otherwise.{name}"))}
    return _page(request, typed, {}, reading(decision, found), band=band(made, decision, at), otherwise=otherwise)


@router.post("/check/live")
def live(request: Request, form: FormData = Depends(submitted)) -> Response:
    """The verdict of the form as it stands, as a piece of a page; not recorded."""
    at = desk(request)
    made = fields.case(fields.read(form), at)
    if not isinstance(made, PlannedTreatment):
        return page(
            request, "live.html", reading=None, wrong=[said for said in made.values() if said != gettext(NEEDED)]
        )
    return page(request, "live.html", reading=reading(at.decide(made)), wrong=[])


@router.post("/check/diagnoses")
def diagnoses(request: Request, form: FormData = Depends(submitted)) -> list[tuple[str, str]]:
    """Codes and texts for the words typed so far, for the list that opens below the field."""
    return [(one.code, one.text) for one in _search(desk(request), fields.read(form)).found]


def _search(at: Desk, typed: Typed) -> Search:
    return search_diagnoses(typed.find, at.library.reference, _day(typed, at))


def _day(typed: Typed, at: Desk) -> date:
    """The day of the visit; today, while it is none."""
    with suppress(ValueError):
        return date.fromisoformat(typed.values.get("date_of_service", ""))
    return at.today


def _record(at: Desk, typed: Typed, treatment: PlannedTreatment, decision: Decision) -> str | None:
    """Record the check, and the answers to the questions of the one before; where that fails, why."""
    now, reference, said_by = at.now, typed.reference or None, typed.said_by or None
    answers = [
        AnswerRecord(typed.asked_by, fact, text, said_by, reference, now) for fact, text in typed.answers.items()
    ]
    try:
        at.store.record_check(check_record(Asked(treatment, False, decision), now))
        if answers:
            at.store.record_answers(*answers)
    except StoreError as error:
        return str(error)
    return None


def _texts(at: Desk, typed: Typed) -> Iterator[tuple[str, str]]:
    """The published texts of the diagnoses typed, where they have one."""
    for code in fields.diagnoses(typed):
        if text := diagnosis_text(code, at.library.reference, _day(typed, at)):
            yield code, text


def _contradictable(at: Desk, findings: tuple[Finding, ...]) -> dict[str, str]:
    """The rules of rulesets that the answer rests on, by id: what a payer may say otherwise about."""
    return {one.rule: one.message for one in findings if one.rule.rpartition("/")[0] in at.library.listed}


def _page(
    request: Request,
    typed: Typed,
    errors: dict[str, str],
    found: Reading | None = None,
    not_recorded: str | None = None,
    *,
    band: Band | None = None,
    otherwise: Mapping[str, str] | None = None,
    search: Search | None = None,
) -> Response:
    at = desk(request)
    asked = {one.fact for _, group in found.script for one in group} if found else set()
    answers = {**typed.answered, **typed.answers}
    given = {fact: text for fact, text in answers.items() if fact not in asked}
    return page(
        request,
        "check.html",
        status=422 if errors else 200,
        typed=typed,
        given=given,
        errors=errors,
        reading=found,
        not_recorded=not_recorded,
        band=band,
        otherwise=otherwise or {},
        search=search,
        contradictable=_contradictable(at, found.decision.findings) if found else {},
        texts=dict(_texts(at, typed)) if search else {},
        payers=at.payers,
        codes=at.library.reference.codes.values(),
        choices=choices,
        lines=fields.LINES,
        fact_of=fact_of,
        ASK=ASK,
        states=sorted(STATES),
        today=at.today,
    )
