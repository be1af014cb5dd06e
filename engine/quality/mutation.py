"""Whether the examples would catch a mistake: each small mistake in each rule, and the example that fails by it.

A mistake that no example catches survives. It is excused only where the solver proves that it changes no answer;
otherwise the solver's case that tells the two apart is the example to add.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from engine.decide import check, facts_for
from engine.facts.base import Place
from engine.inference.patterns import FALSE, TRUE
from engine.inference.program import fold
from engine.inference.rule_engine import RuleEngine, States
from engine.language.graph import dependencies
from engine.language.load import Library
from engine.language.rules import Rule, Ruleset
from engine.parallel import Told, each_payer
from engine.problems import Span
from engine.quality.examples import APPLIES, ExampleCase, Standing, answering, example_case, got_of, own_rules
from engine.quality.mutants import Mutant, mutants

if TYPE_CHECKING:
    from engine.logic import Witness

Fate = Literal["killed", "excused", "survived", "not tried"]


@dataclass(frozen=True, slots=True)
class MissingExample:
    """A case that tells a mistake, beside which rule it belongs: what differs from the typical case, and whether the
    rule applies there."""

    rule: str
    given: tuple[tuple[str, object], ...]
    applies: object


@dataclass(frozen=True, slots=True)
class Tried:
    """A mistake and what became of it. ``by``: the example that fails by it; ``missing``: the example to add for a
    survivor, None where the solver found none."""

    rule: str
    mistake: str
    fate: Fate
    where: Span
    by: str | None = None
    missing: MissingExample | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many mistakes were caught by an example, proved to change nothing, caught by none, and not tried."""

    killed: int = 0
    excused: int = 0
    survived: int = 0
    not_tried: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.killed + other.killed, self.excused + other.excused, self.survived + other.survived,
            self.not_tried + other.not_tried,
        )  # fmt: skip

    @property
    def score(self) -> float:
        """The share of mistakes caught, of those that change an answer; 1 where there is none."""
        counted = self.killed + self.survived + self.not_tried
        return self.killed / counted if counted else 1.0


@dataclass(frozen=True, slots=True)
class Mutation:
    """All mistakes of a payer's rules."""

    tried: tuple[Tried, ...]

    @property
    def counts(self) -> Counts:
        fates = [one.fate for one in self.tried]
        return Counts(*(fates.count(fate) for fate in ("killed", "excused", "survived", "not tried")))


def mutate_all(
    library: Library,
    payers: Sequence[str],
    *,
    seconds: float | None = None,
    prove: bool = True,
    told: Told = lambda done, whole: None,
) -> dict[str, Mutation]:
    """Every mistake in the rules of each payer, as far as the seconds suffice, on all cores."""
    until = None if seconds is None else time.monotonic() + seconds
    found = each_payer(partial(mutate, until=until, prove=prove), library, payers, told)
    return dict(zip(payers, found, strict=True))


def mutate(
    library: Library,
    payer: str,
    *,
    until: float | None = None,
    prove: bool = True,
    within: Collection[str] | None = None,
) -> Mutation:
    """Try every mistake in the rules whose examples this payer answers for.

    ``within``: only in rules of these rulesets; ``until``: the ``time.monotonic()`` after which the rest is not tried;
    ``prove``: ask the solver about survivors.
    """
    ruleset = library.for_payer(payer)
    if ruleset is None:
        return Mutation(())
    bench = _Bench(library, ruleset)
    return Mutation(tuple(bench.tried(until, prove, within)))


@dataclass(frozen=True, slots=True)
class _Shown:
    """An example with the states of all rules where its own rule is judged, and in all its places."""

    rule: Rule
    case: ExampleCase
    states: Mapping[Place, States]


class _Bench:
    """One payer's examples, decided once, against which mistakes are tried."""

    def __init__(self, library: Library, ruleset: Ruleset) -> None:
        self.library = library
        self.ruleset = ruleset
        self.engine = library.engine(ruleset.payer or "")
        self.own = tuple(own_rules(library, ruleset))
        self.shown = tuple(shown for rule in ruleset.rules for shown in self._shown(rule))

    def _shown(self, rule: Rule) -> Iterator[_Shown]:
        """The rule's examples that this payer's rules decide, also those of a base that name this payer."""
        ruleset = answering(self.library, rule)
        for example in rule.examples:
            if example.given.get("coverage.payer", ruleset.payer) == self.ruleset.payer:
                yield self._fired(rule, example_case(self.library, ruleset, rule, example))

    def _fired(self, rule: Rule, case: ExampleCase) -> _Shown:
        return _Shown(rule, case, self.engine.fire(case.facts).places)

    def tried(self, until: float | None, prove: bool, within: Collection[str] | None) -> Iterator[Tried]:
        for rule in self.own:
            if within is not None and rule.id.partition("/")[0] not in within:
                continue
            for mutant in mutants(rule):
                if until is not None and time.monotonic() > until:
                    yield Tried(rule.id, mutant.mistake, "not tried", rule.where)
                elif (by := self._killer(mutant)) is not None:
                    yield Tried(rule.id, mutant.mistake, "killed", rule.where, by)
                else:
                    yield self._survivor(mutant, prove)

    def _killer(self, mutant: Mutant) -> str | None:
        """The example that fails by the mistake: its own rule's first, then all, the costly ones last."""
        changed = _changed(self.ruleset, mutant.rule)
        again = _Again(self.engine, changed, mutant.rule.id)
        doubtful: list[_Shown] = []
        for shown in sorted(self.shown, key=lambda one: one.rule.id != mutant.rule.id):
            states = {place: again.states(shown, place, before) for place, before in shown.states.items()}
            if _stands_otherwise(shown, states):
                return shown.case.example.name
            if states != shown.states or _has_visits_to_come(shown.case):
                doubtful.append(shown)
        if not doubtful:
            return None
        library = self.library.answering(changed)
        return next((shown.case.example.name for shown in doubtful if self._fails(library, shown)), None)

    def _fails(self, library: Library, shown: _Shown) -> bool:
        """Whether an answer that the example expects comes out otherwise."""
        case = shown.case
        keys = [key for key in case.example.expect if key not in case.standing.told()]
        if not keys:
            return False
        today = case.treatment.today or case.treatment.date_of_service
        decision = check(case.treatment, library, today=today)
        return any(got_of(key, decision, case) != case.example.expect[key] for key in keys)

    def _survivor(self, mutant: Mutant, prove: bool) -> Tried:
        survived = Tried(mutant.rule.id, mutant.mistake, "survived", mutant.rule.where)
        if not prove:
            return survived
        from engine.logic import Unproved, Witness, equivalent, outcomes_differ  # the solver takes long to load

        reference, changed = self.library.reference, _changed(self.ruleset, mutant.rule)
        told = mutant.freed or mutant.rule.id
        apart = equivalent(reference, (self.ruleset, told), (changed, told))
        if apart is None or outcomes_differ(reference, self.ruleset, changed) is None:
            return replace(survived, fate="excused")
        if isinstance(apart, Unproved):
            return survived
        assert isinstance(apart, Witness)
        return replace(survived, missing=self._missing(told, apart))

    def _missing(self, rule: str, witness: Witness) -> MissingExample:
        facts = facts_for(witness.case, witness.case.coverage, self.library, witness.case.date_of_service, strict=False)
        firing = self.engine.fire(facts)
        places = firing.pairs.values() if self.ruleset.by_id[rule].scope == "pair" else firing.lines
        state = max((states.get(rule, FALSE) for states in places), default=FALSE)
        return MissingExample(rule, witness.changed, APPLIES[state])


class _Again:
    """The states of all rules under a mistake in one: its own anew, then those of the rules that read a changed one."""

    def __init__(self, engine: RuleEngine, changed: Ruleset, name: str) -> None:
        self._engine = engine
        self._rules = changed.by_id
        self._needs = needs = dependencies(changed.rules)
        before = engine.needs
        self._touched = touched = {name, *(rule for rule in needs if set(needs[rule]) != set(before[rule]))}
        self._order = [rule for rule in _in_order(needs) if _rests_on(rule, touched, needs)]
        self._overriders: dict[str, list[str]] = {}
        for rule in changed.rules:
            for target in rule.overrides:
                self._overriders.setdefault(target, []).append(rule.id)

    def states(self, shown: _Shown, place: Place, before: States) -> States:
        states, others = dict(before), set[str]()
        for name in self._order:
            if name not in before:  # a rule about pairs has no state on a line
                continue
            if name in self._touched or not others.isdisjoint(self._needs[name]):
                states[name] = self._state(self._rules[name], shown, place, states)
                if states[name] != before[name]:
                    others.add(name)
        return states

    def _state(self, rule: Rule, shown: _Shown, place: Place, states: States) -> int:
        at = None if rule.scope == "treatment" else place
        truth = fold(rule.condition, lambda test: self._engine.truth(test, shown.case.facts, at), states)
        over = max((states.get(name, FALSE) for name in self._overriders.get(rule.id, ())), default=FALSE)
        return min(truth, TRUE - over)


def _in_order(needs: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Every rule after those that it depends on."""
    ordered: dict[str, None] = {}

    def visit(name: str) -> None:
        if name not in ordered:
            for need in needs[name]:
                visit(need)
            ordered[name] = None

    for name in needs:
        visit(name)
    return list(ordered)


def _rests_on(rule: str, touched: set[str], needs: Mapping[str, tuple[str, ...]]) -> bool:
    return rule in touched or any(_rests_on(need, touched, needs) for need in needs[rule])


def _changed(ruleset: Ruleset, rule: Rule) -> Ruleset:
    """The ruleset with a rule in the place of the one of its id."""
    return replace(ruleset, rules=tuple(rule if one.id == rule.id else one for one in ruleset.rules))


def _stands_otherwise(shown: _Shown, states: Mapping[Place, States]) -> bool:
    """Whether the example's own rule stands otherwise than the example expects."""
    before, now = shown.case.standing.told(), Standing.of(shown.rule, states).told()
    return any(key in shown.case.example.expect and now[key] != before[key] for key in now)


def _has_visits_to_come(case: ExampleCase) -> bool:
    """Whether the decision looks at more visits than the one whose rules were fired."""
    return case.treatment.episode.visit_number is None and case.treatment.plan_of_care.visits is not None
