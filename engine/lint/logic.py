"""What rules can never do, proved by solving their conditions: nothing here is tried on samples.

Whatever is reported stands on a proof, or on a case that the engine decides as it is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import ClassVar

from engine.explain import said_test
from engine.facts.dictionary import describe
from engine.language.conditions import All, Condition, Test
from engine.language.rules import ANSWERS, Rule, Ruleset
from engine.lint.checks import problem
from engine.lint.whole import Whole
from engine.logic import Room, Witness, applying, can_be, can_hold, conflicting, covering, holding
from engine.problem_codes import Code
from engine.problems import Problem
from engine.quality.english import said


class CannotApply:
    """A rule that no case meets does nothing: parts of its condition shut each other out.

    A rule of a base is reported only where no payer's ruleset gives it a case.
    """

    code: ClassVar[Code] = "cannot-apply"

    def finalize(self, whole: Whole) -> Iterator[Problem]:
        for rule in whole.own:
            if not any(can_hold(whole.asked.room(one), rule.id) for one in whole.asked.having(rule)):
                told = "; ".join(said(part) for part in _clashing(whole.room, rule))
                hint = "one of these shuts the others out, or the payer cannot have it"
                yield problem(self.code, rule, f"no case meets all of this: {told}", hint)


def _clashing(room: Room, rule: Rule) -> list[Condition]:
    """Parts of the condition that no case meets together, and would without any one of them."""
    parts: list[Condition] = list(rule.condition.parts) if isinstance(rule.condition, All) else [rule.condition]
    for part in list(parts):
        fewer = [other for other in parts if other is not part]
        if fewer and not can_be(room, fewer):
            parts = fewer
    return parts


class AlwaysHidden:
    """A rule that another overrides wherever its condition holds never decides anything."""

    code: ClassVar[Code] = "always-hidden"

    def finalize(self, whole: Whole) -> Iterator[Problem]:
        for rule in whole.own:
            shown = [_hidden(whole.asked.room(one), rule) for one in whole.asked.having(rule)]
            found = [witness for witness in shown if witness is not None]
            if shown and len(found) == len(shown):
                room, witness = whole.room, found[0]
                states = room.view.states(witness.case)
                over = " and ".join(name for name in room.view.overriders(rule.id) if states[name])
                message = f"wherever it holds it is overridden, as by {over} where {witness}"
                yield problem(self.code, rule, message, "leave it out, or override it in fewer cases")


def _hidden(room: Room, rule: Rule) -> Witness | None:
    """A case in which the rule's condition holds, where it applies in none."""
    if not room.view.overriders(rule.id) or applying(room, rule.id, possibly=True) is not None:
        return None
    held = holding(room, rule.id)
    return held if isinstance(held, Witness) else None


class Conflict:
    """Two rules that answer differently, neither overriding the other, leave the answer to the stricter by accident."""

    code: ClassVar[Code] = "conflict"

    def finalize(self, whole: Whole) -> Iterator[Problem]:
        for dimension in ANSWERS:
            for one, other in _pairs(whole, whole.ruleset.deciding[dimension]):
                if one.effect and other.effect and one.effect.value != other.effect.value:
                    found = conflicting(whole.room, one.id, other.id)
                    if isinstance(found, Witness):
                        message = f"{other.id} applies too and says otherwise, where {found}"
                        yield problem(self.code, one, message, "let one of them override the other")


class RepeatedRule:
    """Two rules that hold in the same cases and say the same are one rule, or one of them is mistaken."""

    code: ClassVar[Code] = "repeated-rule"

    def finalize(self, whole: Whole) -> Iterator[Problem]:
        for one, other in _pairs(whole, whole.ruleset.rules):
            if _says(one) == _says(other) and all(
                covering(whole.room, *names) is None for names in ((one.id, other.id), (other.id, one.id))
            ):
                shown = holding(whole.room, one.id)
                where = f", for example where {shown}" if isinstance(shown, Witness) else ""
                message = f"{other.id} holds in the same cases and says the same{where}"
                yield problem(self.code, one, message, "leave one of them out")


def _says(rule: Rule) -> tuple[object, ...]:
    return (rule.scope, rule.effect, rule.documents, rule.deadlines, rule.warning and rule.because, rule.overrides)


def _pairs(whole: Whole, rules: tuple[Rule, ...]) -> Iterator[tuple[Rule, Rule]]:
    """The pairs of rules of which one at least is the ruleset's own, which then is named first."""
    own = {rule.id for rule in whole.own}
    for one, other in combinations(rules, 2):
        if one.id in own:
            yield one, other
        elif other.id in own:
            yield other, one


class ImpossibleValue:
    """A value that no case can give a fact makes a test that never holds: a slip of the pen, or a wrong fact."""

    code: ClassVar[Code] = "impossible-value"

    def finalize(self, whole: Whole) -> Iterator[Problem]:
        for rule in whole.own:
            for test in dict.fromkeys(whole.ruleset.tests[rule.id]):
                for single in _singly(test) if _may_be_impossible(test) else ():
                    if not can_be(whole.room, [single]):
                        what = f"{test.fact} {said_test(single)}, which it can never be"
                        yield problem(self.code, rule, f"asks whether {what}", _range(test, whole.ruleset))


def _may_be_impossible(test: Test) -> bool:
    """Whether a value may be out of reach: yes and no are not, and reading checks those of choices and of the codes."""
    fact = describe(test.fact)
    if fact.type == "boolean" or fact.scope == "pair" or fact.name == "line.code":
        return False
    return fact.derived or fact.type != "choice"


def _singly(test: Test) -> tuple[Test, ...]:
    """A test of several values as one of each."""
    if test.operator in ("one_of", "has"):
        return tuple(Test(test.fact, test.operator, (constant,)) for constant in test.constants)
    return (test,)


def _range(test: Test, ruleset: Ruleset) -> str:
    fact = describe(test.fact)
    if fact.type == "codes" and test.operator == "one_of":
        return f"{fact.name} is a list: say has"
    if fact.type in ("codes", "code"):
        return f"{fact.name}: {fact.meaning}"
    from engine.logic.symbols import limits_of

    low, high = limits_of(fact)
    return f"{fact.name} is from {low} to {high:,}" if fact.type == "whole" else f"see {fact.name} in the facts"
