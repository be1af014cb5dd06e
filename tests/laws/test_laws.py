"""The laws of an answer, on the real rulesets."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import check
from engine.decision import Decision, LineDecision
from tests.laws.cases import COMPLETIONS, LIBRARY, REMOVABLE, TODAY, dotted_cases, treatment
from tests.longer import longer

DIMENSIONS = ("coverage", "authorization", "telehealth", "provider")


def decide(dotted: dict[str, Any]) -> Decision:
    return check(treatment(dotted), LIBRARY, today=TODAY)


def answers(decision: Decision) -> dict[str, str]:
    lines = {f"line {at}": line.answer for at, line in enumerate(decision.lines)}
    asked = {f"line {at} authorization": line.authorization for at, line in enumerate(decision.lines)}
    return {name: getattr(decision, name).answer for name in DIMENSIONS} | lines | asked


def may_become(known: str, less: str) -> bool:
    """Knowing less: an answer stays, becomes unknown, or moves between covered and conditional."""
    return less in (known, "unknown") or {known, less} <= {"covered", "conditional"}


@longer(150)
@given(dotted_cases, st.sets(st.sampled_from(REMOVABLE), min_size=1, max_size=6))
def test_knowing_less_never_turns_an_answer_into_another(case: dict[str, Any], removed: set[str]) -> None:
    full, less = answers(decide(case)), answers(decide({**case, **dict.fromkeys(removed)}))
    for name, answer in full.items():
        assert may_become(answer, less[name]), (name, answer, less[name], removed)


@longer(120)
@given(dotted_cases, st.data())
def test_an_answer_holds_in_every_completion(case: dict[str, Any], data: st.DataObject) -> None:
    decided = decide(case)
    completed = dict(case)
    for name, values in COMPLETIONS.items():
        if completed.get(name) is None:
            completed[name] = data.draw(st.sampled_from(values), label=name)
    after = answers(decide(completed))
    for name, answer in answers(decided).items():
        if answer != "unknown":
            assert may_become(answer, after[name]), (name, answer, after[name])
            assert after[name] != "unknown", name


def _unplaced(line: LineDecision) -> LineDecision:
    """The line without the places that its questions name."""
    possible = (replace(item, fact=re.sub(r"lines\.\d+", "lines", item.fact)) for item in line.possible_modifiers)
    return replace(line, possible_modifiers=tuple(possible))


@settings(max_examples=80)
@given(dotted_cases, st.randoms())
def test_the_order_of_lines_does_not_change_the_decision(case: dict[str, Any], random: Any) -> None:
    planned = treatment(case)
    order = list(range(len(planned.lines)))
    random.shuffle(order)
    shuffled = planned.model_copy(update={"lines": tuple(planned.lines[at] for at in order)})
    first, second = check(planned, LIBRARY, today=TODAY), check(shuffled, LIBRARY, today=TODAY)
    assert first.headline == second.headline
    assert [_unplaced(first.lines[at]) for at in order] == [_unplaced(line) for line in second.lines]
    assert first.edits == second.edits
    for name in DIMENSIONS:
        assert getattr(first, name).answer == getattr(second, name).answer


@settings(max_examples=40)
@given(dotted_cases)
def test_the_same_case_rulesets_and_day_give_the_same_bytes(case: dict[str, Any]) -> None:
    first = orjson.dumps(decide(case).as_json())
    assert first == orjson.dumps(decide(dict(reversed(case.items()))).as_json())


@settings(max_examples=40)
@given(dotted_cases)
def test_a_decision_names_the_hash_of_each_ruleset_it_used(case: dict[str, Any]) -> None:
    decision = decide(case)
    named = {ruleset.id for ruleset in decision.rulesets}
    assert all(len(ruleset.sha256) == 64 for ruleset in decision.rulesets)
    for finding in decision.findings:
        if finding.source.level != "own" or not finding.rule.startswith("precertain/"):
            assert finding.rule.partition("/")[0] in named


@settings(max_examples=80)
@given(dotted_cases)
def test_an_open_answer_is_never_book_and_always_asks(case: dict[str, Any]) -> None:
    decision = decide(case)
    if "unknown" in [getattr(decision, name).answer for name in DIMENSIONS] and decision.headline != "not_covered":
        assert decision.headline != "book"
        assert decision.questions
