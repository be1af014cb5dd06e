"""The solver on rules as they are: what it shows the command decides, what it proves no edit of a case can undo."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from engine import Library
from engine.language.conditions import Test as Asks
from engine.language.rules import Ruleset
from engine.logic import Room, Witness, answers_differ, applying, can_be, equivalent, outcomes_differ, satisfiable
from tests.command import run

BOOKS = Library()


def ruleset(payer: str) -> Ruleset:
    found = BOOKS.for_payer(payer)
    assert found is not None
    return found


@pytest.mark.parametrize("payer", BOOKS.payers)
def test_every_rule_of_a_payer_that_may_apply_has_a_case(payer: str) -> None:
    room = Room(BOOKS.reference, ruleset(payer))
    for rule in room.view.ruleset.rules:
        found = applying(room, rule.id)
        if found is None:
            assert rule.scope == "pair" or (payer, rule.id) == ("self-pay", "common/authorization-on-file")
        else:
            assert isinstance(found, Witness), rule.id


def test_a_witness_is_a_case_for_the_command() -> None:
    room = Room(BOOKS.reference, ruleset("medicare-part-b"))
    found = applying(room, "medicare-part-b/kx-threshold")
    assert isinstance(found, Witness)
    decided = json.loads(run("check", "-", "--json", "--today", "2026-11-24", given=found.yaml.encode()).stdout)
    assert "KX" in decided["lines"][0]["modifiers"]
    assert [key for key, _ in found.changed] == ["history.allowed_ytd.ot"]


def test_facts_that_rest_on_one_another_are_told_apart_from_free_ones() -> None:
    room = Room(BOOKS.reference, ruleset("uhc-medicare-advantage"))
    evaluated = "days from episode.evaluation_on to date_of_service"
    late = Asks(evaluated, "at_least", (57,))
    same_day = Asks(evaluated, "at_most", (0,))
    assert isinstance(satisfiable(room, [late]), Witness)
    assert not can_be(room, [late, same_day])
    assert not can_be(room, [Asks("line.kind", "one_of", ("evaluation",)), Asks("line.code", "one_of", ("97535",))])
    assert can_be(room, [Asks("line.kind", "one_of", ("evaluation",)), Asks("line.code", "one_of", ("97165",))])


def changed(payer: str, name: str, old: Asks, new: Asks) -> Ruleset:
    """The ruleset with one test of a rule changed."""
    whole = ruleset(payer)
    rule = whole.by_id[name]
    parts = tuple(new if part == old else part for part in rule.condition.parts)  # type: ignore[union-attr]
    assert parts != rule.condition.parts  # type: ignore[union-attr]
    edited = replace(rule, condition=replace(rule.condition, parts=parts))  # type: ignore[type-var]
    return replace(whole, rules=tuple(edited if one is rule else one for one in whole.rules))


def test_a_nudged_number_changes_an_answer_at_that_visit_and_no_other_answer() -> None:
    old, name = ruleset("uhc-medicare-advantage"), "uhc-medicare-advantage/first-six-visits"
    six, seven = (Asks("episode.visit_number", "at_most", (number,)) for number in (6, 7))
    new = changed("uhc-medicare-advantage", name, six, seven)
    shown = list(answers_differ(BOOKS.reference, old, new, "authorization"))
    assert shown
    assert all(isinstance(one, Witness) and one.case.episode.visit_number == 7 for one in shown)
    assert list(answers_differ(BOOKS.reference, old, new, "coverage")) == []
    assert isinstance(equivalent(BOOKS.reference, (old, name), (new, name)), Witness)
    assert isinstance(outcomes_differ(BOOKS.reference, old, new), Witness)


def test_a_rewritten_condition_is_proved_to_change_nothing() -> None:
    old, name = ruleset("uhc-medicare-advantage"), "uhc-medicare-advantage/first-six-visits"
    six = Asks("episode.visit_number", "at_most", (6,))
    new = changed("uhc-medicare-advantage", name, six, Asks("episode.visit_number", "between", (1, 6)))
    assert equivalent(BOOKS.reference, (old, name), (new, name)) is None
    assert outcomes_differ(BOOKS.reference, old, new) is None
