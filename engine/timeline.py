"""The same visit on other days: from which day to which it is decided alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from engine.decide import check, facts_for
from engine.decision import Decision
from engine.language.load import Library
from engine.language.rules import ANSWERS
from engine.settle import FEW_PROBES
from engine.treatment import Coverage, PlannedTreatment
from engine.turns import truths, turning_days


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days, both included, of one headline and the same answers; ``decision``, without findings, is of the first."""

    first: date
    last: date
    decision: Decision


def timeline(
    treatment: PlannedTreatment, library: Library, *, today: date, first: date, last: date, probes: int = FEW_PROBES
) -> tuple[Stretch, ...]:
    """The visit decided on every day from ``first`` to ``last``, days of the same answers put together.

    Nothing but the date of service is moved. Days on which every test that the day can turn comes out alike are
    decided once. Raises UserError where a ruleset is broken.
    """
    found: list[Stretch] = []
    before: object = None
    asked, coverages = treatment.today or today, _coverages(treatment)
    engines = [library.engine(coverage.payer) for coverage in coverages]
    turns = {first}
    for engine, coverage in zip(engines, coverages, strict=True):
        turns |= turning_days(engine, facts_for(treatment, coverage, library, asked, strict=False), first, last)
    for day in sorted(turns):
        moved = treatment.model_copy(update={"date_of_service": day})
        facts = [facts_for(moved, coverage, library, asked, strict=False) for coverage in coverages]
        turned = [truths(engine, of) for engine, of in zip(engines, facts, strict=True)]
        if turned == before:
            continue
        before = turned
        decision = check(moved, library, today=today, probes=probes, explained=False, gathered=facts[0])
        if not found or _answers(decision) != _answers(found[-1].decision):
            found.append(Stretch(day, last, decision))
    ended = (replace(one, last=after.first - timedelta(days=1)) for one, after in pairwise(found))
    return (*ended, *found[-1:])


def _coverages(treatment: PlannedTreatment) -> tuple[Coverage, ...]:
    second = treatment.coverage.secondary
    return (treatment.coverage, second) if second else (treatment.coverage,)


def _answers(decision: Decision) -> tuple[str, ...]:
    own = (decision.headline, *(getattr(decision, name).answer for name in ANSWERS))
    return own + (_answers(decision.secondary) if decision.secondary else ())
