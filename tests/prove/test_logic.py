"""The solver's answers on random rulesets against every combination of regions, in the long."""

from __future__ import annotations

import os
import time
from collections import Counter

from hypothesis import HealthCheck, Phase, given, settings

from engine.facts.dictionary import Scope
from engine.language.rules import Ruleset
from tests.logic.brute_force import MOST, compare_conditions, compare_one, compare_two, regions_of, rulesets
from tests.prove.result import record

RULESETS = int(os.environ.get("PRECERTAIN_LOGIC_RULESETS", "300"))
LONG = settings(
    max_examples=RULESETS,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


def _alone(most: int, scope: Scope, asked: Counter[str]) -> int:
    """Hold random rulesets against brute force; how many were."""
    held = 0

    @LONG
    @given(rulesets(most, scope))
    def one(ruleset: Ruleset) -> None:
        nonlocal held
        if regions_of(ruleset) <= MOST // 10:
            asked["questions"] += compare_one(ruleset) + compare_conditions(ruleset)
            asked["regions"] += regions_of(ruleset)
            held += 1

    one()
    return held


def _beside(most: int, scope: Scope, asked: Counter[str]) -> int:
    """Hold random rulesets beside others against brute force; how many twos were."""
    held = 0

    @LONG
    @given(rulesets(most, scope), rulesets(most, scope))
    def two(old: Ruleset, new: Ruleset) -> None:
        nonlocal held
        if regions_of(old, new) <= MOST // 10:
            asked["questions"] += compare_two(old, new)
            asked["regions"] += regions_of(old, new)
            held += 1

    two()
    return held


def test_no_case_is_missed_and_none_made_up() -> None:
    start, asked = time.monotonic(), Counter[str]()
    lines, lines_beside = _alone(4, "line", asked), _beside(3, "line", asked)
    pairs, pairs_beside = _alone(3, "pair", asked), _beside(2, "pair", asked)
    assert lines > RULESETS // 4
    assert lines_beside > RULESETS // 8
    assert min(pairs, pairs_beside) > RULESETS // 4
    record(
        "The lint's logic against brute force",
        f"{asked['questions']:,} questions on {lines:,} random rulesets about lines and {lines_beside:,} twos of them, "
        f"{pairs:,}\nabout pairs of codes and {pairs_beside:,} twos of them, each held against all\n"
        f"{asked['regions']:,} combinations of regions: no case missed, none made up, none left unproved;\n"
        f"{time.monotonic() - start:.0f} s.",
    )
