"""What would settle an open answer: splitting unknown facts into regions, and the fewest questions."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.assess import Assessment, assess
from engine.bounds import UNKNOWN_ANSWER
from engine.facts.base import Facts, Place
from engine.facts.dictionary import Fact
from engine.inference.patterns import UNKNOWN
from engine.inference.rule_engine import VISIT, RuleEngine
from engine.language.rules import Dimension, Rule
from engine.regions import Regions, regions

MOST_PROBES = 250
"""Completions tried for one dimension before the search gives up and asks every open fact."""
MOST_FACTS = 5

Needed = tuple[tuple[str, Fact], ...]


@dataclass(frozen=True)
class Settlement:
    """``answer`` where every combination of regions agrees; else the facts to ask for.

    ``complete`` says that the answers to these questions settle the dimension whatever they are.
    """

    answer: str | None
    needed: Needed
    complete: bool


@dataclass(frozen=True)
class _Tried:
    """A set of facts with each combination's answer; ``further`` are the facts open where the set does not settle."""

    answers: frozenset[str]
    settled: bool
    exact: bool
    further: Needed


class _Budget:
    def __init__(self) -> None:
        self.left = MOST_PROBES


def settle(engine: RuleEngine, facts: Facts, assessment: Assessment, dimension: Dimension) -> Settlement:
    """The smallest set of unknown facts that settles an open dimension, breadth first."""
    start = _open_facts(engine, facts, assessment, dimension)
    budget = _Budget()
    waiting: deque[Needed] = deque(_grown((), start))
    seen: set[frozenset[str]] = set()
    while waiting and budget.left > 0:
        needed = waiting.popleft()
        names = frozenset(path for path, _ in needed)
        if names in seen:
            continue
        seen.add(names)
        tried = _try(engine, facts, dimension, needed, budget)
        if tried is None:
            break
        if tried.settled:
            if tried.exact and len(tried.answers) == 1 and UNKNOWN_ANSWER not in tried.answers:
                return Settlement(next(iter(tried.answers)), (), complete=True)
            return Settlement(None, needed, complete=True)
        if len(needed) < MOST_FACTS:
            waiting.extend(_grown(needed, tried.further))
    return Settlement(None, start, complete=False)


def _grown(needed: Needed, further: Needed) -> Iterator[Needed]:
    """The set with one more fact, those in our own chart first."""
    held = {path for path, _ in needed}
    for path, fact in sorted(further, key=lambda item: item[1].who != "chart"):
        if path not in held:
            yield (*needed, (path, fact))


def _try(engine: RuleEngine, facts: Facts, dimension: Dimension, needed: Needed, budget: _Budget) -> _Tried | None:
    answers: set[str] = set()
    settled, exact = True, True
    further: dict[str, Fact] = {}
    for completed, is_exact in completions(engine, facts, needed):
        exact = exact and is_exact
        if budget.left <= 0:
            return None
        budget.left -= 1
        assessment, _ = assess(engine, completed, engine.probe)
        answer = assessment.answer(dimension)
        answers.add(answer)
        if answer == UNKNOWN_ANSWER:
            still = _open_facts(engine, completed, assessment, dimension)
            if still:
                settled = False
                further.update(still)
    return _Tried(frozenset(answers), settled, exact, tuple(further.items()))


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


def _open_facts(engine: RuleEngine, facts: Facts, assessment: Assessment, dimension: Dimension) -> Needed:
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
    for test in engine.ruleset.tests[rule.id]:
        if engine.truth(test, facts, place) == UNKNOWN:
            yield from facts.open_inputs(test.fact, place)


def combinations(engine: RuleEngine, facts: Facts, needed: Needed, most: int) -> tuple[Facts, ...] | None:
    """Every combination of the facts' regions; None where there are more than ``most`` or regions are not exact."""
    found: list[Facts] = []
    for completed, exact in completions(engine, facts, needed):
        if not exact or len(found) >= most:
            return None
        found.append(completed)
    return tuple(found)
