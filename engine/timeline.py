"""The same visit on other days: from which day to which it is decided alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from engine.decide import check, facts_for
from engine.decision import Decision
from engine.facts.base import Facts, Place
from engine.facts.dictionary import describe
from engine.inference.rule_engine import RuleEngine, edited_pairs
from engine.language.conditions import Test, leaves
from engine.language.load import Library
from engine.language.rules import ANSWERS
from engine.settle import FEW_PROBES
from engine.treatment import Coverage, PlannedTreatment

_STILL = frozenset({"line.kind", "line.therapy_code", "coverage.visits_left"})


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days, both included, of one headline and the same answers; ``decision`` is that of the first."""

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
    for day in (first + timedelta(days=number) for number in range((last - first).days + 1)):
        moved = treatment.model_copy(update={"date_of_service": day})
        turned = [_truths(library, moved, coverage, today) for coverage in _coverages(treatment)]
        if turned != before:
            decision = check(moved, library, today=today, probes=probes)
            if not found or _answers(decision) != _answers(found[-1].decision):
                found.append(Stretch(day, day, decision))
        before = turned
        found[-1] = Stretch(found[-1].first, day, found[-1].decision)
    return tuple(found)


def _coverages(treatment: PlannedTreatment) -> tuple[Coverage, ...]:
    second = treatment.coverage.secondary
    return (treatment.coverage, second) if second else (treatment.coverage,)


def _answers(decision: Decision) -> tuple[str, ...]:
    own = (decision.headline, *(getattr(decision, name).answer for name in ANSWERS))
    return own + (_answers(decision.secondary) if decision.secondary else ())


def _truths(library: Library, treatment: PlannedTreatment, coverage: Coverage, today: date) -> tuple[int, ...]:
    """How the tests that the day can turn come out on the treatment's day."""
    engine = library.engine(coverage.payer)
    facts = facts_for(treatment, coverage, library, treatment.today or today, strict=False)
    return tuple(_of_rules(engine, facts))


def _of_rules(engine: RuleEngine, facts: Facts) -> Iterator[int]:
    lines: list[Place] = list(range(len(facts.treatment.lines)))
    pairs: list[Place] = list(edited_pairs(facts))
    places: dict[str, list[Place]] = {"treatment": [None], "line": lines, "pair": pairs}
    yield len(pairs)
    for scope, test in _turning(engine):
        yield from (engine.truth(test, facts, place) for place in places[scope])


@lru_cache(maxsize=64)
def _turning(engine: RuleEngine) -> tuple[tuple[str, Test], ...]:
    """The tests of rules and their papers that another day can turn: of the day, a figure, or a derived fact."""
    found: dict[tuple[str, Test], None] = {}
    for rule in engine.ruleset.rules:
        for condition in (rule.condition, *(document.on_file for document in rule.documents)):
            for test in leaves(condition):
                if isinstance(test, Test) and (test.dated or _moves(test.fact)):
                    found[rule.scope, test] = None
    return tuple(found)


def _moves(fact: str) -> bool:
    """Whether a fact can change with the day: a derived one may, unless it is read off the code or counts visits."""
    return fact == "date_of_service" or (describe(fact).derived and fact not in _STILL)
