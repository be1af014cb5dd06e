"""What would settle open answers: splitting unknown facts into regions, and the fewest questions."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from itertools import tee

from engine.assess import Assessment, assess
from engine.bounds import UNKNOWN_ANSWER
from engine.facts.base import Facts, Place
from engine.facts.dictionary import Fact
from engine.facts.values import Value
from engine.inference.patterns import UNKNOWN
from engine.inference.rule_engine import VISIT, RuleEngine
from engine.language.rules import Dimension, Rule
from engine.regions import Regions, regions

FEW_PROBES, MANY_PROBES = 500, 20_000
"""Completions tried before the search for the fewest questions gives up: beside a decision, and when asked for."""
_MOST_SPLIT = 2
"""Facts split at once in search of an answer that none of their values changes."""
_MOST_FACTS = 12
_MOST_KEPT = 500
"""Completions that a search remembers: each takes some ten thousand bytes."""

Needed = tuple[tuple[str, Fact], ...]


@dataclass(frozen=True)
class Settlement:
    """What settles the open answers of a case.

    ``answers``: those that no value of the unknown facts changes. ``needed``: the facts to ask for, the most decisive
    first, and ``settles`` the dimensions that each helps to decide. ``complete``: the answers settle the case whatever
    they are; ``fewest``: no smaller set of facts does.
    """

    answers: Mapping[Dimension, str]
    needed: Needed
    settles: Mapping[str, tuple[Dimension, ...]]
    complete: bool
    fewest: bool


_NOTHING_OPEN = Settlement({}, (), {}, complete=True, fewest=True)


class _ExhaustedError(Exception):
    """The search has tried as many completions as it may."""


@dataclass(frozen=True)
class _Case:
    """The case, or a completion of it, assessed. ``open``: the facts open for an answer, once they were looked for."""

    facts: Facts
    assessment: Assessment
    open: dict[Dimension, Needed] = field(default_factory=dict)


class _Search:
    """The completions of one case, tried within a budget; remembers which facts the open rules read."""

    def __init__(self, engine: RuleEngine, facts: Facts, probes: int) -> None:
        self.engine = engine
        self.facts = facts
        self.left = probes
        self.reads: dict[str, list[Dimension]] = {}
        self._alone: dict[str, Iterator[tuple[Facts, bool]]] = {}
        self._assessed: dict[frozenset[tuple[str, Value]], _Case] = {}

    def anew(self, probes: int) -> _Search:
        """Another search of the same case, which finds assessed what this one did."""
        other = _Search(self.engine, self.facts, probes)
        other._alone, other._assessed = self._alone, self._assessed
        return other

    def tried(self, needed: Needed) -> Iterator[tuple[_Case, bool]]:
        """The case with each combination of the facts' regions, assessed, and whether the regions are exact."""
        for completed, exact in self._completions(needed):
            if self.left <= 0:
                raise _ExhaustedError
            self.left -= 1
            yield self._assess(completed, needed), exact

    def _completions(self, needed: Needed) -> Iterator[tuple[Facts, bool]]:
        """As ``completions``; the first fact is split once, however many combinations begin with it."""
        if not needed:
            yield self.facts, True
            return
        first, rest = needed[0], needed[1:]
        path, _ = first
        if path not in self._alone:
            (self._alone[path],) = tee(completions(self.engine, self.facts, (first,)), 1)
        for split, split_exactly in copy(self._alone[path]):
            for completed, exact in completions(self.engine, split, rest):
                yield completed, split_exactly and exact

    def _assess(self, completed: Facts, needed: Needed) -> _Case:
        """The same values are tried again: for each answer, in another order, for the fewest facts, for their order."""
        values = frozenset((path, completed.inputs[path]) for path, _ in needed)
        if values in self._assessed:
            return self._assessed[values]
        found = _Case(completed, assess(self.engine, completed, self.engine.probe)[0])
        if len(self._assessed) < _MOST_KEPT:
            self._assessed[values] = found
        return found

    def open_facts(self, case: _Case, dimension: Dimension) -> Needed:
        if dimension not in case.open:
            case.open[dimension] = open_facts(self.engine, case.facts, case.assessment, dimension)
        for path, _ in case.open[dimension]:
            if dimension not in self.reads.setdefault(path, []):
                self.reads[path].append(dimension)
        return case.open[dimension]

    def left_open(self, needed: Needed, dimensions: tuple[Dimension, ...]) -> Needed:
        """The facts open in the first combination that leaves an answer open; none where the set settles all."""
        for case, _ in self.tried(needed):
            counted: Counter[str] = Counter()
            known: dict[str, Fact] = {}
            for dimension in dimensions:
                if case.assessment.answer(dimension) == UNKNOWN_ANSWER:
                    for rank, (path, fact) in enumerate(self.open_facts(case, dimension)):
                        counted[path] += 100 - rank
                        known[path] = fact
            if known:
                return tuple((path, known[path]) for path, _ in counted.most_common())
        return ()

    def unchanged(self, needed: Needed, dimension: Dimension) -> str | None:
        """The answer that every combination of the facts gives; None where one is open or they differ."""
        answers: set[str] = set()
        for case, exact in self.tried(needed):
            answers.add(case.assessment.answer(dimension) if exact else UNKNOWN_ANSWER)
            if len(answers) > 1 or UNKNOWN_ANSWER in answers:
                return None
        return answers.pop()


def settle(engine: RuleEngine, facts: Facts, assessment: Assessment, probes: int = FEW_PROBES) -> Settlement:
    """The smallest set of unknown facts that settles all open answers, breadth first, within so many probes."""
    dimensions = assessment.open
    if not dimensions:
        return _NOTHING_OPEN
    search = _Search(engine, facts, probes)
    answers: dict[Dimension, str] = {}
    try:
        for dimension in dimensions:
            if (answer := _unchanging(search, assessment, dimension)) is not None:
                answers[dimension] = answer
        while True:
            rest = tuple(dimension for dimension in dimensions if dimension not in answers)
            needed = _fewest(search, rest) if rest else ()
            found = {name: answer for name in rest if needed and (answer := search.unchanged(needed, name))}
            answers |= found
            if not found:
                ranked = _ranked(search, needed, rest)
                return Settlement(answers, ranked, _settles(search, ranked), complete=True, fewest=True)
    except _ExhaustedError:
        rest = tuple(dimension for dimension in dimensions if dimension not in answers)
        needed, complete = _greedily(search.anew(probes), rest)
        return Settlement(answers, needed, _settles(search, needed), complete, fewest=False)


def _settles(search: _Search, needed: Needed) -> Mapping[str, tuple[Dimension, ...]]:
    return {path: tuple(search.reads.get(path, ())) for path, _ in needed}


def _unchanging(search: _Search, assessment: Assessment, dimension: Dimension) -> str | None:
    """The answer that splitting one fact or two shows to be the same whatever their values."""
    start = search.open_facts(_Case(search.facts, assessment), dimension)
    waiting: deque[Needed] = deque(((path, fact),) for path, fact in start)
    while waiting:
        needed = waiting.popleft()
        answers: set[str] = set()
        further: Needed = ()
        for case, exact in search.tried(needed):
            answer = case.assessment.answer(dimension) if exact else UNKNOWN_ANSWER
            if answer == UNKNOWN_ANSWER:
                further = further or search.open_facts(case, dimension)
                if len(needed) == _MOST_SPLIT or not further:
                    break
            else:
                answers.add(answer)
            if len(answers) > 1:  # two values, two answers: nothing known besides can make them one
                return None
        else:
            if not further and len(answers) == 1:
                return answers.pop()
            waiting.extend(_grown(needed, further))
    return None


def _fewest(search: _Search, dimensions: tuple[Dimension, ...]) -> Needed:
    """A smallest set that settles the dimensions. Whatever settles them holds a fact open in each failing combination,
    so that growing a set by those of one such combination misses none."""
    waiting: deque[Needed] = deque([()])
    seen: set[frozenset[str]] = set()
    while waiting:
        needed = waiting.popleft()
        names = frozenset(path for path, _ in needed)
        if names in seen:
            continue
        seen.add(names)
        further = search.left_open(needed, dimensions)
        if not further:
            return needed
        waiting.extend(_grown(needed, further))
    return ()


def _greedily(search: _Search, dimensions: tuple[Dimension, ...]) -> tuple[Needed, bool]:
    """A set grown by the most read fact of a combination that it leaves open, and whether it settles all."""
    needed: Needed = ()
    try:
        while len(needed) < _MOST_FACTS:
            further = search.left_open(needed, dimensions)
            if not further:
                return needed, True
            needed = (*needed, further[0])
    except _ExhaustedError:
        pass
    return needed, False


def _ranked(search: _Search, needed: Needed, dimensions: tuple[Dimension, ...]) -> Needed:
    """The most decisive first: the fact whose values alone settle the largest share; our own chart before others."""
    if len(needed) < 2:
        return needed
    shares: dict[str, float] = {}
    for path, fact in needed:
        settled = [
            case.assessment.answer(dimension) != UNKNOWN_ANSWER
            for case, _ in search.tried(((path, fact),))
            for dimension in dimensions
        ]
        shares[path] = sum(settled) / len(settled)
    return tuple(sorted(needed, key=lambda item: (-shares[item[0]], item[1].who != "chart")))


def _grown(needed: Needed, further: Needed) -> Iterator[Needed]:
    """The set with one more fact, those in our own chart first."""
    held = {path for path, _ in needed}
    for path, fact in sorted(further, key=lambda item: item[1].who != "chart"):
        if path not in held:
            yield (*needed, (path, fact))


def completions(engine: RuleEngine, facts: Facts, needed: Needed) -> Iterator[tuple[Facts, bool]]:
    """The case with each combination of regions of the facts, and whether the regions are exact.

    A later fact is split knowing the earlier ones, so that facts judged by their difference are split where it turns.
    """
    if not needed:
        yield facts, True
        return
    (path, fact), rest = needed[0], needed[1:]
    split: Regions = regions(engine, facts, path, fact)
    for value in split.values:
        for completed, exact in completions(engine, facts.assuming({path: value}), rest):
            yield completed, exact and split.exact


def open_facts(engine: RuleEngine, facts: Facts, assessment: Assessment, dimension: Dimension) -> Needed:
    """The unknown inputs that the open rules of a dimension read, the most read first."""
    counted: Counter[str] = Counter()
    found: dict[str, Fact] = {}
    dimensions: tuple[Dimension, ...] = (dimension,)
    if dimension == "coverage":
        dimensions = ("coverage", "provider", "telehealth")
    for at, line in enumerate(assessment.lines):
        if all(line.bounds[name].definite or line.bounds[name].silent for name in dimensions):
            continue
        if dimension == "coverage" and line.answer != UNKNOWN_ANSWER:
            continue
        for rule in _open_rules(engine, line.states, dimensions):
            place: Place = at if rule.scope == "line" else None
            for path, fact in _unknown_inputs(engine, facts, rule, place):
                if not (path == VISIT and facts.treatment.plan_of_care.visits is not None):
                    counted[path] += 1
                    found[path] = fact
    return tuple((path, found[path]) for path, _ in counted.most_common())


def _open_rules(engine: RuleEngine, states: Mapping[str, int], dimensions: tuple[str, ...]) -> Iterator[Rule]:
    """The rules of the dimensions that apply possibly, and those open ones that they read or that override them."""
    by_id = engine.ruleset.by_id
    waiting = [
        rule
        for rule in engine.ruleset.rules
        if rule.effect and rule.effect.dimension in dimensions and states.get(rule.id) == UNKNOWN
    ]
    seen: set[str] = set()
    while waiting:
        rule = waiting.pop(0)
        if rule.id in seen:
            continue
        seen.add(rule.id)
        yield rule
        waiting.extend(by_id[name] for name in engine.needs[rule.id] if states.get(name) == UNKNOWN)


def _unknown_inputs(engine: RuleEngine, facts: Facts, rule: Rule, place: Place) -> Iterator[tuple[str, Fact]]:
    for test in engine.open_tests(rule, facts, place):
        yield from facts.open_inputs(test.fact, place)


def combinations(engine: RuleEngine, facts: Facts, needed: Needed, most: int) -> tuple[Facts, ...] | None:
    """Every combination of the facts' regions; None where there are more than ``most`` or regions are not exact."""
    found: list[Facts] = []
    for completed, exact in completions(engine, facts, needed):
        if not exact or len(found) >= most:
            return None
        found.append(completed)
    return tuple(found)
