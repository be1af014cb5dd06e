"""Random small rulesets on which every question is answered twice: by the solver, and by trying all regions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import combinations, product
from math import prod

from hypothesis import strategies as st

from engine import Library
from engine.bounds import bound
from engine.decision import OWN
from engine.facts.base import Facts, Setting, gather, inputs_of
from engine.facts.dictionary import FACTS, Scope
from engine.facts.values import Scalar, known
from engine.inference.patterns import FALSE, TRUE, UNKNOWN
from engine.inference.rule_engine import RuleEngine, States
from engine.language.conditions import All, AnyOf, Condition, Figure, Fired, Not, Test, leaves
from engine.language.parse import NO_LIMIT
from engine.language.rules import ORDER, DatedFigure, Dimension, Effect, FigureValue, Rule, Ruleset
from engine.logic import (
    Found,
    Room,
    Unproved,
    Witness,
    answers_differ,
    applying,
    conflicting,
    covering,
    holding,
    outcomes_differ,
    silent,
)
from engine.logic.symbols import PAIR, SEPARATE, Symbols
from engine.reference import Reference
from engine.treatment import Coverage, Line, PlannedTreatment
from tests.inference.random_rules import rule_of, tests_of_a_fact


@cache
def reference() -> Reference:
    return Library().reference


TODAY = date(2026, 11, 24)
DAYS = tuple(TODAY + timedelta(days=step) for step in range(-2, 4))
EVALUATED = "days from episode.evaluation_on to date_of_service"
AHEAD = "business days from today to date_of_service"
PAIRS = Symbols(reference(), ()).pairs
"""One pair of codes for each way in which an edit may be dated and marked."""
REGIONS: dict[str, tuple[Scalar, ...]] = {
    "coverage.in_network": (False, True),
    "episode.new_patient": (False, True),
    "coverage.plan_type": ("hmo", "ppo", "dsnp", "epo"),
    "coverage.state": ("OH", "CA"),
    "episode.visit_number": tuple(range(1, 11)),
    "date_of_service": DAYS,
    "today": tuple(TODAY + timedelta(days=step) for step in (-7, -5, -4, -1, 0, 2, 3)),
    "episode.evaluation_on": tuple(TODAY + timedelta(days=step) for step in range(-5, 5)),
    "coverage.active_from": (TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1)),
    "coverage.active_to": (TODAY, TODAY + timedelta(days=1), date.max),
    "coverage.visit_limit": (0, 1, 2, 3, NO_LIMIT),
    "coverage.visits_used": (0, 1, 2, 3, 4),
    "patient.birth_date": tuple(date(2005, 11, 24) + timedelta(days=step) for step in range(-3, 5)),
    "line.credential": ("OT", "OTA"),
    "line.discipline": ("OT", "PT"),
    "history.allowed_ytd.ot": (0, 100, 200),
    "history.allowed_ytd.pt_slp": (0, 100, 200),
    "line.minutes": (7, 8, 23, 46, 76),
    "line.assistant_minutes": (0, 5),
    "line.code": ("97535", "97165", "92608", "97010"),
    PAIR: tuple(range(len(PAIRS))),
    SEPARATE: (False, True),
}
"""For each input values of which one lies in each region that the random tests cut."""

CAP = DatedFigure(
    "cap", "Visits", "visits",
    (FigureValue(DAYS[1], DAYS[2], 3, OWN), FigureValue(DAYS[4], None, 5, OWN)),
)  # fmt: skip
"""A figure that has no value at first, and none on a day between its two."""


@cache
def derived_tests() -> st.SearchStrategy[Condition]:
    few = st.integers(0, 3)
    return st.one_of(
        few.map(lambda value: Test("coverage.visits_left", "at_least", (value,))),
        few.map(lambda value: Test("coverage.visits_left", "at_most", (value,))),
        few.map(lambda value: Test(EVALUATED, "between", (0, value))),
        st.integers(1, 2).map(lambda value: Test(AHEAD, "at_least", (value,))),
        st.just(Test("coverage.active", "one_of", (True,))),
        st.just(Test("patient.age", "at_least", (21,))),
        st.just(Test("line.assistant_took_part", "one_of", (True,))),
        st.just(Test("line.kind", "one_of", ("evaluation",))),
        st.integers(1, 3).map(lambda units: Test("line.units", "at_least", (units,))),
        st.sampled_from([100, 200]).map(lambda cents: Test("line.bucket_before", "at_least", (cents,))),
        st.integers(0, 1).map(lambda plus: Test("episode.visit_number", "at_least", (Figure("cap", plus),))),
        st.just(Test("episode.visit_number", "at_most", (Figure("cap"),))),
        st.sampled_from(DAYS[1:-1]).map(lambda day: Test("date_of_service", "at_least", (day,))),
        st.sampled_from(DAYS[1:-1]).map(lambda day: Test("date_of_service", "at_most", (day,))),
    )


@cache
def pair_tests() -> st.SearchStrategy[Condition]:
    return st.one_of(
        st.lists(st.sampled_from(FACTS["pair.indicator"].choices), min_size=1, max_size=2, unique=True).map(
            lambda values: Test("pair.indicator", "one_of", tuple(values))
        ),
        st.just(Test(SEPARATE, "one_of", (True,))),
        st.sampled_from(DAYS[1:-1]).map(lambda day: Test("date_of_service", "at_least", (day,))),
    )


@cache
def conditions(lower: tuple[str, ...], scope: Scope) -> st.SearchStrategy[Condition]:
    leaf = st.one_of(tests_of_a_fact(), derived_tests() if scope == "line" else pair_tests())
    if lower:
        leaf = st.one_of(leaf, leaf, st.sampled_from(lower).map(Fired))
    return st.recursive(
        leaf,
        lambda parts: st.one_of(
            st.lists(parts, min_size=0, max_size=3).map(lambda some: All(tuple(some))),
            st.lists(parts, min_size=1, max_size=3).map(lambda some: AnyOf(tuple(some))),
            parts.map(Not),
        ),
        max_leaves=4,
    )


@st.composite
def rulesets(draw: st.DrawFn, most: int = 4, scope: Scope = "line") -> Ruleset:
    """Rules about lines, or pairs of lines, in one dimension; earlier ones override later ones, later ones read earlier
    ones."""
    dimension: Dimension = "authorization" if scope == "line" else "edit"
    count = draw(st.integers(1, most))
    rules: list[Rule] = []
    for number in range(count):
        overrides = draw(st.lists(st.integers(number + 1, most), max_size=2, unique=True))
        effect = Effect(dimension, draw(st.sampled_from(ORDER[dimension][:3])))
        targets = tuple(f"r/{target}" for target in overrides if target < count)
        rules.append(rule_of(number, draw(conditions(tuple(rule.id for rule in rules), scope)), effect, targets))
    return ruleset_of(tuple(rules), scope)


def ruleset_of(rules: tuple[Rule, ...], scope: Scope = "line") -> Ruleset:
    scoped = tuple(replace(rule, scope=scope) for rule in rules)
    edits = scope == "pair"
    return Ruleset(
        "r", None, "", "1", TODAY, "cms", "59", edits, False, scoped, {"cap": CAP}, {}, {}, {"coverage.payer": "r"}, ()
    )  # fmt: skip


class BruteForce:
    """One or two rulesets in every combination of the regions of the inputs that they read."""

    def __init__(self, *rulesets: Ruleset) -> None:
        self.rulesets = rulesets
        self.engines = [RuleEngine(ruleset) for ruleset in rulesets]
        self.cases = [tuple(self._states(engine, facts) for engine in self.engines) for facts in self._facts()]

    def _states(self, engine: RuleEngine, facts: Facts) -> States:
        """Of the first line or, where there is an edit, of the pair of lines."""
        firing = engine.probe(facts)
        nowhere = dict.fromkeys(engine.ruleset.by_id, FALSE)
        return {**nowhere, **firing.lines[0], **firing.pairs.get((0, 1), {})}

    def _facts(self) -> Iterator[Facts]:
        coverage = Coverage(payer="r")
        treatment = PlannedTreatment(date_of_service=TODAY, coverage=coverage, lines=(Line(code="97535", minutes=30),))
        setting = Setting(reference(), "cms", {}, self.rulesets[0].uses_edits, False)
        read = _read(self.rulesets)
        for values in product(*(_regions(name, read) for name in read)):
            chosen = dict(zip(read, values, strict=True))
            day, lines = chosen.pop("date_of_service", TODAY), _lines(chosen)
            case = treatment.model_copy(update={"date_of_service": day, "lines": lines})
            facts = gather(case, coverage, setting, today=TODAY, strict=True)
            yield facts.assuming({facts.path(name, 0): known(value) for name, value in chosen.items()})

    def any(self, holds: Callable[[tuple[States, ...]], bool]) -> bool:
        return any(holds(states) for states in self.cases)

    def close(self) -> None:
        for engine in self.engines:
            engine.close()


def _lines(chosen: dict[str, Scalar]) -> tuple[Line, ...]:
    """The lines that the values make, which are taken out."""
    minutes, code, pair = chosen.pop("line.minutes", 30), chosen.pop("line.code", "97535"), chosen.pop(PAIR, None)
    separate = chosen.pop(SEPARATE, None)
    if pair is None:
        return (Line(code=code, minutes=minutes),)
    first, second = PAIRS[int(pair)]
    return Line(code=first, minutes=minutes), Line(code=second, minutes=30, separate_time=separate)


def _regions(name: str, read: tuple[str, ...]) -> tuple[Scalar, ...]:
    """With a pair of codes also the first day of each stretch in which its edit stands differently."""
    if name != "date_of_service" or PAIR not in read:
        return REGIONS[name]
    edits = reference().edits
    windows = [window for codes in PAIRS for window in edits.pairs[codes]]
    starts = [window.start for window in windows if window.start]
    ends = [window.end + timedelta(days=1) for window in windows if window.end]
    return tuple(sorted({*DAYS, date(1880, 1, 1), edits.listed_from, *starts, *ends}))


MOST = 20_000
"""Combinations beyond which a random ruleset is not tried."""


def regions_of(*rulesets: Ruleset) -> int:
    read = _read(rulesets)
    return prod(len(_regions(name, read)) for name in read)


def _read(rulesets: tuple[Ruleset, ...]) -> tuple[str, ...]:
    tests = (leaf for ruleset in rulesets for rule in ruleset.rules for leaf in leaves(rule.condition))
    names = (
        name
        for test in tests
        if isinstance(test, Test)
        for name in (*inputs_of(test.fact), *(("date_of_service",) if test.dated else ()))
    )
    if any(ruleset.uses_edits for ruleset in rulesets):
        of_pairs = ("date_of_service", PAIR, SEPARATE)
        return tuple(dict.fromkeys((*of_pairs, *(name for name in names if not name.startswith("line.")))))
    return tuple(dict.fromkeys(names))


def agrees(found: Found, there_is: bool) -> bool:
    """A case where there is one, proof where there is none."""
    assert not isinstance(found, Unproved)
    return isinstance(found, Witness) == there_is


def compare_one(ruleset: Ruleset) -> int:
    """Hold every question about one ruleset against all regions; how many were asked."""
    tried, room, asked = BruteForce(ruleset), Room(reference(), ruleset), 0
    try:
        for rule in ruleset.rules:
            name = rule.id
            assert agrees(applying(room, name), tried.any(lambda states, name=name: states[0][name] == TRUE))
            asked += 1
        for one, other in combinations([rule.id for rule in ruleset.rules], 2):
            both = tried.any(lambda states, one=one, other=other: states[0][one] == states[0][other] == TRUE)
            assert agrees(conflicting(room, one, other), both)
            asked += 1
        if ruleset.uses_edits:  # of a pair without an edit nothing is to be said
            return asked
        nothing = tried.any(lambda states: bound(ruleset, "authorization", states[0], frozenset()).silent)
        assert agrees(silent(room, "authorization"), nothing)
        return asked + 1
    finally:
        tried.close()


def compare_conditions(ruleset: Ruleset) -> int:
    """The same for the rules' own conditions, as rulesets in which nothing overrides."""
    bare = replace(ruleset, rules=tuple(replace(rule, overrides=()) for rule in ruleset.rules))
    tried, room, asked = BruteForce(bare), Room(reference(), bare), 0
    try:
        for one, other in combinations([rule.id for rule in bare.rules], 2):
            apart = tried.any(lambda states, one=one, other=other: states[0][one] > states[0][other])
            assert agrees(covering(room, one, other), apart)
            assert agrees(holding(room, one), tried.any(lambda states, one=one: states[0][one] == TRUE))
            asked += 2
        return asked
    finally:
        tried.close()


def compare_two(old: Ruleset, new: Ruleset) -> int:
    """Hold the differences of two rulesets against all regions."""
    tried = BruteForce(old, new)
    dimension: Dimension = "edit" if old.uses_edits else "authorization"
    try:

        def answers(states: tuple[States, ...]) -> tuple[str, ...]:
            pairs = zip((old, new), states, strict=True)
            return tuple(bound(ruleset, dimension, one, frozenset()).answer for ruleset, one in pairs)

        differ = tried.any(lambda states: len(set(answers(states))) > 1)
        assert agrees(next(answers_differ(reference(), old, new, dimension), None), differ)
        told = tried.any(lambda states: _told(old, states[0]) != _told(new, states[1]))
        assert agrees(outcomes_differ(reference(), old, new), told)
        return 2
    finally:
        tried.close()


def _told(ruleset: Ruleset, states: States) -> frozenset[tuple[str, int]]:
    """Each answer that a rule gives, certainly and possibly."""
    given = [(rule.effect.value, states[rule.id]) for rule in ruleset.rules if rule.effect]
    return frozenset((value, least) for value, state in given for least in (UNKNOWN, TRUE) if state >= least)
