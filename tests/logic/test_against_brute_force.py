"""Every question of the solver on random rulesets against all regions: nothing missed, nothing made up."""

from __future__ import annotations

from hypothesis import Phase, assume, given

from engine.language.rules import Ruleset
from tests.logic.brute_force import MOST, compare_conditions, compare_one, compare_two, regions_of, rulesets
from tests.longer import longer

UNSHRUNK = (Phase.explicit, Phase.generate)
"""Each example costs a solver and a brute force: a failing one is small enough as it is found."""


@longer(15, phases=UNSHRUNK)
@given(rulesets())
def test_what_one_ruleset_can_do_is_what_some_case_does(ruleset: Ruleset) -> None:
    assume(regions_of(ruleset) <= MOST // 10)
    compare_one(ruleset)
    compare_conditions(ruleset)


@longer(15, phases=UNSHRUNK)
@given(rulesets(most=3), rulesets(most=3))
def test_two_rulesets_differ_where_some_case_does(old: Ruleset, new: Ruleset) -> None:
    assume(regions_of(old, new) <= MOST // 10)
    compare_two(old, new)


@longer(15, phases=UNSHRUNK)
@given(rulesets(most=3, scope="pair"))
def test_what_rules_about_pairs_can_do_is_what_some_pair_does(ruleset: Ruleset) -> None:
    assume(regions_of(ruleset) <= MOST // 10)
    compare_one(ruleset)
    compare_conditions(ruleset)


@longer(15, phases=UNSHRUNK)
@given(rulesets(most=2, scope="pair"), rulesets(most=2, scope="pair"))
def test_two_rulesets_about_pairs_differ_where_some_pair_does(old: Ruleset, new: Ruleset) -> None:
    assume(regions_of(old, new) <= MOST // 10)
    compare_two(old, new)
