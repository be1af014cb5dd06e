"""A day's visits, all decided, those that need somebody first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import chain
from typing import Literal, get_args

from engine.decide import check
from engine.decision import HEADLINES, Decision, Edit, JsonValue
from engine.language.load import Library
from engine.message import Message, Part, Within, english
from engine.parallel import each
from engine.problems import Problem, UserError
from engine.schedule.appointments import Appointment
from engine.treatment import AllowedYtd, Authorization, PlannedTreatment
from engine.words import dollars

AlertKind = Literal[
    "not_covered",
    "call_payer",
    "authorize_first",
    "authorization_left",
    "authorization_expires",
    "kx",
    "progress_report",
    "recertification",
    "request_due",
    "edit",
    "units_disagree",
    "telehealth",
]
"""What a visit may need somebody for, the most pressing first: the order of the page."""
_RANK = {kind: at for at, kind in enumerate(get_args(AlertKind))}
_AT_ONCE = 25
"""Visits decided by one process before it takes more. As many or fewer are decided here: another takes longer to start.
"""
FEW_VISITS = 2
DAYS_AHEAD = 14
VISITS_TO_THRESHOLD = 3
"""When we warn: so few authorized visits or units left, a day so near, so few visits like this before KX."""
_DUE: dict[str, AlertKind] = {
    "recertification": "recertification",
    "certification": "recertification",
    "progress_report": "progress_report",
}


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that a visit needs somebody for; ``on``: the day it concerns, where there is one."""

    kind: AlertKind
    said: Message
    on: date | None = None

    @property
    def words(self) -> str:
        return english(self.said)

    def as_json(self) -> dict[str, JsonValue]:
        return {"kind": self.kind, "words": self.words, "on": self.on.isoformat() if self.on else None}


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment with its decision and what it needs, the most pressing first."""

    appointment: Appointment
    decision: Decision
    alerts: tuple[Alert, ...]

    def as_json(self) -> dict[str, JsonValue]:
        start = self.appointment.start
        return {
            "start": start.isoformat("minutes") if start else None,
            "patient": self.appointment.patient,
            "line": self.appointment.where.line,
            "alerts": [alert.as_json() for alert in self.alerts],
            "decision": self.decision.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Day:
    """The visits of a day: exceptions first, in the order of ``AlertKind``, then by time."""

    on: date
    visits: tuple[Visit, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many visits have each headline, from free to strict."""
        found = Counter(visit.decision.headline for visit in self.visits)
        return {word: found[word] for word in HEADLINES if found[word]}

    def as_json(self) -> dict[str, JsonValue]:
        return {
            "on": self.on.isoformat(),
            "counts": dict(self.counts),
            "visits": [visit.as_json() for visit in self.visits],
        }


def the_day(appointments: Sequence[Appointment], on: date | None) -> date:
    """The day asked for, or the one day of all appointments. Raises UserError where there is none such."""
    days = sorted({appointment.on for appointment in appointments})
    if on is None and len(days) > 1:
        hint = f"tell which with --on: {days[0]} to {days[-1]}"
        raise UserError([Problem("several-days", f"the appointments are of {len(days)} days", hint=hint)])
    if not days or (on is not None and on not in days):
        known = f"there are appointments from {days[0]} to {days[-1]}" if days else None
        raise UserError([Problem("no-visit", f"there is no visit on {on}" if on else "there is no visit", hint=known)])
    return on or days[0]


def decide_day(
    appointments: Sequence[Appointment],
    library: Library,
    *,
    on: date,
    today: date,
    meanwhile: Callable[[], None] = lambda: None,
) -> Day:
    """Decide every appointment of the day, many on all cores; ``meanwhile`` as of ``each``. To be called in the main
    thread. Raises UserError where a ruleset is broken."""
    wanted = [one for one in appointments if one.on == on]
    # Of one payer together, so that few processes get the same rules ready.
    order = sorted(range(len(wanted)), key=lambda at: wanted[at].treatment.coverage.payer)
    shares = [
        [wanted[at].treatment for at in order[first : first + _AT_ONCE]] for first in range(0, len(order), _AT_ONCE)
    ]
    for payer in sorted({one.treatment.coverage.payer for one in wanted}):
        library.engine(payer)  # made ready once, before there are processes that would each do it
    decided = chain.from_iterable(each(partial(_decided, today=today), library, shares, meanwhile=meanwhile))
    found = dict(zip(order, decided, strict=True))
    return arrange(on, [visit_of(one, found[at]) for at, one in enumerate(wanted)])


def _decided(library: Library, treatments: Sequence[PlannedTreatment], *, today: date) -> list[Decision]:
    return [check(treatment, library, today=today) for treatment in treatments]


def arrange(on: date, visits: Iterable[Visit]) -> Day:
    """The day with its visits in order."""
    return Day(on, tuple(sorted(visits, key=_order)))


def visit_of(appointment: Appointment, decision: Decision, papers: Iterable[Alert] = ()) -> Visit:
    """``papers``: what is due by what is tracked; told only where the decision does not tell of that paper itself."""
    alerts = list(_alerts(appointment, decision))
    told = {alert.kind for alert in alerts}
    alerts += [paper for paper in papers if paper.kind not in told]
    alerts.sort(key=lambda alert: (_RANK[alert.kind], alert.on or date.max))
    return Visit(appointment, decision, tuple(alerts))


def _order(visit: Visit) -> tuple[int, str, str, int]:
    first = _RANK[visit.alerts[0].kind] if visit.alerts else len(_RANK)
    start = visit.appointment.start
    return (
        first,
        start.isoformat() if start else "",
        visit.appointment.patient.casefold(),
        visit.appointment.where.line,
    )


def _alerts(appointment: Appointment, decision: Decision) -> Iterator[Alert]:
    on_file = appointment.treatment.coverage.authorization
    if decision.headline in ("not_covered", "call_payer", "authorize_first"):
        yield Alert(decision.headline, decision.said, decision.authorization.request_by)  # type: ignore[arg-type]
    if isinstance(on_file, Authorization):
        yield from _authorization(on_file, decision)
    yield from _threshold(appointment.treatment.history.allowed_ytd, decision)
    yield from _due(decision)
    if decision.headline == "book_and_request":
        yield Alert("request_due", decision.said, decision.authorization.request_by)
    for edit in decision.edits:
        yield Alert("edit", _edit(edit))
    if any(finding.rule == "precertain/units-disagree" for finding in decision.findings):
        yield Alert("units_disagree", Message("the units planned are not those that the minutes give"))
    if decision.telehealth.answer in ("not_accepted", "unknown"):
        yield Alert("telehealth", Message(TELEHEALTH[decision.telehealth.answer]))


def _edit(edit: Edit) -> Message:
    values: dict[str, Part] = {
        "first": edit.column1,
        "second": edit.column2,
        "resolution": Message(EDITS[edit.resolution]),
    }
    return Message("%(first)s with %(second)s: %(resolution)s", values)


EDITS = {
    "never_together": "never paid together",
    "modifier": "the second takes the distinct-service modifier",
    "modifier_if_separate": "paid together only if the second has its own time",
    "bundled": "the second is bundled into the first",
}
TELEHEALTH = {
    "not_accepted": "the payer does not take this by telehealth",
    "unknown": "how the visit takes place, or whether the payer takes it by telehealth, is not known",
}


LIMITS = {
    "visit": (
        "no authorized visit is left for this visit",
        "%(number)s authorized visit left, this visit not yet counted",
        "%(number)s authorized visits left, this visit not yet counted",
    ),
    "unit": (
        "no authorized unit is left for this visit",
        "%(number)s authorized unit left, this visit not yet counted",
        "%(number)s authorized units left, this visit not yet counted",
    ),
}
"""What is left of an authorization: none, one, several."""
THRESHOLD = (
    "over the yearly threshold, KX goes on the claim: %(amount)s of %(threshold)s with this visit",
    "visit %(visit)s like this one, itself the first, needs KX: %(amount)s of %(threshold)s with this visit",
)
"""Whether this visit takes the year's total over it, or a later one."""


def _authorization(on_file: Authorization, decision: Decision) -> Iterator[Alert]:
    """What is left of the authorization before this visit, and when it ends."""
    for limit, approved, used in (
        (LIMITS["visit"], on_file.visits_approved, on_file.visits_used),
        (LIMITS["unit"], on_file.units_approved, on_file.units_used),
    ):
        none, one, several = limit
        if approved is None or used is None:
            continue
        left = approved - used
        if left <= 0:
            yield Alert("authorization_left", Message(none))
        elif left <= FEW_VISITS:
            yield Alert("authorization_left", Message(one if left == 1 else several, {"number": left}))
    if on_file.valid_to and on_file.valid_to <= decision.date_of_service + timedelta(days=DAYS_AHEAD):
        over = on_file.valid_to < decision.date_of_service
        ended = Message("the authorization ended before this visit")
        yield Alert("authorization_expires", ended if over else Message("the authorization ends"), on_file.valid_to)


def _threshold(counted_before: AllowedYtd, decision: Decision) -> Iterator[Alert]:
    """KX on the claim, or soon; where the year's total is not known at all, that is no exception of this day."""
    kx = any("KX" in line.modifiers for line in decision.lines)
    totals = decision.cost.bucket_after if decision.cost else ()
    near = [
        total
        for total in totals
        if total.threshold and total.over_on_visit is not None and total.over_on_visit <= VISITS_TO_THRESHOLD
    ]
    for total in near:
        values: dict[str, Part] = {
            "amount": dollars(total.amount),
            "threshold": dollars(total.threshold or "0"),
            "visit": total.over_on_visit or 0,
        }
        yield Alert("kx", Message(THRESHOLD[0 if total.over_on_visit == 1 else 1], values))
    if kx and not near:
        yield Alert("kx", Message("KX goes on the claim: the year's total is over the threshold"))
    if not kx and not near and (counted_before.ot is not None or counted_before.pt_slp is not None):
        possible = any(mark.modifier == "KX" for line in decision.lines for mark in line.possible_modifiers)
        if possible:
            yield Alert("kx", Message("this visit may take the year's total over the threshold: KX may be needed"))


def _due(decision: Decision) -> Iterator[Alert]:
    papers = {paper.id: paper for paper in decision.documents}
    report = papers.get("progress_report")
    if report and report.status != "on_file":
        missing = Message("the progress report is missing")
        said = missing if report.status == "missing" else Message("the progress report is not known to be on file")
        yield Alert("progress_report", said, decision.date_of_service)
    for item in decision.deadlines:
        kind = _DUE.get(item.id)
        if kind and item.due and item.due <= decision.date_of_service + timedelta(days=DAYS_AHEAD):
            title = {"what": Within(item.title)}
            late = item.due < decision.today
            said = Message("%(what)s due (that day is past)", title) if late else Message("%(what)s due", title)
            yield Alert(kind, said, item.due)
