"""The fewest questions, held against exhaustive search over all sets of unknown facts.

``PRECERTAIN_ASK_CASES`` sets how many random cases a payer are tried; ``make prove`` tries 500.
"""

from __future__ import annotations

import os
from itertools import combinations as subsets

import pytest
from hypothesis import HealthCheck, given, settings

from engine import PlannedTreatment
from engine.assess import assess
from engine.bounds import UNKNOWN_ANSWER
from engine.decide import facts_for
from engine.facts.base import Facts
from engine.inference.rule_engine import VISIT, RuleEngine
from engine.language.rules import Dimension
from engine.settle import MANY_PROBES, Needed, completions, open_facts, settle
from tests.laws.cases import LIBRARY, PAYERS, TODAY, cases_of

CASES = int(os.environ.get("PRECERTAIN_ASK_CASES", "12"))
MOST = 4


@pytest.mark.parametrize("payer", PAYERS)
def test_no_smaller_set_of_questions_settles_the_case(payer: str) -> None:
    @settings(max_examples=CASES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(cases_of(payer))
    def compare(treatment: PlannedTreatment) -> None:
        engine = LIBRARY.engine(payer)
        facts = facts_for(treatment, treatment.coverage, LIBRARY, TODAY, strict=False)
        assessment, _ = assess(engine, facts, engine.probe)
        settlement = settle(engine, facts, assessment, MANY_PROBES)
        rest = tuple(name for name in assessment.open if name not in settlement.answers)
        if settlement.complete:
            assert settles(engine, facts, settlement.needed, rest)
        if not settlement.fewest:
            return
        unknown = every_unknown(engine, facts)
        for size in range(min(len(settlement.needed), MOST + 1)):
            for few in subsets(unknown, size):
                assert not settles(engine, facts, few, rest), f"{[path for path, _ in few]} settles it too"

    compare()


def settles(engine: RuleEngine, facts: Facts, needed: Needed, dimensions: tuple[Dimension, ...]) -> bool:
    """Whether each combination of the facts answers the dimensions, or leaves no fact that could."""
    for completed, _ in completions(engine, facts, needed):
        assessment, _ = assess(engine, completed, engine.probe)
        for dimension in dimensions:
            if assessment.answer(dimension) == UNKNOWN_ANSWER and answerable(engine, completed, dimension):
                return False
    return True


def answerable(engine: RuleEngine, facts: Facts, dimension: Dimension) -> bool:
    assessment, _ = assess(engine, facts, engine.probe)
    return bool(open_facts(engine, facts, assessment, dimension))


def every_unknown(engine: RuleEngine, facts: Facts) -> Needed:
    """All unknown inputs that any rule of the payer reads, on any line."""
    found = {}
    for rule in engine.ruleset.rules:
        places = range(len(facts.treatment.lines)) if rule.scope != "treatment" else (None,)
        for test in engine.ruleset.tests[rule.id]:
            for place in places:
                found.update(facts.open_inputs(test.fact, place))
    if facts.treatment.plan_of_care.visits is not None:
        found.pop(VISIT, None)
    return tuple(found.items())
