"""The second evaluator: the conditions compiled to Python straight from the language's definition.

It shares neither the compiler nor the judging of tests with the engine, so that an error in either shows.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache, partial
from typing import Any

from engine.facts.values import Value
from engine.inference.judging import Judged, Judges, OfDay
from engine.language.conditions import All, AnyOf, Condition, Fired, Not, Test
from engine.language.graph import dependencies
from engine.language.rules import Rule

Evaluator = Callable[[list[int], tuple[int, ...]], tuple[int, ...]]


class ReferenceEvaluator:
    """The rules of one scope as one Python function over the truths of its distinct tests.

    ``wider``: the ids of the wider scope's rules, whose states come first among all states.
    """

    def __init__(self, rules: tuple[Rule, ...], all_rules: tuple[Rule, ...], wider: tuple[str, ...] = ()) -> None:
        self._places: dict[Test, int] = {}
        self._states = {name: f"w[{at}]" for at, name in enumerate(wider)}
        self._states |= {rule.id: f"s{at}" for at, rule in enumerate(rules)}
        overriders: dict[str, list[str]] = {rule.id: [] for rule in all_rules}
        for rule in all_rules:
            for target in rule.overrides:
                overriders[target].append(rule.id)
        body = ["def evaluate(t, w):"]
        for rule in _in_order(rules, all_rules):
            hidden = [f"2 - {self._states[name]}" for name in overriders[rule.id]]
            condition = self._expression(rule.condition)
            body.append(f"    {self._states[rule.id]} = {_call('min', [condition, *hidden])}")
        body.append(f"    return (*w, {', '.join(self._states[rule.id] for rule in rules)})")
        self.tests = tuple(self._places)
        space: dict[str, Evaluator] = {}
        exec(compile("\n".join(body), "<rules>", "exec"), {"min": min, "max": max}, space)
        self.states = space["evaluate"]
        """From the truths of ``tests`` and the states of the wider scope's rules to those and the states of its own."""
        self.judges = Judges(self.tests, _test_by_test, truth_of)

    def _expression(self, condition: Condition) -> str:
        match condition:
            case Test():
                return f"t[{self._places.setdefault(condition, len(self._places))}]"
            case Fired(rule):
                return self._states[rule]
            case Not(part):
                return f"(2 - {self._expression(part)})"
            case All(parts):
                return _call("min", [self._expression(part) for part in parts]) if parts else "2"
            case AnyOf(parts):
                return _call("max", [self._expression(part) for part in parts]) if parts else "0"


def _call(function: str, arguments: list[str]) -> str:
    return arguments[0] if len(arguments) == 1 else f"{function}({', '.join(arguments)})"


def _in_order(rules: tuple[Rule, ...], all_rules: tuple[Rule, ...]) -> list[Rule]:
    """Each rule after those it depends on."""
    needs = dependencies(all_rules)
    waiting = {rule.id: rule for rule in rules}
    ordered: list[Rule] = []
    while waiting:
        ready = [rule for name, rule in waiting.items() if not any(need in waiting for need in needs[name])]
        for rule in ready:
            ordered.append(waiting.pop(rule.id))
    return ordered


def truth_of(test: Test, value: Value) -> int:
    """Whether a test with resolved constants holds: the definition, apart from ``conditions.judge``."""
    if value.options is not None:
        met = sum(map(_meets(test), value.options))
        return 2 if met == len(value.options) else 1 if met else 0
    if value.low is None and value.high is None:
        return 1
    if test.operator == "has":
        return 1
    spans = [_span(test, constant) for constant in (test.constants if test.operator == "one_of" else (None,))]
    least, most = _finite(value.low, value.high)
    if any(low <= least and most <= high for low, high in spans):  # type: ignore[operator]
        return 2
    return 1 if any(low <= most and least <= high for low, high in spans) else 0  # type: ignore[operator]


def _finite(low: int | date | None, high: int | date | None) -> tuple[int | date, int | date]:
    if isinstance(low, date) or isinstance(high, date):
        return low or date.min, high or date.max
    return (-(10**18) if low is None else low), (10**18 if high is None else high)


def _span(test: Test, constant: object) -> tuple[object, object]:
    if test.operator == "one_of":
        return constant, constant
    first = test.constants[0]
    if test.operator == "between":
        return first, test.constants[-1]
    ends: tuple[object, object] = (date.min, date.max) if isinstance(first, date) else (-(10**18), 10**18)
    return (first, ends[1]) if test.operator == "at_least" else (ends[0], first)


@lru_cache(maxsize=4_096)
def _meets(test: Test) -> Callable[[Any], bool]:
    return _MEETS[test.operator](test.constants)


def _test_by_test(tests: OfDay) -> Judged:
    prepared = [None if test is None else (test, test.fact, _meets(test)) for test in tests]

    def judged(values: Mapping[str, Value]) -> list[int]:
        truths = []
        for known in prepared:
            if known is None:
                truths.append(1)
                continue
            test, fact, meets = known
            options = values[fact].options
            if options is None or len(options) != 1:
                truths.append(truth_of(test, values[fact]))
            else:
                truths.append(2 if meets(options[0]) else 0)
        return truths

    return judged


_MEETS: dict[str, Callable[[Any], Callable[[Any], bool]]] = {
    "one_of": lambda constants: frozenset(constants).__contains__,
    "has": lambda constants: lambda option: isinstance(option, tuple) and not set(option).isdisjoint(constants),
    "at_least": lambda constants: partial(operator.le, constants[0]),
    "at_most": lambda constants: partial(operator.ge, constants[0]),
    "between": lambda constants: lambda option: constants[0] <= option <= constants[-1],
}
"""From the constants of a test of each operator to what tells whether one value meets it."""
