"""The day's page: every visit checked, exceptions first, and where a schedule is brought in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from engine.decision import HEADLINES, Decision
from engine.schedule.day import AlertKind, Day, Visit, arrange, visit_of
from engine.schedule.standing import Standing, papers_due, standing
from engine.store.uploads import KEPT_FOR
from engine.tracking.progress import ProgressReports
from engine.treatment import Authorization, PlannedTreatment
from engine.words import dollars
from web.desk import Desk, desk, seen
from web.form import ANSWERED, NAMES
from web.guard import MOST_BYTES
from web.languages import N_, capital, gettext, ngettext, said
from web.pages import page
from web.reading import Reading, Step, reading

router = APIRouter()
_BY_WORD = frozenset({"not_covered", "call_payer", "authorize_first", "request_due"})
"""Alerts that say what the word of the verdict says."""
ALERTS = {
    "not_covered": N_("Not covered"), "call_payer": N_("Call the payer"), "authorize_first": N_("Authorize first"),
    "authorization_left": N_("Authorization left"), "authorization_expires": N_("Authorization ends"),
    "kx": N_("KX"), "progress_report": N_("Progress report"), "recertification": N_("Plan of care"),
    "request_due": N_("Request"), "edit": N_("Edit"), "units_disagree": N_("Units"), "telehealth": N_("Telehealth"),
}  # fmt: skip
_DUE = {"certification": "plan", "recertification": "plan", "progress_report": "report"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the columns of the day show of a visit; None and empty where it is not known."""

    left: tuple[str, ...]
    expires: date | None
    dollars: tuple[str, ...]
    plan_due: date | None
    report_due: date | None
    units: tuple[str, ...]
    edits: int


@dataclass(frozen=True, slots=True)
class Row:
    """A visit of the day. ``step``: the one thing to do; ``also``: what else it needs; ``form``: the case as the check
    page takes it."""

    standing: Standing
    visit: Visit
    reading: Reading
    step: Step
    also: tuple[AlertKind, ...]
    facts: Facts
    form: dict[str, str]


@router.get("/day")
def next_day(request: Request) -> Response:
    return day_page(request, desk(request).next_day())


@router.get("/day/{on}")
def one_day(request: Request, on: str) -> Response:
    try:
        return day_page(request, date.fromisoformat(on))
    except ValueError:
        raise HTTPException(404, gettext("A day is written 2026-12-01.")) from None


def day_page(request: Request, on: date, *, wrong: str = "", status: int = 200) -> Response:
    at = desk(request)
    at.store.uploads.clear(at.now)
    rows, unchecked = _rows(at, on)
    seen(request, {one.patient.id for one in (*(row.standing for row in rows), *unchecked)}, "listed", f"day {on}")
    counts = Counter(row.visit.decision.headline for row in rows)
    wanted = request.query_params.get("verdict", "")
    wanted = wanted if wanted in HEADLINES else ""
    told = {
        name: request.query_params[name] for name in ("recorded", "unchanged", "new", "cancelled")
        if request.query_params.get(name, "").isdecimal()
    }  # fmt: skip
    return page(
        request,
        "day.html",
        status=status,
        on=on,
        today=at.today,
        rows=[row for row in rows if wanted in ("", row.visit.decision.headline)],
        exceptions=sum(bool(row.visit.alerts) for row in rows),
        unchecked=unchecked,
        counts={word: counts[word] for word in HEADLINES[::-1] if counts[word]},
        wanted=wanted,
        told=told,
        wrong=wrong,
        ALERTS=ALERTS,
        later=at.store.tracking.day_after(on) if not rows else None,
        days=timedelta,
        kept_for=KEPT_FOR,
        most=MOST_BYTES,
    )


def _rows(at: Desk, on: date) -> tuple[list[Row], list[Standing]]:
    """The visits in the order of the day, and those booked without a case."""
    found, tracked = standing(at.store, on)
    reports = ProgressReports(at.library, at.today)
    by_place: dict[int, Standing] = {}
    visits = []
    for one in found:
        if one.appointment is not None:
            by_place[one.appointment.where.line] = one
            decision = at.decide(one.appointment.treatment)
            visits.append(visit_of(one.appointment, decision, papers_due(one, tracked, reports)))
    day: Day = arrange(on, visits)
    rows = [_row(by_place[visit.appointment.where.line], visit) for visit in day.visits]
    return rows, [one for one in found if one.appointment is None]


def _row(of: Standing, visit: Visit) -> Row:
    told = reading(visit.decision)
    step = told.next_step
    if visit.alerts and visit.alerts[0].kind not in _BY_WORD:
        alert = visit.alerts[0]
        step = Step(capital(said(alert.said)), alert.on)
    told_by = {visit.alerts[0].kind} if visit.alerts else set()
    also = tuple(dict.fromkeys(alert.kind for alert in visit.alerts if alert.kind not in told_by))
    return Row(of, visit, told, step, also, _facts(visit), _as_form(visit.appointment.treatment))


def _facts(visit: Visit) -> Facts:
    decision = visit.decision
    on_file = visit.appointment.treatment.coverage.authorization
    due = {alert.kind: alert.on for alert in visit.alerts}
    deadlines = {_DUE[item.id]: item.due for item in decision.deadlines if item.id in _DUE and item.due}
    return Facts(
        left=_left(on_file) if isinstance(on_file, Authorization) else (),
        expires=on_file.valid_to if isinstance(on_file, Authorization) else None,
        dollars=_dollars(decision),
        plan_due=due.get("recertification") or deadlines.get("plan"),
        report_due=due.get("progress_report") or deadlines.get("report"),
        units=tuple(f"{line.code} x {'?' if line.units is None else line.units}" for line in decision.lines),
        edits=len(decision.edits),
    )


def _left(on_file: Authorization) -> tuple[str, ...]:
    left = []
    if on_file.visits_approved is not None and on_file.visits_used is not None:
        n = on_file.visits_approved - on_file.visits_used
        left.append(ngettext("%(n)s visit", "%(n)s visits", n) % {"n": n})
    if on_file.units_approved is not None and on_file.units_used is not None:
        n = on_file.units_approved - on_file.units_used
        left.append(ngettext("%(n)s unit", "%(n)s units", n) % {"n": n})
    return tuple(left)


def _dollars(decision: Decision) -> tuple[str, ...]:
    totals = decision.cost.bucket_after if decision.cost else ()
    return tuple(
        gettext("%(amount)s of %(threshold)s", amount=dollars(one.amount), threshold=dollars(one.threshold))
        for one in totals
        if one.threshold
    )


def _as_form(treatment: PlannedTreatment) -> dict[str, str]:
    """The case as the fields of the check page; what that has no field for is an answer given before."""
    cells = dict(_cells(treatment.model_dump(mode="json", exclude_none=True), ""))
    codes = [cells.pop(name) for name in [*cells] if name.startswith("diagnoses.")]
    named = {name if name in NAMES else f"{ANSWERED}{name}": value for name, value in cells.items()}
    return named | ({"diagnoses": " ".join(codes)} if codes else {})


def _cells(value: object, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _cells(below, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for at, below in enumerate(value, start=1):
            yield from _cells(below, f"{name}.{at}")
    else:
        yield name, {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
