"""What a rule means when facts are unknown: both evaluators against each other and against every completion."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.facts.values import Value
from engine.inference.judging import engine_judges
from engine.inference.reference import truth_of
from engine.language.rules import Rule
from tests.inference.random_rules import Evaluators, cases, completions, partial_knowledge, rulesets, values_of
from tests.longer import longer


@longer(200)
@given(rulesets(), partial_knowledge, st.data())
def test_all_tests_at_one_go_are_judged_as_each_alone(
    rules: tuple[Rule, ...], values: dict[str, Value], data: st.DataObject
) -> None:
    evaluators = Evaluators(rules)
    for judges in (engine_judges(evaluators.plain.tests), evaluators.plain.judges):
        without = data.draw(st.sets(st.sampled_from(range(len(judges.tests))))) if judges.tests else set()
        tests = tuple(None if at in without else test for at, test in enumerate(judges.tests))
        alone = [1 if test is None else judges.one(test, values[test.fact]) for test in tests]
        assert judges.of_day(tests)(values) == alone


@settings(max_examples=100)
@given(rulesets(), partial_knowledge)
def test_the_two_evaluators_agree_on_every_test(rules: tuple[Rule, ...], values: dict[str, Value]) -> None:
    tests = Evaluators(rules).plain.tests
    assert engine_judges(tests).of_day(tests)(values) == [truth_of(test, values[test.fact]) for test in tests]


@settings(max_examples=100)
@given(rulesets(), cases)
def test_the_two_evaluators_agree_on_every_rule(rules: tuple[Rule, ...], case: dict[str, object]) -> None:
    evaluators = Evaluators(rules)
    try:
        values = values_of(case)
        assert evaluators.durable(values) == evaluators.second(values)
    finally:
        evaluators.close()


@settings(max_examples=100)
@given(rulesets(), cases)
def test_a_certain_or_impossible_rule_stays_so_in_every_completion(
    rules: tuple[Rule, ...], case: dict[str, object]
) -> None:
    evaluators = Evaluators(rules)
    try:
        states = evaluators.second(values_of(case))
        for completion in completions(case):
            full = evaluators.second(values_of(completion))
            assert all(state in (0, 2) for state in full.values())
            assert all(state == 1 or state == full[name] for name, state in states.items())
    finally:
        evaluators.close()


@settings(max_examples=100)
@given(rulesets(), cases)
def test_a_definite_answer_is_the_answer_of_every_completion(rules: tuple[Rule, ...], case: dict[str, object]) -> None:
    evaluators = Evaluators(rules)
    try:
        decided = evaluators.answer(evaluators.second(values_of(case)))
        if decided.definite:
            after = {evaluators.answer(evaluators.second(values_of(one))).answer for one in completions(case)}
            assert after == {decided.answer}
    finally:
        evaluators.close()


@settings(max_examples=50)
@given(rulesets(), cases, st.randoms())
def test_the_order_of_rules_and_of_facts_does_not_matter(
    rules: tuple[Rule, ...], case: dict[str, object], chance: Random
) -> None:
    mixed = list(rules)
    chance.shuffle(mixed)
    straight, shuffled = Evaluators(rules), Evaluators(tuple(mixed))
    try:
        values = values_of(case)
        backwards = dict(reversed(values.items()))
        assert straight.durable(values) == shuffled.durable(backwards)
        assert straight.answer(straight.second(values)).answer == shuffled.answer(shuffled.second(backwards)).answer
    finally:
        straight.close()
        shuffled.close()
