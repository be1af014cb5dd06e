"""Whether a change of rules can decide a case otherwise: asked of many cases, so that few must be decided both ways.

It never says no where the two may differ; where it says yes, deciding both ways tells. A changed rule leaves a case
as it is where what is left open of its old and its new condition, once the known facts are put in, is the same: then
it is the same whatever the unknown facts are. Only an answer that is open also rests on which facts the rules read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from engine.assess import assess
from engine.decide import facts_for
from engine.facts.base import Facts, Place
from engine.facts.derived import LISTED, NOT_LISTED
from engine.facts.dictionary import Scope, describe
from engine.facts.values import between
from engine.inference.patterns import FALSE, TRUE
from engine.inference.rule_engine import VISIT, RuleEngine, edited_pairs
from engine.language.clocks import Clock
from engine.language.conditions import All, AnyOf, Condition, Figure, Fired, Not, Test, leaves, shared
from engine.language.load import Library
from engine.language.rules import Due, Effect, Rule, Ruleset
from engine.treatment import Coverage, PlannedTreatment
from engine.visit_cost import THRESHOLD

Left = bool | Test | Fired | tuple[object, ...]
"""What known facts leave of a condition: true, false, or what is open of it, in no order."""
_UNITS_OF = "units of "


@dataclass(frozen=True, slots=True)
class _Changed:
    """A rule in its old and its new form, None where there is none. ``outcome``: both do the same where they apply."""

    scope: Scope
    was: Condition | None
    now: Condition | None
    outcome: bool


class Screen:
    """Two libraries, asked about case after case. Raises UserError where a ruleset is broken."""

    def __init__(self, old: Library, new: Library) -> None:
        self._old, self._new = old, new
        self._payers: dict[str, _Payer] = {}

    def same_text(self, payer: str) -> bool:
        """The payer's rules and rates are word for word the same."""
        return self._payer(payer).same_text

    def may_differ(self, treatment: PlannedTreatment, today: date, strict: bool) -> bool:
        """Whether some answer under one of the treatment's coverages may differ."""
        coverages = [treatment.coverage, *filter(None, [treatment.coverage.secondary])]
        return any(self._may_differ(treatment, coverage, treatment.today or today, strict) for coverage in coverages)

    def _may_differ(self, treatment: PlannedTreatment, coverage: Coverage, today: date, strict: bool) -> bool:
        payer = self._payer(coverage.payer)
        if payer.same_text:
            return False
        return payer.settings or payer.may_differ(facts_for(treatment, coverage, self._new, today, strict))

    def _payer(self, payer: str) -> _Payer:
        if payer not in self._payers:
            rates = self._old.rates.files(payer) == self._new.rates.files(payer)
            self._payers[payer] = _Payer(self._old.engine(payer), self._new.engine(payer), rates)
        return self._payers[payer]


class _Payer:
    """One payer's rules in both forms. ``settings``: more than rules changed, which may touch any case."""

    def __init__(self, old: RuleEngine, new: RuleEngine, rates: bool) -> None:
        self._old, self._new = old, new
        before, after = old.ruleset, new.ruleset
        self.same_text = rates and before.payer == after.payer and _digests(before) == _digests(after)
        self.settings = not rates or _settings(before) != _settings(after) or _order(before, after)

    @cached_property
    def _figures(self) -> frozenset[str]:
        """Those that do not have the same values in both."""
        before, after = self._old.ruleset, self._new.ruleset
        names = {*before.figures, *after.figures}
        return frozenset(name for name in names if _figure(before, name) != _figure(after, name))

    @cached_property
    def _changed(self) -> tuple[_Changed, ...]:
        before, after, one = self._old.ruleset.by_id, self._new.ruleset.by_id, dict[Test, Test]()
        return tuple(
            _Changed(
                (now or was).scope,  # type: ignore[union-attr]
                shared(was.condition, one) if was else None,
                shared(now.condition, one) if now else None,
                was is not None and now is not None and _outcome(was) == _outcome(now),
            )
            for was, now in self._pairs(before, after)
        )

    def _pairs(
        self, before: Mapping[str, Rule], after: Mapping[str, Rule]
    ) -> Iterator[tuple[Rule | None, Rule | None]]:
        for name in dict.fromkeys([*before, *after]):
            was, now = before.get(name), after.get(name)
            if was is None or now is None or self._differ(was, now):
                yield was, now

    def _differ(self, was: Rule, now: Rule) -> bool:
        return was.condition != now.condition or _outcome(was) != _outcome(now) or self._dated(now)

    def _dated(self, rule: Rule) -> bool:
        """Whether the rule, or a paper of it, rests on a figure that changed."""
        conditions = (rule.condition, *(document.on_file for document in rule.documents))
        tests = (leaf for condition in conditions for leaf in leaves(condition) if isinstance(leaf, Test))
        return any(self._rests_on_changed(test) for test in tests)

    def _rests_on_changed(self, test: Test) -> bool:
        return any(isinstance(constant, Figure) and constant.name in self._figures for constant in test.constants)

    @cached_property
    def _read_otherwise(self) -> tuple[str, ...]:
        """The facts of tests that one form of a rule makes and the other does not: these may change what is asked."""
        found: dict[str, None] = {}
        for changed in self._changed:
            was, now = _tests(changed.was), _tests(changed.now)
            common = [test for test in was if test in now]
            if common != [test for test in now if test in was]:
                common = []  # the order of tests may change which of equally few questions are asked
            for test in (*was, *now):
                if test not in common or self._rests_on_changed(test):
                    found[test.fact] = None
        return tuple(found)

    def may_differ(self, facts: Facts) -> bool:
        planned, number = facts.treatment.plan_of_care.visits, facts.value(VISIT)
        seen = facts
        if planned is not None:
            # Each visit of a plan is decided, and so is the one named: what holds of all of them holds of each.
            last = max(planned, number.known) if number.is_known and isinstance(number.known, int) else planned
            seen = facts.assuming({VISIT: between(1, last)})
        if any(self._parts(changed, seen, place) for changed in self._changed for place in _places(changed, seen)):
            return True
        if not self._reads_open(facts):
            return False
        return bool(assess(self._new, facts, self._new.probe)[0].open)

    def _parts(self, changed: _Changed, facts: Facts, place: Place) -> bool:
        """Whether the two forms may part on some completion of the case."""
        was = False if changed.was is None else _left(changed.was, _reader(self._old, facts, place))
        now = False if changed.now is None else _left(changed.now, _reader(self._new, facts, place))
        return (was is not False or now is not False) and (was != now or not changed.outcome)

    def _reads_open(self, facts: Facts) -> bool:
        """Whether a test that only one form makes reads what the case leaves open."""
        planned = facts.treatment.plan_of_care.visits is not None
        for name in self._read_otherwise:
            for place in _places_of(describe(name).scope, facts):
                if any(not (planned and path == VISIT) for path, _ in facts.open_inputs(name, place)):
                    return True
        return False


def _reader(engine: RuleEngine, facts: Facts, place: Place) -> Callable[[Test], Left]:
    def read(test: Test) -> Left:
        truth = engine.truth(test, facts, place)
        if truth in (TRUE, FALSE):
            return truth == TRUE
        return engine.resolved(test, facts.date_of_service) or test

    return read


def _left(condition: Condition, read: Callable[[Test], Left]) -> Left:
    """What the known facts leave of a condition."""
    match condition:
        case Test():
            return read(condition)
        case Not(part):
            inner = _left(part, read)
            return not inner if isinstance(inner, bool) else ("not", inner)
        case All(parts):
            return _joined("all", parts, read, ends_with=False)
        case AnyOf(parts):
            return _joined("any", parts, read, ends_with=True)
        case Fired():
            return condition


def _joined(word: str, parts: tuple[Condition, ...], read: Callable[[Test], Left], *, ends_with: bool) -> Left:
    """One part that is ``ends_with`` decides; those that are its opposite add nothing."""
    left: set[Left] = set()
    for part in parts:
        found = _left(part, read)
        if found is ends_with:
            return ends_with
        if not isinstance(found, bool):
            left.add(found)
    if not left:
        return not ends_with
    return left.pop() if len(left) == 1 else (word, frozenset(left))


def _places(changed: _Changed, facts: Facts) -> Iterator[Place]:
    return _places_of(changed.scope, facts)


def _places_of(scope: Scope, facts: Facts) -> Iterator[Place]:
    match scope:
        case "treatment":
            yield None
        case "line":
            yield from range(len(facts.treatment.lines))
        case "pair":
            yield from edited_pairs(facts)


def _tests(condition: Condition | None) -> list[Test]:
    return [] if condition is None else [leaf for leaf in leaves(condition) if isinstance(leaf, Test)]


def _digests(ruleset: Ruleset) -> frozenset[str]:
    return frozenset(used.sha256 for used in ruleset.used)


def _settings(ruleset: Ruleset) -> tuple[object, ...]:
    """What a decision rests on besides its rules."""
    counted = {
        test.fact.removeprefix(_UNITS_OF)
        for tests in ruleset.tests.values()
        for test in tests
        if test.fact.startswith(_UNITS_OF)
    }
    return (
        ruleset.payer,
        ruleset.unit_rule,
        ruleset.distinct_service_modifier,
        ruleset.uses_edits,
        ruleset.fee_schedule,
        _figure(ruleset, THRESHOLD),
        {name: _clock(clock) for name, clock in ruleset.clocks.items()},
        {name: ruleset.tables.get(name) for name in (*counted, LISTED, NOT_LISTED)},
    )


def _order(old: Ruleset, new: Ruleset) -> bool:
    """Whether rules of both stand in another order: of several that decide, the first tells the reason and the day."""
    common = old.by_id.keys() & new.by_id.keys()
    return [rule.id for rule in old.rules if rule.id in common] != [rule.id for rule in new.rules if rule.id in common]


def _figure(ruleset: Ruleset, name: str) -> tuple[object, ...] | None:
    figure = ruleset.figures.get(name)
    return None if figure is None else tuple((value.start, value.end, value.value) for value in figure.values)


def _outcome(rule: Rule) -> tuple[object, ...]:
    """What a rule does where it applies, without its words."""
    return (
        rule.scope,
        rule.effect and _effect(rule.effect),
        tuple((document.id, document.on_file) for document in rule.documents),
        tuple((deadline.id, _due(deadline.due)) for deadline in rule.deadlines),
        frozenset(rule.overrides),
    )


def _effect(effect: Effect) -> tuple[object, ...]:
    asked = effect.request_by and _due(effect.request_by)
    return effect.dimension, effect.value, effect.reason, effect.within_weeks, asked, effect.before_visit


def _due(due: Due) -> tuple[object, ...]:
    return due.fact, _clock(due.clock)


def _clock(clock: Clock) -> tuple[object, ...]:
    return clock.rolls, tuple((span.start, span.end, span.amount, span.unit, span.ahead) for span in clock.spans)
