"""Rules compiled once: distinct tests become slots, rules become patterns over slots, level by level."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from engine.facts.dictionary import Fact, Scope, describe, unknown
from engine.facts.values import Value
from engine.inference.patterns import FALSE, TRUE, Guard, Level, Picked, RulePattern, picking
from engine.language.conditions import All, AnyOf, Condition, Fired, Not, Test, leaves
from engine.language.graph import dependencies
from engine.language.rules import Rule

Judge = Callable[[Test], int]
Reader = Callable[[Sequence[int], Mapping[str, int]], int]
SCOPES: tuple[Scope, ...] = ("treatment", "line", "pair")


@dataclass(frozen=True)
class Segment:
    """The rules of one scope. ``slots`` are what the patterns read; ``level_slots`` those that each level needs."""

    scope: Scope
    rules: tuple[tuple[Rule, ...], ...]
    levels: tuple[Level, ...]
    slots: tuple[Condition, ...]
    level_slots: tuple[tuple[int, ...], ...]

    @cached_property
    def tests(self) -> tuple[Test, ...]:
        """The distinct tests of the slots."""
        found = (leaf for slot in self.slots for leaf in leaves(slot) if isinstance(leaf, Test))
        return tuple(dict.fromkeys(found))

    @cached_property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """The rules of each level, in the order of its patterns."""
        return tuple(tuple(pattern.name for pattern in level) for level in self.levels)

    @cached_property
    def in_order(self) -> tuple[str, ...]:
        """The rules of all levels."""
        return tuple(name for names in self.names for name in names)

    @cached_property
    def _facts(self) -> tuple[Fact, ...]:
        return tuple(describe(name) for name in dict.fromkeys(test.fact for test in self.tests))

    @cached_property
    def unknown_inputs(self) -> Mapping[str, Value]:
        """The treatment's inputs that the tests read, each as it is where nothing is known of it."""
        return {fact.name: unknown(fact.name) for fact in self._facts if _is_input(fact)}

    @cached_property
    def worked_out(self) -> tuple[str, ...]:
        """The other facts that the tests read: those of a line, and the derived ones."""
        return tuple(fact.name for fact in self._facts if not _is_input(fact))

    @cached_property
    def _places(self) -> Mapping[Test, int]:
        return {test: at for at, test in enumerate(self.tests)}

    @cached_property
    def _plain(self) -> tuple[tuple[tuple[int, ...], Picked], ...]:
        """For each level its slots that are one test, and what picks the truths of these tests."""
        place = {at: self._places[slot] for at, slot in enumerate(self.slots) if isinstance(slot, Test)}
        plain = [tuple(slot for slot in slots if slot in place) for slots in self.level_slots]
        return tuple((slots, picking([place[slot] for slot in slots])) for slots in plain)

    @cached_property
    def _readers(self) -> tuple[tuple[tuple[int, Reader], ...], ...]:
        """For each level its other slots with what reads them."""
        readers = {at: _reader(slot, self._places) for at, slot in enumerate(self.slots) if not isinstance(slot, Test)}
        return tuple(tuple((slot, readers[slot]) for slot in slots if slot in readers) for slots in self.level_slots)

    def values(self, level: int, truths: Sequence[int], states: Mapping[str, int]) -> dict[int, int]:
        """What each slot of the level holds, given the truths of ``tests`` and the states of lower rules."""
        slots, picked = self._plain[level]
        found = dict(zip(slots, picked(truths), strict=True))
        for slot, read in self._readers[level]:
            found[slot] = read(truths, states)
        return found


def _is_input(fact: Fact) -> bool:
    return fact.scope == "treatment" and not fact.derived


def _reader(condition: Condition, places: Mapping[Test, int]) -> Reader:
    """What finds the truth of a condition, 0 false, 1 unknown, 2 true, from those of its tests at their places."""
    match condition:
        case Test():
            at = places[condition]
            return lambda truths, states: truths[at]
        case Fired(rule):
            return lambda truths, states: states[rule]
        case All(parts):
            return _over(min, TRUE, parts, places)
        case AnyOf(parts):
            return _over(max, FALSE, parts, places)
        case Not(part):
            inner = _reader(part, places)
            return lambda truths, states: TRUE - inner(truths, states)


def _over(choose: Callable[..., int], of_none: int, parts: tuple[Condition, ...], places: Mapping[Test, int]) -> Reader:
    """The least or the greatest truth of the parts; where all are tests, they are read at one go."""
    tests = [places[part] for part in parts if isinstance(part, Test)]
    if tests and len(tests) == len(parts):
        picked = picking(tests)
        return lambda truths, states: choose(picked(truths))
    readers = tuple(_reader(part, places) for part in parts)
    return lambda truths, states: choose([read(truths, states) for read in readers], default=of_none)


def fold(condition: Condition, judge: Judge, states: Mapping[str, int]) -> int:
    """The truth of a condition: 0 false, 1 unknown, 2 true."""
    tests, read = _folding(condition)
    return read([judge(test) for test in tests], states)


@lru_cache(maxsize=4_096)
def _folding(condition: Condition) -> tuple[tuple[Test, ...], Reader]:
    """The distinct tests of a condition, and what reads their truths."""
    tests = tuple(dict.fromkeys(leaf for leaf in leaves(condition) if isinstance(leaf, Test)))
    return tests, _reader(condition, {test: at for at, test in enumerate(tests)})


def compile_rules(rules: tuple[Rule, ...]) -> tuple[Segment, ...]:
    """A segment for each scope that has rules, wider scopes first."""
    depth = _levels(rules)
    overriders: dict[str, list[str]] = {rule.id: [] for rule in rules}
    for rule in rules:
        for target in rule.overrides:
            overriders[target].append(rule.id)
    return tuple(
        _segment(scope, chosen, depth, overriders)
        for scope in SCOPES
        if (chosen := [rule for rule in rules if rule.scope == scope])
    )


def _levels(rules: tuple[Rule, ...]) -> dict[str, int]:
    """One more than the highest level a rule depends on."""
    needs = dependencies(rules)
    depth: dict[str, int] = {}

    def level(name: str) -> int:
        if name not in depth:
            depth[name] = 1 + max((level(need) for need in needs[name]), default=-1)
        return depth[name]

    for name in needs:
        level(name)
    return depth


def _segment(scope: Scope, rules: list[Rule], depth: dict[str, int], overriders: dict[str, list[str]]) -> Segment:
    slots: dict[Condition, int] = {}
    by_depth = sorted({depth[rule.id] for rule in rules})
    grouped = tuple(tuple(rule for rule in rules if depth[rule.id] == at) for at in by_depth)
    levels: list[Level] = []
    level_slots: list[tuple[int, ...]] = []
    for group in grouped:
        patterns = tuple(RulePattern(rule.id, _guards(rule, overriders[rule.id], slots)) for rule in group)
        levels.append(patterns)
        level_slots.append(tuple(sorted({guard.slot for pattern in patterns for guard in pattern.guards})))
    return Segment(scope, grouped, tuple(levels), tuple(slots), tuple(level_slots))


def _guards(rule: Rule, overriders: list[str], slots: dict[Condition, int]) -> tuple[Guard, ...]:
    guards = [_guard(part, slots) for part in _conjuncts(rule.condition)]
    guards += [Guard(slots.setdefault(Fired(name), len(slots)), negated=True) for name in overriders]
    return tuple(dict.fromkeys(guards))


def _conjuncts(condition: Condition) -> list[Condition]:
    if isinstance(condition, All):
        return [conjunct for part in condition.parts for conjunct in _conjuncts(part)]
    return [condition]


def _guard(part: Condition, slots: dict[Condition, int]) -> Guard:
    negated = False
    while isinstance(part, Not):
        negated, part = not negated, part.part
    return Guard(slots.setdefault(part, len(slots)), negated)
