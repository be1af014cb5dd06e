"""Conflicts: two rules that may both certainly apply and say different things, found before a case runs into them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, product
from typing import ClassVar

from engine.inference.patterns import TRUE
from engine.inference.rule_engine import States
from engine.language.load import Library
from engine.language.rules import ANSWERS, Example, Rule, Ruleset
from engine.lint.checks import problem
from engine.problem_codes import Code
from engine.problems import Problem, UserError
from engine.quality.examples import example_facts

_Given = Mapping[str, object]


class Conflict:
    """Two rules that answer differently, neither overriding the other, leave the answer to the stricter by accident.

    Tried on the examples in which either applies, and on every two of them put together.
    """

    code: ClassVar[Code] = "conflict"

    def finalize(self, library: Library, ruleset: Ruleset) -> Iterator[Problem]:
        applying = {rule.id: tuple(_applying(library, ruleset, rule)) for rule in ruleset.rules}
        for dimension in ANSWERS:
            for one, other in combinations(ruleset.deciding[dimension], 2):
                if one.effect and other.effect and one.effect.value != other.effect.value:
                    yield from self._pair(library, ruleset, one, other, applying)

    def _pair(
        self, library: Library, ruleset: Ruleset, one: Rule, other: Rule, applying: Mapping[str, tuple[_Given, ...]]
    ) -> Iterator[Problem]:
        for first, second in product(applying[one.id], applying[other.id]):
            for given in ({**first, **second}, {**second, **first}):
                if _both_apply(library, ruleset, one, other, given):
                    shown = ", ".join(f"{name}: {value}" for name, value in given.items()) or "the typical case"
                    message = f"{other.id} applies too and says otherwise, where {shown}"
                    yield problem(self.code, one, message, "let one of them override the other")
                    return


def _applying(library: Library, ruleset: Ruleset, rule: Rule) -> Iterator[_Given]:
    """The examples of a rule in which it certainly applies under this payer."""
    for example in rule.examples:
        if any(states.get(rule.id) == TRUE for states in _states(library, ruleset, rule, example.given)):
            yield example.given


def _both_apply(library: Library, ruleset: Ruleset, one: Rule, other: Rule, given: _Given) -> bool:
    found = _states(library, ruleset, one, given)
    return any(states.get(one.id) == TRUE and states.get(other.id) == TRUE for states in found)


def _states(library: Library, ruleset: Ruleset, rule: Rule, given: _Given) -> tuple[States, ...]:
    """The rules' states on each line of the typical case with facts put in; none where that is no case of the payer."""
    try:
        treatment, facts = example_facts(library, ruleset, Example(rule.id, given, {}, rule.where))
    except UserError:
        return ()
    if treatment.coverage.payer != ruleset.payer:
        return ()
    return library.engine(treatment.coverage.payer).probe(facts).lines
