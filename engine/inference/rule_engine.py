"""One payer's rules, ready to fire: durable-rules decides, the second evaluator runs beside it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import permutations

from engine.facts.base import Facts, Place, inputs_of, rests_on
from engine.facts.dictionary import FACTS, Scope
from engine.facts.values import Value
from engine.inference.durable import DurableEngine, EngineError
from engine.inference.judging import Judged, Judges, OfDay, engine_judges
from engine.inference.patterns import UNKNOWN
from engine.inference.program import Segment, compile_rules
from engine.inference.reference import ReferenceEvaluator
from engine.language.conditions import Test, judge
from engine.language.graph import dependencies
from engine.language.rules import ANSWERS, Rule, Ruleset

VISIT = "episode.visit_number"
_MOST_DAYS = 4_096
_MOST_FIRED = 1_024
"""What durable-rules fired for so many different truths is remembered, one or two kilobytes each."""
log = logging.getLogger(__name__)
States = Mapping[str, int]
StateTuple = tuple[int, ...]
"""The states of all rules of a place, the treatment's first, in the order of their names."""
StateSource = Callable[[Segment, Place, StateTuple], StateTuple]


@dataclass(frozen=True)
class Names:
    """The rules whose states stand for a line, and for a pair of lines."""

    of_line: tuple[str, ...]
    of_pair: tuple[str, ...]


@dataclass(frozen=True)
class Firing:
    """The state of every rule: 0 does not apply, 1 applies possibly, 2 certainly; lines include the treatment's.

    ``disputed`` names the rules on which the two evaluators disagree: nothing may rest on them.
    """

    names: Names
    on_lines: tuple[StateTuple, ...]
    on_pairs: tuple[tuple[tuple[int, int], StateTuple], ...]
    disputed: frozenset[str]

    @cached_property
    def lines(self) -> tuple[States, ...]:
        """The states on each line, by the rules' names."""
        return tuple(dict(zip(self.names.of_line, fired, strict=True)) for fired in self.on_lines)

    @cached_property
    def pairs(self) -> Mapping[tuple[int, int], States]:
        """The states on each pair of lines, column 1 of the edit first, by the rules' names."""
        return {pair: dict(zip(self.names.of_pair, fired, strict=True)) for pair, fired in self.on_pairs}

    @property
    def places(self) -> dict[Place, States]:
        """The states on each line, then on each pair of lines."""
        return dict([*enumerate(self.lines), *self.pairs.items()])


class RuleEngine:
    """Fires one ruleset. Building it costs milliseconds, firing it microseconds a rule."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.needs = dependencies(ruleset.rules)
        self._segments = compile_rules(ruleset.rules)
        self._durable = {segment.scope: DurableEngine(segment.levels) for segment in self._segments}
        own = {segment.scope: segment.in_order for segment in self._segments}
        self._wider = own.get("treatment", ())
        self._names = Names(self._wider + own.get("line", ()), self._wider + own.get("pair", ()))
        self._plain = {segment.scope: self._second(segment) for segment in self._segments}
        self._judges = {segment.scope: engine_judges(segment.tests) for segment in self._segments}
        self._tests_of = {rule.id: self._placed(segment, rule) for segment, rule in self._placed_rules()}
        self.facts_read = {
            name: tuple(dict.fromkeys(test.fact for test in tests)) for name, tests in ruleset.tests.items()
        }
        """By rule the facts that it reads, in its order."""
        self._presuming = tuple((rule, names) for rule in ruleset.rules if (names := self._presumed_names(rule)))
        self.visit_tests = tuple(
            test for rule in self._answering() for test in ruleset.tests[rule] if test.fact == VISIT
        )
        self._fired: dict[tuple[Scope, tuple[int, ...], StateTuple], StateTuple] = {}
        self._readers: dict[tuple[int, frozenset[str]], tuple[int, ...]] = {}
        self._days: dict[tuple[int, date], tuple[OfDay, Judged]] = {}
        self._judging: dict[tuple[int, OfDay], tuple[OfDay, Judged]] = {}
        self._resolve = lru_cache(maxsize=4_096)(self._resolved)
        self.presumed_on = lru_cache(maxsize=_MOST_DAYS)(self._presumed_on)
        self.tests_reading = lru_cache(maxsize=1_024)(self._tests_reading)

    def _second(self, segment: Segment) -> ReferenceEvaluator:
        rules = tuple(rule for group in segment.rules for rule in group)
        return ReferenceEvaluator(rules, self.ruleset.rules, () if segment.scope == "treatment" else self._wider)

    def _placed_rules(self) -> Iterator[tuple[Segment, Rule]]:
        return ((segment, rule) for segment in self._segments for group in segment.rules for rule in group)

    def _placed(self, segment: Segment, rule: Rule) -> tuple[Segment, tuple[tuple[int, Test], ...]]:
        """A rule's tests with their places among those of the second evaluator."""
        places = {test: at for at, test in enumerate(self._plain[segment.scope].tests)}
        return segment, tuple((places[test], test) for test in self.ruleset.tests[rule.id])

    def _presumed_names(self, rule: Rule) -> tuple[str, ...]:
        """The facts that may be presumed and that the rule reads, directly or through a derived fact."""
        read = (name for test in self.ruleset.tests[rule.id] for name in inputs_of(test.fact))
        return tuple(dict.fromkeys(name for name in read if name in FACTS and FACTS[name].presumed))

    def _presumed_on(self, day: date) -> tuple[tuple[tuple[str, ...], bool], ...]:
        """The facts that may be presumed and that rules in force read, each at the first such rule; of lines or not."""
        seen: set[tuple[str, bool]] = set()
        found: list[tuple[tuple[str, ...], bool]] = []
        for rule, names in self._presuming:
            of_lines = rule.scope != "treatment"
            new = tuple(name for name in names if (name, of_lines) not in seen)
            if new and rule.in_force_on(day):
                seen.update((name, of_lines) for name in new)
                found.append((new, of_lines))
        return tuple(found)

    def _answering(self) -> Iterator[str]:
        """The rules that an answer may rest on: those that give one, and all that they depend on."""
        waiting = [rule.id for name in ANSWERS for rule in self.ruleset.deciding[name]]
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                yield name
                waiting.extend(self.needs[name])

    def _tests_reading(self, name: str) -> tuple[Test, ...]:
        """Every test of the rules that reads a fact, directly or through a derived one."""
        return tuple(test for tests in self.ruleset.tests.values() for test in tests if name in rests_on(test.fact))

    def close(self) -> None:
        for engine in self._durable.values():
            engine.close()

    def fire(self, facts: Facts) -> Firing:
        """Decide every rule with both evaluators."""
        disputed: set[str] = set()

        def states(segment: Segment, place: Place, wider: StateTuple) -> StateTuple:
            plain = self._plain_states(segment, facts, place, wider)
            try:
                decided = self._durable_states(segment, facts, place, wider)
            except EngineError:
                log.exception("the rule engine failed on ruleset %s", self.ruleset.id)
                disputed.update(segment.in_order)
                return plain
            if decided != plain:
                names = self._names.of_pair if segment.scope == "pair" else self._names.of_line
                wrong = {name for name, one, other in zip(names, decided, plain, strict=False) if one != other}
                log.error("the evaluators disagree on %s of ruleset %s", sorted(wrong), self.ruleset.id)
                self.forget()
                disputed.update(wrong)
            return decided

        return self._firing(facts, states, disputed)

    def forget(self) -> None:
        """Let durable-rules fire again also for values that it has fired for."""
        self._fired.clear()

    def probe(self, facts: Facts) -> Firing:
        """Decide every rule with the second evaluator alone: for searching many completions."""
        return self._firing(
            facts, lambda segment, place, wider: self._plain_states(segment, facts, place, wider), set()
        )

    def _firing(self, facts: Facts, states: StateSource, disputed: set[str]) -> Firing:
        treatment: StateTuple = ()
        lines: list[StateTuple] = []
        pairs: list[tuple[tuple[int, int], StateTuple]] = []
        for segment in self._segments:
            if segment.scope == "treatment":
                treatment = states(segment, None, ())
            elif segment.scope == "line":
                lines = [states(segment, line, treatment) for line in range(len(facts.treatment.lines))]
            else:
                pairs = [(pair, states(segment, pair, treatment)) for pair in edited_pairs(facts)]
        on_lines = tuple(lines) or (treatment,) * len(facts.treatment.lines)
        return Firing(self._names, on_lines, tuple(pairs), frozenset(disputed))

    def _durable_states(self, segment: Segment, facts: Facts, place: Place, wider: StateTuple) -> StateTuple:
        truths = self._truths(segment, self._judges[segment.scope], facts, place)
        # The visits of a plan, and of a day, differ in few rules: what the same truths fired, they fire again.
        key = (segment.scope, tuple(truths), wider)
        found = self._fired.get(key)
        if found is None:
            if len(self._fired) >= _MOST_FIRED:
                self.forget()
            found = self._fired[key] = self._fired_anew(segment, truths, wider)
        return found

    def _fired_anew(self, segment: Segment, truths: Sequence[int], wider: StateTuple) -> StateTuple:
        """What durable-rules fires level by level, after the states of the wider scope."""
        states = dict(zip(self._wider, wider, strict=True)) if wider else {}
        engine = self._durable[segment.scope]
        for level, names in enumerate(segment.names):
            states.update(zip(names, engine.fire(level, segment.values(level, truths, states)), strict=True))
        return tuple(states.values())

    def _plain_states(self, segment: Segment, facts: Facts, place: Place, wider: StateTuple) -> StateTuple:
        plain = self._plain[segment.scope]
        return plain.states(self._truths(segment, plain.judges, facts, place), wider)

    def _truths(self, segment: Segment, judges: Judges, facts: Facts, place: Place) -> list[int]:
        """The truth of each test; after an assumption only those tests are judged that read what it changed."""
        key = (id(judges), place)
        truths = facts.truths.get(key)
        if truths is None:
            tests, judged = self._on(facts.date_of_service, judges)
            if facts.before is None:
                truths = judged(self._reading_all(segment, facts, place))
            else:
                truths = list(self._truths(segment, judges, facts.before, place))
                for at in self._reading(judges.tests, facts.changed):
                    test = tests[at]
                    truths[at] = UNKNOWN if test is None else judges.one(test, facts.value(test.fact, place))
            facts.truths[key] = truths
        return truths

    def _reading_all(self, segment: Segment, facts: Facts, place: Place) -> Mapping[str, Value]:
        """What is known of each fact that the segment's tests read: found once, as both evaluators read it."""
        key = (id(segment), place)
        found = facts.readings.get(key)
        if found is None:
            worked_out = {name: facts.value(name, place) for name in segment.worked_out}
            found = facts.readings[key] = {**segment.unknown_inputs, **facts.inputs, **worked_out}
        return found

    def _on(self, day: date, judges: Judges) -> tuple[OfDay, Judged]:
        """The tests as they are on a day, and what judges all: found once, as cases of one day are many, and made once
        for all days on which the figures are the same."""
        key = (id(judges), day)
        found = self._days.get(key)
        if found is None:
            if len(self._days) == _MOST_DAYS:
                self._days.clear()
                self._judging.clear()
            tests = tuple(self.resolved(test, day) for test in judges.tests)
            same = (id(judges), tests)
            if same not in self._judging:
                self._judging[same] = (tests, judges.of_day(tests))
            found = self._days[key] = self._judging[same]
        return found

    def _reading(self, tests: tuple[Test, ...], changed: frozenset[str]) -> tuple[int, ...]:
        """Which of the tests rest on one of the facts."""
        key = (id(tests), changed)
        if key not in self._readers:
            self._readers[key] = tuple(at for at, test in enumerate(tests) if rests_on(test.fact) & changed)
        return self._readers[key]

    def truth(self, test: Test, facts: Facts, place: Place) -> int:
        """Whether one test of a rule holds, as the engine sees it."""
        resolved = self.resolved(test, facts.date_of_service)
        return UNKNOWN if resolved is None else judge(resolved, facts.value(resolved.fact, place))

    def open_tests(self, rule: Rule, facts: Facts, place: Place) -> Iterator[Test]:
        """The tests of a rule that are neither true nor false, as the second evaluator judges them."""
        segment, placed = self._tests_of[rule.id]
        truths = self._truths(segment, self._plain[segment.scope].judges, facts, place)
        return (test for at, test in placed if truths[at] == UNKNOWN)

    def resolved(self, test: Test, day: date) -> Test | None:
        """The test with its figures' values of the day; None where one has none."""
        return self._resolve(test, day) if test.dated else test

    def _resolved(self, test: Test, day: date) -> Test | None:
        def figure(name: str) -> int | None:
            value = self.ruleset.figures[name].on(day)
            return None if value is None else value.value

        return test.resolved(figure)


def edited_pairs(facts: Facts) -> Iterator[tuple[int, int]]:
    """The pairs of lines, column 1 first, between whose codes there is or may be an edit."""
    if not facts.setting.uses_edits:
        return
    lines = facts.treatment.lines
    for first, second in permutations(range(len(lines)), 2):
        edit = facts.setting.reference.edits.lookup(lines[first].code, lines[second].code, facts.date_of_service)
        if edit is not None and edit.column1 == lines[first].code:
            yield first, second
