"""When things run out: the same visit week after week, decided each time, and where the answer turns.

Approved visits and units, a benefit's visits, the days of an authorization and the year's dollars need no arithmetic of
their own here: the rules that read them decide each visit to come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.calendars import weekly
from engine.clocks import latest_event
from engine.decide import check
from engine.decision import Decision, JsonValue
from engine.facts.derived import bucket_of
from engine.language.load import Library
from engine.treatment import AllowedYtd, Authorization, Coverage, PlannedTreatment

MOST_VISITS = 60
_WATCHED = ("coverage", "authorization")


@dataclass(frozen=True, slots=True)
class Turn:
    """The first visit that is answered otherwise than the one before it.

    ``last_before`` is the day of the last visit as before; ``modifiers`` and ``papers`` are those that this visit takes
    besides; ``ask_by`` is the last working day on which a request is still decided before it, where the payer's clock
    is published.
    """

    number: int
    on: date
    last_before: date
    answers: tuple[tuple[str, str, str], ...]
    modifiers: tuple[str, ...]
    papers: tuple[str, ...]
    why: tuple[str, ...]
    ask_by: date | None

    def as_json(self) -> dict[str, JsonValue]:
        differs: list[JsonValue] = [{"answer": name, "before": old, "after": new} for name, old, new in self.answers]
        return {
            "visit": self.number,
            "on": self.on.isoformat(),
            "last_before": self.last_before.isoformat(),
            "differs": differs,
            "modifiers_added": list(self.modifiers),
            "papers_needed": list(self.papers),
            "why": list(self.why),
            "ask_by": self.ask_by.isoformat() if self.ask_by else None,
        }


@dataclass(frozen=True, slots=True)
class RunOut:
    """The visits looked at, from the case's own on, and where they turn."""

    visits: int
    per_week: int
    until: date
    turns: tuple[Turn, ...]

    def as_json(self) -> dict[str, JsonValue]:
        return {
            "visits": self.visits,
            "per_week": self.per_week,
            "until": self.until.isoformat(),
            "turns": [turn.as_json() for turn in self.turns],
        }


def run_out(treatment: PlannedTreatment, library: Library, *, today: date, per_week: int) -> RunOut:
    """Decide the planned visits one after the other, so many a week, evenly spread, and tell where answers turn.

    Without a planned number of visits, sixty are looked at. Raises UserError where a ruleset is broken.
    """
    planned = treatment.plan_of_care.visits
    first = treatment.episode.visit_number or 1
    count = min(MOST_VISITS, max(1, planned - first + 1)) if planned else MOST_VISITS
    visits = [_later(treatment, 0, per_week, per_visit=None)]
    decisions = [check(visits[0], library, today=today)]
    for number in range(1, count):
        visits.append(_later(treatment, number, per_week, per_visit=_allowed(decisions[0])))
        decisions.append(check(visits[-1], library, today=today))
    turns = tuple(_turns(library, visits, decisions, first))
    return RunOut(count, per_week, visits[-1].date_of_service, turns)


def _allowed(decision: Decision) -> Decimal | None:
    return Decimal(decision.cost.allowed) if decision.cost and decision.cost.allowed else None


def _later(treatment: PlannedTreatment, number: int, per_week: int, per_visit: Decimal | None) -> PlannedTreatment:
    """The visit ``number`` visits later, with every count of visits, units and dollars moved on."""
    day = weekly(treatment.date_of_service, number, per_week)
    episode = treatment.episode
    first = episode.visit_number or (1 if treatment.plan_of_care.visits else None)
    since = episode.treatment_days_since_progress_report
    return treatment.model_copy(
        update={
            "date_of_service": day,
            "coverage": _coverage(treatment, number),
            "episode": episode.model_copy(
                update={
                    "visit_number": None if first is None else first + number,
                    "treatment_days_since_progress_report": None if since is None else since + number,
                }
            ),
            "history": treatment.history.model_copy(update={"allowed_ytd": _ytd(treatment, number, day, per_visit)}),
        }
    )


def _coverage(treatment: PlannedTreatment, number: int) -> Coverage:
    coverage = treatment.coverage
    changes: dict[str, object] = {}
    if coverage.visits_used is not None:
        changes["visits_used"] = coverage.visits_used + number
    if isinstance(coverage.authorization, Authorization):
        changes["authorization"] = _authorization(coverage.authorization, treatment, number)
    return coverage.model_copy(update=changes)


def _authorization(given: Authorization, treatment: PlannedTreatment, number: int) -> Authorization:
    units = [line.units for line in treatment.lines]
    each = None if None in units else sum(unit for unit in units if unit is not None)
    used = {
        "visits_used": None if given.visits_used is None else given.visits_used + number,
        "units_used": None if given.units_used is None or each is None else given.units_used + each * number,
    }
    return given.model_copy(update=used)


def _ytd(treatment: PlannedTreatment, number: int, day: date, per_visit: Decimal | None) -> AllowedYtd:
    """The year's dollars before that visit; unknown in a new year, and where a visit's amount is not known."""
    before = treatment.history.allowed_ytd
    disciplines = {line.discipline or treatment.provider.discipline for line in treatment.lines}
    if number == 0:
        return before
    if day.year != treatment.date_of_service.year or per_visit is None or len(disciplines) != 1 or None in disciplines:
        return AllowedYtd()
    bucket = bucket_of(str(disciplines.pop()))
    amount = getattr(before, bucket)
    return before.model_copy(update={bucket: None if amount is None else amount + per_visit * number})


def _turns(library: Library, visits: list[PlannedTreatment], decisions: list[Decision], first: int) -> Iterator[Turn]:
    clocks = library.engine(visits[0].coverage.payer).ruleset.clocks
    for number in range(1, len(visits)):
        before, after = decisions[number - 1], decisions[number]
        answers = tuple(_differing(before, after))
        added = tuple(sorted(_modifiers(after) - _modifiers(before)))
        papers = tuple(title for title in _open_papers(after) if title not in _open_papers(before))
        if not answers and not added and not papers:
            continue
        day = visits[number].date_of_service
        clock = clocks.get("standard_decision")
        reviewed = ("authorization", "review_required") in [(name, new) for name, _, new in answers]
        yield Turn(
            number=first + number,
            on=day,
            last_before=visits[number - 1].date_of_service,
            answers=answers,
            modifiers=added,
            papers=papers,
            why=tuple(_why(after, [name for name, _, _ in answers], added)),
            ask_by=latest_event(clock, day) if clock and reviewed else None,
        )


def _differing(before: Decision, after: Decision) -> Iterator[tuple[str, str, str]]:
    for name in _WATCHED:
        old, new = getattr(before, name).answer, getattr(after, name).answer
        if old != new:
            yield name, old, new


def _open_papers(decision: Decision) -> tuple[str, ...]:
    return tuple(document.title for document in decision.documents if document.status != "on_file")


def _modifiers(decision: Decision) -> frozenset[str]:
    return frozenset(mark for line in decision.lines for mark in line.modifiers)


def _why(decision: Decision, names: list[str], added: tuple[str, ...]) -> Iterator[str]:
    messages: Mapping[str, str] = {finding.rule: finding.message for finding in decision.findings}
    for name in names:
        if name == "coverage" and decision.coverage.answer == "conditional":
            continue  # the papers are named
        for rule in getattr(decision, name).why:
            if rule in messages:
                yield messages[rule]
    if "KX" in added:
        yield from (finding.message for finding in decision.findings if finding.rule.endswith("/kx-threshold"))
