"""Small mistakes that may be made in a rule: a number off by one, a comparison turned, a condition left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from engine.facts.dictionary import describe
from engine.facts.values import Scalar
from engine.language.conditions import ALWAYS, All, AnyOf, Condition, Figure, Fired, Not, Test
from engine.language.parse import NO_LIMIT
from engine.language.rules import Rule

_TURNED = {"at_least": "at_most", "at_most": "at_least"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rule with one mistake in it; ``mistake`` says which, in words; ``freed``: the rule it no longer overrides."""

    rule: Rule
    mistake: str
    freed: str | None = None


def mutants(rule: Rule) -> Iterator[Mutant]:
    """Every small mistake in a rule, each once."""
    for condition, mistake in _of_condition(rule.condition):
        yield Mutant(replace(rule, condition=condition), mistake)
    for target in rule.overrides:
        kept = tuple(name for name in rule.overrides if name != target)
        yield Mutant(replace(rule, overrides=kept), f"it no longer overrides {target}", target)


def _of_condition(condition: Condition) -> Iterator[tuple[Condition, str]]:
    match condition:
        case Test():
            yield from _of_test(condition)
        case Fired(rule):
            yield Not(condition), f"it asks that {rule} does not apply"
        case Not(part):
            yield part, "a not is left out"
            for changed, mistake in _of_condition(part):
                if not isinstance(changed, Not):  # turned and negated would be the part itself again
                    yield Not(changed), mistake
        case All(parts):
            for at, part in enumerate(parts):
                left = parts[:at] + parts[at + 1 :]
                yield All(left) if left else ALWAYS, f"the condition is left out: {_told(part)}"
                for changed, mistake in _of_condition(part):
                    yield All((*parts[:at], changed, *parts[at + 1 :])), mistake
        case AnyOf(parts):
            for at, part in enumerate(parts):
                if len(parts) > 1:
                    yield AnyOf(parts[:at] + parts[at + 1 :]), f"the alternative is left out: {_told(part)}"
                for changed, mistake in _of_condition(part):
                    yield AnyOf((*parts[:at], changed, *parts[at + 1 :])), mistake


def _of_test(test: Test) -> Iterator[tuple[Condition, str]]:
    if test.operator in _TURNED:
        yield Test(test.fact, _TURNED[test.operator], test.constants), f"the comparison is turned: {_told(test)}"  # type: ignore[arg-type]
    else:
        yield Not(test), f"the test is turned: {_told(test)}"
    for at, constant in enumerate(test.constants):
        for by in (-1, 1):
            moved = _moved(constant, by)
            if moved is not None:
                changed = (*test.constants[:at], moved, *test.constants[at + 1 :])
                yield Test(test.fact, test.operator, changed), f"{_amount(constant)} is {_amount(moved)}: {_told(test)}"


def _moved(constant: Scalar | Figure, by: int) -> Scalar | Figure | None:
    """The neighbour of a number or a day; None for what has none."""
    match constant:
        case Figure(name, plus):
            return Figure(name, plus + by)
        case bool() | str() | tuple():
            return None
        case date():
            return None if constant == date.max else constant + timedelta(days=by)
    if constant == NO_LIMIT or constant + by < 0:
        return None
    return constant + by


def _amount(constant: Scalar | Figure) -> str:
    if isinstance(constant, Figure):
        return f"{constant.name}{constant.plus:+}" if constant.plus else constant.name
    return str(constant)


def _told(condition: Condition) -> str:
    match condition:
        case Test():
            from engine.explain import said_test

            return f"{describe(condition.fact).meaning} {said_test(condition)}"
        case Fired(rule):
            return f"{rule} applies"
        case Not(part):
            return f"not: {_told(part)}"
    assert isinstance(condition, All | AnyOf)
    joined = "; and " if isinstance(condition, All) else "; or "
    return joined.join(map(_told, condition.parts))
