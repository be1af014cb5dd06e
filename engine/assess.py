"""From the firing of rules to the bounds of each answer: of a line, of the treatment, of the visits of a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from weakref import WeakKeyDictionary

from engine.bounds import UNKNOWN_ANSWER, Bound, bound, strictest
from engine.decision import VisitRange
from engine.facts.base import Facts
from engine.facts.values import known
from engine.inference.rule_engine import VISIT, Firing, RuleEngine, States
from engine.language.conditions import Test
from engine.language.rules import ANSWERS, Dimension, Ruleset

Fire = Callable[[Facts], Firing]
_MOST_ASSESSED = 512
"""What so many different firings of a ruleset come to is remembered, some thousand bytes each."""
_assessed: WeakKeyDictionary[RuleEngine, dict[Firing, Assessment]] = WeakKeyDictionary()


@dataclass(frozen=True)
class LineAssessment:
    """One line: the bound of each dimension, its answer with refusals counted in, and why it is refused.

    ``states`` are the rules' states over all visits asked for, ``now`` those of this visit, of a plan the first.
    """

    bounds: Mapping[Dimension, Bound]
    answer: str
    reason: str | None
    states: States
    now: States

    @property
    def counts(self) -> bool:
        """Whether the line counts for the treatment: bundled and invalid codes are not separately payable."""
        return self.reason not in ("bundled", "invalid_code")


@dataclass(frozen=True, eq=False)
class Assessment:
    """All lines of one visit, or of all visits of a plan together. Shared by all cases whose rules fire alike."""

    lines: tuple[LineAssessment, ...]
    pairs: Mapping[tuple[int, int], States]
    authorization: Bound

    @cached_property
    def counting(self) -> tuple[LineAssessment, ...]:
        return tuple(line for line in self.lines if line.counts) or self.lines

    @cached_property
    def coverage(self) -> str:
        answers = {line.answer for line in self.counting}
        if answers == {"not_covered"}:
            return "not_covered"
        return next(answer for answer in (UNKNOWN_ANSWER, "conditional", "covered") if answer in answers)

    @cached_property
    def provider(self) -> str:
        return self._refused_only_if_all("provider", "not_qualified")

    @cached_property
    def telehealth(self) -> str:
        return self._refused_only_if_all("telehealth", "not_accepted")

    def _refused_only_if_all(self, dimension: Dimension, refusal: str) -> str:
        answers = [line.bounds[dimension].answer for line in self.counting]
        applicable = [answer for answer in answers if answer != "not_applicable"] or answers
        if all(answer == refusal for answer in applicable):
            return refusal
        if UNKNOWN_ANSWER in applicable:
            return UNKNOWN_ANSWER
        return next(answer for answer in applicable if answer != refusal)

    def answer(self, dimension: Dimension) -> str:
        if dimension == "authorization":
            return self.authorization.answer
        return str(getattr(self, dimension))

    @property
    def refused(self) -> bool:
        """Every line that counts is certainly not covered or refused."""
        return self.coverage == "not_covered"

    @cached_property
    def open(self) -> tuple[Dimension, ...]:
        return tuple(dimension for dimension in ANSWERS if self.answer(dimension) == UNKNOWN_ANSWER)

    def is_silent(self, dimension: Dimension) -> bool:
        """No rule decides the dimension on some line on which it is open, whatever the facts."""
        return any(line.bounds[dimension].silent for line in self.lines)


def assess_visit(engine: RuleEngine, firing: Firing) -> Assessment:
    """The bounds for one visit, by how the rules fire on it: the completions of a case differ in few of them."""
    remembered = _assessed.setdefault(engine, {})
    found = remembered.get(firing)
    if found is None:
        if len(remembered) >= _MOST_ASSESSED:
            remembered.clear()
        found = remembered[firing] = _assess(engine.ruleset, firing)
    return found


def _assess(ruleset: Ruleset, firing: Firing) -> Assessment:
    bundled = _bundled(ruleset, firing)
    lines = tuple(
        _line({name: bound(ruleset, name, states, firing.disputed) for name in ANSWERS}, states, at in bundled, ruleset)
        for at, states in enumerate(firing.lines)
    )
    return Assessment(lines, firing.pairs, strictest(line.bounds["authorization"] for line in lines))


def _bundled(ruleset: Ruleset, firing: Firing) -> frozenset[int]:
    """The lines that certainly deny because of an edit: column 2 of a pair not or never separate."""
    denied = set()
    for (_, second), states in firing.pairs.items():
        edit = bound(ruleset, "edit", states, firing.disputed)
        if edit.certainly("bundled"):
            denied.add(second)
    return frozenset(denied)


def _line(bounds: Mapping[Dimension, Bound], states: States, bundled: bool, ruleset: Ruleset) -> LineAssessment:
    coverage, provider, telehealth = bounds["coverage"], bounds["provider"], bounds["telehealth"]
    if bundled:
        return LineAssessment(bounds, "not_covered", "bundled", states, states)
    if coverage.certainly("not_covered"):
        return LineAssessment(bounds, "not_covered", _reason(ruleset, coverage), states, states)
    if provider.certainly("not_qualified"):
        return LineAssessment(bounds, "not_covered", "not_qualified", states, states)
    if telehealth.certainly("not_accepted"):
        return LineAssessment(bounds, "not_covered", "telehealth", states, states)
    refusable = provider.possibly("not_qualified") or telehealth.possibly("not_accepted")
    return LineAssessment(bounds, UNKNOWN_ANSWER if refusable else coverage.answer, None, states, states)


def _reason(ruleset: Ruleset, coverage: Bound) -> str | None:
    for name in coverage.why:
        effect = ruleset.by_id[name].effect
        if effect and effect.reason:
            return effect.reason
    return None


def assess(engine: RuleEngine, facts: Facts, fire: Fire) -> tuple[Assessment, tuple[VisitRange, ...]]:
    """The answer asked for, of this visit or of the whole plan, and the authorization of the plan's visits."""
    planned = facts.treatment.plan_of_care.visits
    number = facts.value(VISIT)
    if planned is None:
        return assess_visit(engine, fire(facts)), ()
    regions = [
        (first, last, assess_visit(engine, fire(facts.assuming({VISIT: known(first)}))))
        for first, last in visit_regions(engine, facts, planned)
    ]
    ranges = _joined(regions)
    if not number.is_known:
        return _together(tuple(assessment for _, _, assessment in regions)), ranges
    return assess_visit(engine, fire(facts)), ranges


def visit_regions(engine: RuleEngine, facts: Facts, planned: int) -> Iterator[tuple[int, int]]:
    """Stretches of visits 1 to ``planned`` in which no test of the visit number that an answer rests on changes."""
    cuts = {1}
    for test in engine.visit_tests:
        resolved = engine.resolved(test, facts.date_of_service)
        cuts.update(_cuts(resolved) if resolved else ())
    starts = sorted(cut for cut in cuts if 1 <= cut <= planned)
    yield from zip(starts, [start - 1 for start in starts[1:]] + [planned], strict=True)


def _cuts(test: Test) -> Iterator[int]:
    constants = [constant for constant in test.constants if isinstance(constant, int)]
    match test.operator:
        case "at_least":
            yield constants[0]
        case "at_most":
            yield constants[0] + 1
        case "between":
            yield from (constants[0], constants[1] + 1)
        case _:
            for constant in constants:
                yield from (constant, constant + 1)


def _joined(regions: list[tuple[int, int, Assessment]]) -> tuple[VisitRange, ...]:
    ranges: list[VisitRange] = []
    for first, last, assessment in regions:
        answer = assessment.authorization.answer
        if ranges and ranges[-1].answer == answer:
            ranges[-1] = VisitRange(ranges[-1].first, last, answer)
        else:
            ranges.append(VisitRange(first, last, answer))
    return tuple(ranges)


@lru_cache(maxsize=_MOST_ASSESSED)
def _together(visits: tuple[Assessment, ...]) -> Assessment:
    """The whole plan: in each dimension the strictest over its visits."""
    if len(visits) == 1:
        return visits[0]
    lines = tuple(_line_together([visit.lines[at] for visit in visits]) for at in range(len(visits[0].lines)))
    return Assessment(lines, visits[0].pairs, strictest(visit.authorization for visit in visits))


def _line_together(visits: list[LineAssessment]) -> LineAssessment:
    bounds = {name: strictest(visit.bounds[name] for visit in visits) for name in ANSWERS}
    states = dict(visits[0].states)
    for visit in visits[1:]:
        states |= {name: state for name, state in visit.states.items() if state > states[name]}
    answers = {visit.answer for visit in visits}
    if answers == {"not_covered"}:
        return LineAssessment(bounds, "not_covered", visits[0].reason, states, visits[0].now)
    answer = next(answer for answer in (UNKNOWN_ANSWER, "conditional", "covered", "not_covered") if answer in answers)
    return LineAssessment(bounds, UNKNOWN_ANSWER if "not_covered" in answers else answer, None, states, visits[0].now)
