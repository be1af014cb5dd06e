"""The same visit on other days: from which day to which it is decided alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from engine.decide import check, facts_for
from engine.decision import Decision
from engine.facts.base import Facts
from engine.language.load import Library
from engine.language.rules import ANSWERS
from engine.settle import FEW_PROBES
from engine.treatment import Coverage, PlannedTreatment
from engine.turns import truths, turning_days

_Truths = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days, both included, of the same headline and answers; ``decision`` is that of a day decided like the first."""

    first: date
    last: date
    decision: Decision


def timeline(
    treatment: PlannedTreatment,
    library: Library,
    *,
    today: date,
    first: date,
    last: date,
    probes: int = FEW_PROBES,
    decided: Decision | None = None,
) -> tuple[Stretch, ...]:
    """The visit decided on every day from ``first`` to ``last``, days of the same answers put together.

    Nothing but the date of service is moved. Days on which every test that the day can turn comes out alike are
    decided once. ``decided``: the decision of the visit's own day, where it is at hand. Raises UserError where a
    ruleset is broken.
    """
    asked, coverages = treatment.today or today, _coverages(treatment)
    engines = [library.engine(coverage.payer) for coverage in coverages]

    def seen(case: PlannedTreatment) -> list[Facts]:
        return [facts_for(case, coverage, library, asked, strict=False) for coverage in coverages]

    def turned(facts: list[Facts]) -> _Truths:
        return tuple(truths(engine, of) for engine, of in zip(engines, facts, strict=True))

    own = seen(treatment)
    days = {first}.union(*(turning_days(engine, of, first, last) for engine, of in zip(engines, own, strict=True)))
    decisions: dict[_Truths, Decision] = {turned(own): decided} if decided else {}
    found: list[Stretch] = []
    for day in sorted(days):
        moved = treatment.model_copy(update={"date_of_service": day})
        facts = seen(moved)
        key = turned(facts)
        if key not in decisions:
            decisions[key] = check(moved, library, today=today, probes=probes, explained=False, gathered=facts[0])
        if not found or _answers(decisions[key]) != _answers(found[-1].decision):
            found.append(Stretch(day, last, decisions[key]))
    ended = (replace(one, last=after.first - timedelta(days=1)) for one, after in pairwise(found))
    return (*ended, *found[-1:])


def _coverages(treatment: PlannedTreatment) -> tuple[Coverage, ...]:
    second = treatment.coverage.secondary
    return (treatment.coverage, second) if second else (treatment.coverage,)


def _answers(decision: Decision) -> tuple[str, ...]:
    own = (decision.headline, *(getattr(decision, name).answer for name in ANSWERS))
    return own + (_answers(decision.secondary) if decision.secondary else ())
