"""Random flat rules over real facts of the dictionary, and random complete cases: the same for every engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Literal

from engine.decision import OWN
from engine.facts.dictionary import FACTS
from engine.facts.values import Scalar
from engine.language.conditions import All, Condition, Not, Test
from engine.language.rules import Effect, Rule, Ruleset
from engine.problems import Span

SEED = 20_261_124
MOST_WHOLE = 20
BOOLEANS = (
    "coverage.in_network", "coverage.plan_listed", "coverage.therapy_benefit", "coverage.therapist_may_bill",
    "provider.enrolled", "provider.therapy_in_scope", "patient.cannot_use_video", "episode.new_patient",
    "episode.new_condition", "episode.resident_of_nursing_facility",
)  # fmt: skip
CHOICES = (
    "coverage.plan_type", "coverage.benefit_period", "provider.supervision", "site.modality", "patient.sex",
)  # fmt: skip
WHOLES = (
    "coverage.visit_limit", "coverage.visits_used", "plan_of_care.visits", "plan_of_care.weeks",
    "episode.days_since_previous_episode",
)  # fmt: skip
FACT_NAMES = (*BOOLEANS, *CHOICES, *WHOLES)
PLAIN = {name: name.replace(".", "_") for name in FACT_NAMES}
"""The facts' names without dots, which other engines read as a path."""

Case = dict[str, bool | str | int]
Operator = Literal["is", "one_of", "at_least", "at_most", "between"]


@dataclass(frozen=True, slots=True)
class Term:
    """One conjunct: ``is`` takes a boolean, ``one_of`` words, the others whole numbers, both ends included."""

    fact: str
    operator: Operator
    constants: tuple[bool | str | int, ...]

    @property
    def condition(self) -> Condition:
        """The term in the intermediate form."""
        if self.operator == "is":
            test = Test(self.fact, "one_of", (True,))
            return test if self.constants[0] else Not(test)
        constants: tuple[Scalar, ...] = self.constants
        return Test(self.fact, self.operator, constants)


@dataclass(frozen=True, slots=True)
class FlatRule:
    """A rule that applies where all its terms hold; it overrides nothing and reads no other rule."""

    id: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Workload:
    rules: tuple[FlatRule, ...]
    cases: tuple[Case, ...]


def workload(rules: int, cases: int) -> Workload:
    """The same rules and cases at every call with the same numbers."""
    random = Random(f"{SEED} {rules} {cases}")
    return Workload(
        tuple(FlatRule(f"r{number}", _terms(random)) for number in range(rules)),
        tuple(_case(random) for _ in range(cases)),
    )


def _terms(random: Random) -> tuple[Term, ...]:
    return tuple(_term(random, name) for name in random.sample(FACT_NAMES, random.randint(2, 5)))


def _term(random: Random, name: str) -> Term:
    if name in BOOLEANS:
        return Term(name, "is", (random.random() < 0.5,))
    if name in CHOICES:
        options = FACTS[name].choices
        return Term(name, "one_of", tuple(random.sample(options, random.randint(1, len(options) - 1))))
    low, high = sorted(random.sample(range(MOST_WHOLE + 1), 2))
    operator: Operator = random.choice(("at_least", "at_most", "between"))
    return Term(name, operator, (low, high) if operator == "between" else (random.choice((low, high)),))


def _case(random: Random) -> Case:
    return (
        {name: random.random() < 0.5 for name in BOOLEANS}
        | {name: random.choice(FACTS[name].choices) for name in CHOICES}
        | {name: random.randint(0, MOST_WHOLE) for name in WHOLES}
    )


def plain(case: Case) -> Case:
    """The case under the names without dots."""
    return {PLAIN[name]: value for name, value in case.items()}


def ruleset_of(rules: tuple[FlatRule, ...]) -> Ruleset:
    """The rules in the intermediate form, as a payer's ruleset."""
    return Ruleset(
        "random",
        None,
        "",
        "1",
        date(2026, 1, 1),
        None,
        "59",
        False,
        False,
        tuple(map(_rule, rules)),
        {},
        {},
        {},
        {},
        (),
    )


def _rule(rule: FlatRule) -> Rule:
    return Rule(
        id=rule.id, title="", scope="treatment", condition=All(tuple(term.condition for term in rule.terms)),
        effect=Effect("authorization", "review_required"), documents=(), deadlines=(), warning=False, overrides=(),
        because="", source=OWN, in_force_from=None, in_force_to=None, stale_after=None, inferred=False, examples=(),
        where=Span("random", 1, 1),
    )  # fmt: skip
