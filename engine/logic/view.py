"""A ruleset's rules as formulas: where each applies certainly and possibly, and what each dimension answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import z3

from engine.facts.base import Facts, Setting, gather
from engine.inference.patterns import FALSE, UNKNOWN
from engine.inference.rule_engine import RuleEngine, States
from engine.language.conditions import All, AnyOf, Condition, Figure, Fired, Not, Test, leaves
from engine.language.graph import dependencies
from engine.language.rules import ORDER, Dimension, Rule, Ruleset
from engine.logic.facts import FactTerms
from engine.logic.symbols import Symbols
from engine.logic.terms import Formula, Term, Truth, every, some
from engine.treatment import PlannedTreatment


@dataclass(frozen=True)
class Answers:
    """The formula of each answer of a dimension, and of silence; where none holds the answer is unknown."""

    by_value: Mapping[str, Formula]
    silent: Formula


class View:
    """One ruleset over shared inputs; ``moved_to`` looks at the same cases on another day."""

    def __init__(self, symbols: Symbols, ruleset: Ruleset, moved_to: date | None = None) -> None:
        self.symbols = symbols
        self.ruleset = ruleset
        self.moved_to = moved_to
        self._setting = Setting(
            symbols.reference, ruleset.unit_rule, ruleset.tables, ruleset.uses_edits, ruleset.fee_schedule
        )
        day: Term = symbols.day if moved_to is None else z3.IntVal(moved_to.toordinal())
        self.facts = FactTerms(symbols, self._setting, day)
        self._needs = dependencies(ruleset.rules)
        self._overriders: dict[str, list[str]] = {rule.id: [] for rule in ruleset.rules}
        for rule in ruleset.rules:
            for target in rule.overrides:
                self._overriders[target].append(rule.id)
        self._tests: dict[Test, Truth] = {}
        self._holds: dict[str, Truth] = {}
        self._applies: dict[str, Truth] = {}

    @cached_property
    def engine(self) -> RuleEngine:
        """The real engine, which bears out every case that is shown."""
        return RuleEngine(self.ruleset)

    def states(self, treatment: PlannedTreatment) -> States:
        """What the engine says of every rule in a real case: of its first line, or of its pair of lines."""
        facts = self.known(treatment)
        firing = self.engine.probe(facts)
        return {**self._nowhere, **firing.lines[0], **firing.pairs.get((0, 1), {})}

    @cached_property
    def _nowhere(self) -> States:
        return dict.fromkeys(self.ruleset.by_id, FALSE)

    def known(self, treatment: PlannedTreatment) -> Facts:
        if self.moved_to is not None:
            treatment = treatment.model_copy(update={"date_of_service": self.moved_to})
        today = treatment.today or treatment.date_of_service
        return gather(treatment, treatment.coverage, self._setting, today=today, strict=False)

    def truth_in(self, treatment: PlannedTreatment, test: Test) -> int:
        place = (0, 1) if test.fact.startswith("pair.") else 0
        return self.engine.truth(test, self.known(treatment), place)

    def condition(self, condition: Condition) -> Truth:
        """Where a condition is true; readings of other rules resolved."""
        match condition:
            case Test():
                return self._test(condition)
            case Fired(rule):
                return self.applies(rule)
            case All(parts):
                return every(self.condition(part) for part in parts)
            case AnyOf(parts):
                return some(self.condition(part) for part in parts)
            case Not(part):
                return ~self.condition(part)

    def _test(self, test: Test) -> Truth:
        if test not in self._tests:
            self._tests[test] = self._dated(test) if test.dated else self.facts.judge(test)
        return self._tests[test]

    def _dated(self, test: Test) -> Truth:
        """A test against a figure: its value of each stretch of days, and unknown where it has none."""
        cuts = sorted({cut for name in _figures(test) for cut in self._cuts(name)})
        parts: list[tuple[Formula, Truth]] = []
        for start, following in zip(cuts, [*cuts[1:], None], strict=True):
            resolved = test.resolved(lambda name, day=start: self._figure(name, day))  # type: ignore[misc]
            truth = Truth.state(UNKNOWN) if resolved is None else self.facts.judge(resolved)
            until = [] if following is None else [self.facts.day < following.toordinal()]
            parts.append((z3.And(self.facts.day >= start.toordinal(), *until), truth))
        return Truth(
            z3.Or([z3.And(here, truth.certain) for here, truth in parts]),
            z3.Or([z3.And(here, truth.possible) for here, truth in parts]),
        )

    def _figure(self, name: str, day: date) -> int | None:
        value = self.ruleset.figures[name].on(day)
        return None if value is None else value.value

    def _cuts(self, name: str) -> Iterator[date]:
        yield date.min
        for value in self.ruleset.figures[name].values:
            yield value.start
            if value.end is not None and value.end < date.max:
                yield date.fromordinal(value.end.toordinal() + 1)

    def holds(self, name: str) -> Truth:
        """Where a rule's own condition is true, whatever overrides it."""
        if name not in self._holds:
            rule = self.ruleset.by_id[name]
            truth = self.condition(rule.condition)
            if rule.scope == "pair":
                truth = every((Truth.of(self.facts.edited()), truth))
            self._holds[name] = truth
        return self._holds[name]

    def applies(self, name: str) -> Truth:
        """Where a rule applies: its condition holds and nothing that overrides it applies."""
        if name not in self._applies:
            over = (~self.applies(other) for other in self._overriders[name])
            self._applies[name] = every((self.holds(name), *over))
        return self._applies[name]

    def overriders(self, name: str) -> tuple[str, ...]:
        return tuple(self._overriders[name])

    def answers(self, dimension: Dimension) -> Answers:
        rules = [(rule, self.applies(rule.id)) for rule in self.ruleset.deciding[dimension]]
        order = ORDER[dimension]
        certain = [z3.Or([truth.certain for rule, truth in rules if _gives(rule, value)]) for value in order]
        possible = [z3.Or([truth.possible for rule, truth in rules if _gives(rule, value)]) for value in order]
        by_value = {
            value: z3.And(certain[rank], z3.Not(z3.Or(possible[rank + 1 :]))) for rank, value in enumerate(order)
        }
        return Answers(by_value, z3.Not(z3.Or(possible)))

    def tests_behind(self, *names: str) -> Iterator[Test]:
        """The tests that the state of rules rests on."""
        waiting, seen = list(names), set[str]()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            rule = self.ruleset.by_id[name]
            yield from (leaf for leaf in leaves(rule.condition) if isinstance(leaf, Test))
            if rule.scope == "pair":
                yield Test("pair.indicator", "one_of", ())
            waiting.extend(self._needs[name])

    def behind(self, condition: Condition) -> Iterator[Test]:
        """The tests that a condition rests on."""
        for leaf in leaves(condition):
            if isinstance(leaf, Test):
                yield leaf
            else:
                yield from self.tests_behind(leaf.rule)


def _gives(rule: Rule, value: str) -> bool:
    return rule.effect is not None and rule.effect.value == value


def _figures(test: Test) -> Iterator[str]:
    yield from (constant.name for constant in test.constants if isinstance(constant, Figure))
