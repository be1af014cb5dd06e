"""Small random rulesets over a handful of facts, for comparing evaluators and completions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from itertools import product

from hypothesis import strategies as st

from engine.bounds import Bound, bound
from engine.decision import OWN
from engine.facts.dictionary import unknown
from engine.facts.values import Value, between, choice, known
from engine.inference.durable import DurableEngine
from engine.inference.judging import engine_judges
from engine.inference.program import Segment, compile_rules
from engine.inference.reference import ReferenceEvaluator
from engine.language.conditions import All, AnyOf, Condition, Fired, Not, Test
from engine.language.rules import ORDER, Effect, Rule, Ruleset
from engine.problems import Span

DOMAINS: dict[str, tuple[object, ...]] = {
    "coverage.in_network": (False, True),
    "episode.new_patient": (False, True),
    "coverage.plan_type": ("hmo", "ppo", "dsnp"),
    "episode.visit_number": tuple(range(1, 9)),
    "coverage.state": ("OH", "CA"),
}
AUTHORIZATION = ORDER["authorization"]


@cache
def tests_of_a_fact() -> st.SearchStrategy[Condition]:
    whole = st.integers(0, 9)
    return st.one_of(
        st.sampled_from(["coverage.in_network", "episode.new_patient"]).map(lambda name: Test(name, "one_of", (True,))),
        st.lists(st.sampled_from(DOMAINS["coverage.plan_type"]), min_size=1, max_size=2, unique=True).map(
            lambda values: Test("coverage.plan_type", "one_of", tuple(values))  # type: ignore[arg-type]
        ),
        st.just(Test("coverage.state", "one_of", ("CA",))),
        whole.map(lambda value: Test("episode.visit_number", "at_least", (value,))),
        whole.map(lambda value: Test("episode.visit_number", "at_most", (value,))),
        st.tuples(whole, whole).map(lambda pair: Test("episode.visit_number", "between", (min(pair), max(pair)))),
    )


@cache
def conditions(lower: tuple[str, ...]) -> st.SearchStrategy[Condition]:
    leaf = tests_of_a_fact()
    if lower:
        leaf = st.one_of(leaf, leaf, st.sampled_from(lower).map(Fired))
    return st.recursive(
        leaf,
        lambda parts: st.one_of(
            st.lists(parts, min_size=0, max_size=3).map(lambda some: All(tuple(some))),
            st.lists(parts, min_size=1, max_size=3).map(lambda some: AnyOf(tuple(some))),
            parts.map(Not),
        ),
        max_leaves=5,
    )


def rule_of(number: int, condition: Condition, effect: Effect, overrides: tuple[str, ...]) -> Rule:
    return Rule(
        id=f"r/{number}", title="", scope="treatment", condition=condition, effect=effect, documents=(), deadlines=(),
        warning=False, overrides=overrides, because="", source=OWN, in_force_from=None, in_force_to=None,
        stale_after=None, inferred=False, examples=(), where=Span("r", 1, 1),
    )  # fmt: skip


@st.composite
def rulesets(draw: st.DrawFn, most: int = 7) -> tuple[Rule, ...]:
    """Rules of one dimension; a rule reads and overrides only lower ones' opposites, so there is no cycle."""
    rules: list[Rule] = []
    for number in range(draw(st.integers(1, most))):
        lower = tuple(rule.id for rule in rules)
        # A rule depends on what it reads and on what overrides it; later rules may be overridden by earlier ones only.
        overrides = draw(st.lists(st.integers(number + 1, most), max_size=2, unique=True))
        effect = Effect("authorization", draw(st.sampled_from(AUTHORIZATION)))
        targets = tuple(f"r/{target}" for target in overrides)
        rules.append(rule_of(number, draw(conditions(lower)), effect, targets))
    names = {rule.id for rule in rules}
    return tuple(_without(rule, names) for rule in rules)


def _without(rule: Rule, names: set[str]) -> Rule:
    return replace(rule, overrides=tuple(name for name in rule.overrides if name in names))


cases = st.fixed_dictionaries({name: st.one_of(st.none(), st.sampled_from(values)) for name, values in DOMAINS.items()})


def values_of(case: dict[str, object]) -> dict[str, Value]:
    return {
        name: choice(*DOMAINS[name]) if value is None else known(value)  # type: ignore[arg-type]
        for name, value in case.items()
    }


def _known_in_part(name: str) -> st.SearchStrategy[Value]:
    """All that may be known of a fact: nothing, one value, some values, for a number also a range."""
    domain = DOMAINS[name]
    some = st.lists(st.sampled_from(domain), min_size=1, max_size=len(domain), unique=True)
    kinds = [st.just(unknown(name)), some.map(lambda values: choice(*values))]  # type: ignore[arg-type]
    if isinstance(domain[-1], int) and not isinstance(domain[-1], bool):
        ends = st.one_of(st.none(), st.sampled_from(domain))
        kinds.append(st.tuples(ends, ends).map(lambda pair: between(*pair)))  # type: ignore[arg-type]
    return st.one_of(kinds)


partial_knowledge = st.fixed_dictionaries({name: _known_in_part(name) for name in DOMAINS})


def completions(case: dict[str, object]) -> list[dict[str, object]]:
    names = list(case)
    spread = [DOMAINS[name] if case[name] is None else (case[name],) for name in names]
    return [dict(zip(names, values, strict=True)) for values in product(*spread)]


class Evaluators:
    """A random ruleset with both evaluators built."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        self.segments: tuple[Segment, ...] = compile_rules(rules)
        self.plain = ReferenceEvaluator(rules, rules)
        self._judges = [engine_judges(segment.tests).of_day(segment.tests) for segment in self.segments]
        self._engines = [DurableEngine(segment.levels) for segment in self.segments]

    def durable(self, values: dict[str, Value]) -> dict[str, int]:
        states: dict[str, int] = {}
        for segment, judge, engine in zip(self.segments, self._judges, self._engines, strict=True):
            truths = judge(values)
            for level, rules in enumerate(segment.rules):
                slots = segment.values(level, truths, states)
                states.update(zip((rule.id for rule in rules), engine.fire(level, slots), strict=True))
        return states

    def second(self, values: dict[str, Value]) -> dict[str, int]:
        truths = self.plain.judges.of_day(self.plain.tests)(values)
        return dict(zip((rule.id for rule in self.rules), self.plain.states(truths, ()), strict=True))

    def answer(self, states: dict[str, int]) -> Bound:
        ruleset = Ruleset(
            "r", None, "", "1", date(2026, 1, 1), None, "59", False, False, self.rules, {}, {}, {}, {}, ()
        )  # fmt: skip
        return bound(ruleset, "authorization", states, frozenset())

    def close(self) -> None:
        for engine in self._engines:
            engine.close()
