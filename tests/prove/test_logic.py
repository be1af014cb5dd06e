"""The solver's answers on random rulesets against every combination of regions, in the long."""

from __future__ import annotations

import os
import time

from hypothesis import HealthCheck, Phase, given, settings

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


def test_no_case_is_missed_and_none_made_up() -> None:
    start = time.monotonic()
    asked = {"one": 0, "two": 0, "about pairs": 0, "two about pairs": 0, "questions": 0, "regions": 0}

    @LONG
    @given(rulesets())
    def alone(ruleset: Ruleset) -> None:
        if regions_of(ruleset) <= MOST // 10:
            asked["questions"] += compare_one(ruleset) + compare_conditions(ruleset)
            asked["one"] += 1
            asked["regions"] += regions_of(ruleset)

    @LONG
    @given(rulesets(most=3), rulesets(most=3))
    def beside(old: Ruleset, new: Ruleset) -> None:
        if regions_of(old, new) <= MOST // 10:
            asked["questions"] += compare_two(old, new)
            asked["two"] += 1
            asked["regions"] += regions_of(old, new)

    @LONG
    @given(rulesets(most=3, scope="pair"))
    def about_pairs(ruleset: Ruleset) -> None:
        if regions_of(ruleset) <= MOST // 10:
            asked["questions"] += compare_one(ruleset) + compare_conditions(ruleset)
            asked["about pairs"] += 1
            asked["regions"] += regions_of(ruleset)

    @LONG
    @given(rulesets(most=2, scope="pair"), rulesets(most=2, scope="pair"))
    def about_pairs_beside(old: Ruleset, new: Ruleset) -> None:
        if regions_of(old, new) <= MOST // 10:
            asked["questions"] += compare_two(old, new)
            asked["two about pairs"] += 1
            asked["regions"] += regions_of(old, new)

    alone()
    beside()
    about_pairs()
    about_pairs_beside()
    assert asked["one"] > RULESETS // 4
    assert asked["two"] > RULESETS // 8
    assert min(asked["about pairs"], asked["two about pairs"]) > RULESETS // 4
    rulesets_held = (
        f"{asked['one']:,} random rulesets about lines and {asked['two']:,} twos of them, {asked['about pairs']:,}\n"
        f"about pairs of codes and {asked['two about pairs']:,} twos of them"
    )
    record(
        "The lint's logic against brute force",
        f"{asked['questions']:,} questions on {rulesets_held}, each held against all\n"
        f"{asked['regions']:,} combinations of regions: no case missed, none made up, none left unproved;\n"
        f"{time.monotonic() - start:.0f} s.",
    )
