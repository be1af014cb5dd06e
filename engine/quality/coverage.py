"""What the examples show of the rules: each applying and not, each condition both ways, each boundary at its edge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from engine.explain import said_test
from engine.facts.base import Place
from engine.facts.dictionary import describe
from engine.inference.patterns import FALSE, TRUE
from engine.inference.rule_engine import RuleEngine, edited_pairs
from engine.language.conditions import Fired, Test, leaves
from engine.language.load import Library
from engine.language.parse import NO_LIMIT
from engine.language.rules import Rule
from engine.problems import Span
from engine.quality.examples import ExampleCase, example_case, own_rules

Kind = Literal["rule", "condition", "boundary", "date"]
KINDS: tuple[Kind, ...] = ("rule", "condition", "boundary", "date")


@dataclass(frozen=True, slots=True)
class Side:
    """One thing that an example should show: ``what`` of a rule, and whether one does."""

    rule: str
    kind: Kind
    what: str
    shown: bool
    where: Span


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every side of the rules of some payers."""

    sides: tuple[Side, ...]

    @property
    def missing(self) -> tuple[Side, ...]:
        return tuple(side for side in self.sides if not side.shown)

    def count(self, kind: Kind) -> tuple[int, int]:
        """How many sides of a kind are shown, and how many there are."""
        shown = [side.shown for side in self.sides if side.kind == kind]
        return sum(shown), len(shown)

    @property
    def complete(self) -> bool:
        return not self.missing


def coverage(library: Library, payers: Sequence[str]) -> Coverage:
    """What the examples of these payers' rules show. Raises UserError where an example is no valid case."""
    return Coverage(tuple(side for payer in payers for side in _of_payer(library, payer)))


def _of_payer(library: Library, payer: str) -> Iterator[Side]:
    ruleset = library.for_payer(payer)
    if ruleset is None:
        return
    engine = library.engine(payer)
    for rule in own_rules(library, ruleset):
        cases = tuple(example_case(library, ruleset, rule, example) for example in rule.examples)
        yield from _of_rule(rule, _Shown(engine, rule, cases))


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the examples of a rule make of a condition."""

    engine: RuleEngine
    rule: Rule
    cases: tuple[ExampleCase, ...]

    def truths(self, part: Test | Fired) -> set[int]:
        """The truth values, of another rule its states."""
        if isinstance(part, Test):
            at = ((case, place) for case in self.cases for place in places(self.rule, case))
            return {self.engine.truth(part, case.facts, place) for case, place in at}
        return {
            states.get(part.rule, FALSE) for case in self.cases for states in states_of(self.engine, self.rule, case)
        }


def states_of(engine: RuleEngine, rule: Rule, case: ExampleCase) -> list[Mapping[str, int]]:
    """The states of all rules where in the case the rule is judged."""
    firing = engine.fire(case.facts)
    return list(firing.pairs.values() if rule.scope == "pair" else firing.lines)


def places(rule: Rule, case: ExampleCase) -> list[Place]:
    """Where in the case the rule is judged: the whole, each line, or each pair that an edit names."""
    if rule.scope == "treatment":
        return [None]
    return list(range(len(case.treatment.lines))) if rule.scope == "line" else list(edited_pairs(case.facts))


def _of_rule(rule: Rule, shown: _Shown) -> Iterator[Side]:
    states = {case.applies for case in shown.cases}
    yield Side(rule.id, "rule", "it applies", True in states, rule.where)
    parts = tuple(dict.fromkeys(leaves(rule.condition)))
    if parts:
        yield Side(rule.id, "rule", "it does not apply", False in states, rule.where)
    for part in parts:
        said, truths = _said(part), shown.truths(part)
        kind: Kind = "date" if isinstance(part, Test) and _is_force(rule, part) else "condition"
        yield Side(rule.id, kind, f"{said}: so", TRUE in truths, rule.where)
        yield Side(rule.id, kind, f"{said}: not so", FALSE in truths, rule.where)
        if isinstance(part, Test) and part.operator in ("at_least", "at_most", "between"):
            yield from _edges(rule, part, shown, kind)


def _edges(rule: Rule, test: Test, shown: _Shown, kind: Kind) -> Iterator[Side]:
    """The last value within and the first one beyond, at each end of the test."""
    if test.dated or describe(test.fact).type not in ("whole", "money", "date"):
        return  # of a figure each row is its own example
    for edge, within in _values(test):
        if within == 0 and edge != within:
            continue  # nothing counts below none
        for value in (within, edge):
            exact = Test(test.fact, "one_of", (value,))
            side = "within" if value == within else "beyond"
            what = f"{describe(test.fact).meaning} is {_told(value)}, {side}"
            yield Side(rule.id, "date" if kind == "date" else "boundary", what, TRUE in shown.truths(exact), rule.where)


def _values(test: Test) -> Iterator[tuple[int | date, int | date]]:
    """At each end of the test the first value beyond it and the last within."""
    low = test.constants[0] if test.operator in ("at_least", "between") else None
    high = test.constants[-1] if test.operator in ("at_most", "between") else None
    if isinstance(low, int | date):
        yield _moved(low, -1), low
    if isinstance(high, int | date) and high not in (date.max, NO_LIMIT):
        yield _moved(high, 1), high


def _moved(value: int | date, by: int) -> int | date:
    return value + timedelta(days=by) if isinstance(value, date) else value + by


def _told(value: int | date) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _is_force(rule: Rule, test: Test) -> bool:
    """Whether the test is one of the rule's dates of force."""
    return test.fact == "date_of_service" and bool(
        {rule.in_force_from, rule.in_force_to} & set(test.constants) - {None}
    )


def _said(part: Test | Fired) -> str:
    if isinstance(part, Fired):
        return f"the rule {part.rule} applies"
    return f"{describe(part.fact).meaning} {said_test(part)}"
