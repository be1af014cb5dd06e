"""Why: each condition of each rule, fired or not, with the fact's value and true, false or unknown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from engine.decide import facts_for
from engine.facts.base import Facts, Place
from engine.facts.dictionary import describe
from engine.facts.values import Value, known
from engine.inference.patterns import FALSE, TRUE
from engine.inference.program import fold
from engine.inference.rule_engine import VISIT, RuleEngine
from engine.language.conditions import All, AnyOf, Condition, Figure, Fired, Not, Test
from engine.language.load import Library
from engine.language.parse import NO_LIMIT
from engine.language.rules import Rule
from engine.treatment import PlannedTreatment
from engine.words import dollars

Truth = Literal["true", "false", "unknown"]
State = Literal["applies", "may apply", "does not apply"]


@dataclass(frozen=True)
class Node:
    """A condition, whether it holds, and its parts."""

    text: str
    truth: Truth
    parts: tuple[Node, ...] = ()


@dataclass(frozen=True)
class RuleTree:
    """One rule on one line (None: on the treatment), its state, its conditions and what overrides it."""

    rule: Rule
    line: int | None
    state: State
    root: Node
    overridden_by: tuple[str, ...]


_TRUTHS: tuple[Truth, ...] = ("false", "unknown", "true")
_STATES: tuple[State, ...] = ("does not apply", "may apply", "applies")


def explain(
    treatment: PlannedTreatment, library: Library, *, today: date, strict: bool = False, rule: str | None = None
) -> tuple[RuleTree, ...]:
    """The trees of every rule of the payer, or of the one named by its id or its last part."""
    engine = library.engine(treatment.coverage.payer)
    facts = facts_for(treatment, treatment.coverage, library, treatment.today or today, strict)
    if not facts.value(VISIT).is_known and treatment.plan_of_care.visits is not None:
        facts = facts.assuming({VISIT: known(1)})
    return tuple(_trees(engine, facts, rule))


def _trees(engine: RuleEngine, facts: Facts, wanted: str | None) -> Iterator[RuleTree]:
    firing = engine.fire(facts)
    overriders: dict[str, list[str]] = {}
    for rule in engine.ruleset.rules:
        for target in rule.overrides:
            overriders.setdefault(target, []).append(rule.id)
    for rule in engine.ruleset.rules:
        if wanted is not None and wanted not in (rule.id, rule.id.rpartition("/")[2]):
            continue
        places: list[Place] = [None]
        if rule.scope == "line":
            places = list(range(len(facts.treatment.lines)))
        elif rule.scope == "pair":
            places = list(firing.pairs)
        for place in places:
            states = firing.pairs[place] if isinstance(place, tuple) else firing.lines[place or 0]
            hidden = tuple(name for name in overriders.get(rule.id, ()) if states.get(name, FALSE) == TRUE)
            root = _node(rule.condition, engine, facts, place, states)
            yield RuleTree(rule, place if isinstance(place, int) else None, _STATES[states[rule.id]], root, hidden)


def _node(condition: Condition, engine: RuleEngine, facts: Facts, place: Place, states: object) -> Node:
    truth = _TRUTHS[fold(condition, lambda test: engine.truth(test, facts, place), states)]  # type: ignore[arg-type]
    match condition:
        case Test():
            return Node(_said(condition, engine, facts, place), truth)
        case Fired(rule):
            return Node(f"the rule {rule} applies", truth)
        case Not(part):
            return Node("not", truth, (_node(part, engine, facts, place, states),))
        case All(parts):
            return Node("all of", truth, tuple(_node(part, engine, facts, place, states) for part in parts))
        case AnyOf(parts):
            return Node("any of", truth, tuple(_node(part, engine, facts, place, states) for part in parts))


def _said(test: Test, engine: RuleEngine, facts: Facts, place: Place) -> str:
    value = said_value(test.fact, facts.value(test.fact, place))
    return f"{facts.path(test.fact, place)} {said_test(test)} — it is {value}"


_SAID_OPERATOR = {"one_of": "is", "at_least": "is at least", "at_most": "is at most", "has": "names"}


def said_test(test: Test) -> str:
    """The test in words, without its fact."""
    money = describe(test.fact).type == "money"
    constants = [said_constant(constant, money) for constant in test.constants]
    if test.operator == "between":
        return f"is from {constants[0]} to {constants[1]}"
    if len(constants) > 8:
        constants = [*constants[:6], f"… ({len(constants)} in all)"]
    return (
        f"{_SAID_OPERATOR[test.operator]} {', '.join(constants[:-1]) + ' or ' if constants[1:] else ''}{constants[-1]}"
    )


def said_constant(constant: object, money: bool) -> str:
    """A constant in words; ``money`` is in cents."""
    if isinstance(constant, Figure):
        return f"the figure {constant.name}" + (" and more" if constant.plus > 0 else "")
    if isinstance(constant, bool):
        return "yes" if constant else "no"
    if constant in (NO_LIMIT, date.max):
        return "without limit"
    if money and isinstance(constant, int):
        return dollars(Decimal(constant) / 100)
    return str(constant)


def said_value(name: str, value: Value) -> str:
    """A value in words: what is known, or how much of it."""
    money = describe(name).type == "money"
    if value.is_known:
        known_value = value.known
        if isinstance(known_value, tuple):
            return ", ".join(known_value) or "none"
        return said_constant(known_value, money)
    if value.options is not None and len(value.options) < 6 and value.options != (False, True):
        return "one of " + ", ".join(said_constant(option, money) for option in value.options)
    if describe(name).type == "boolean":
        return "unknown"
    low, high = value.bounds
    if low not in (None, 0) or high is not None:
        least = "?" if low is None else said_constant(low, money)
        return f"between {least} and {'?' if high is None else said_constant(high, money)}"
    return "unknown"
