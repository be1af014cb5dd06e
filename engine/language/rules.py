"""The intermediate form: rules as every back end reads them, resolved, typed and free of YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from engine.decision import OWN, RulesetUsed, Source
from engine.facts.dictionary import Scope
from engine.language.clocks import Clock, in_force
from engine.language.conditions import Condition, Test, leaves
from engine.message import Cited, Message
from engine.problems import Span

Dimension = Literal["coverage", "authorization", "telehealth", "provider", "edit", "modifier"]

ORDER: Mapping[str, tuple[str, ...]] = {
    "coverage": ("covered", "conditional", "not_covered"),
    "authorization": ("not_required", "satisfied", "notify", "auto_approved", "review_required"),
    "telehealth": ("not_applicable", "accepted", "not_accepted"),
    "provider": ("qualified", "not_qualified"),
    "edit": ("modifier", "bundled", "never_together"),
}
"""The effects of each dimension from lenient to strict."""

ANSWERS: tuple[Dimension, ...] = ("coverage", "authorization", "telehealth", "provider")
"""The dimensions that a decision answers."""

REASONS = (
    "excluded",
    "not_necessary",
    "bundled",
    "invalid_code",
    "benefit_limit",
    "not_qualified",
    "telehealth",
)


@dataclass(frozen=True, slots=True)
class Due:
    """Due when a clock of the ruleset has run, counted from a date fact."""

    clock: Clock
    fact: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a rule decides in its dimension; the other fields belong to some dimensions only.

    ``reason`` goes with coverage; ``within_weeks``, ``request_by`` and ``before_visit`` with authorization.
    """

    dimension: Dimension
    value: str
    reason: str | None = None
    within_weeks: int | None = None
    request_by: Due | None = None
    before_visit: bool = True

    @property
    def rank(self) -> int:
        return ORDER[self.dimension].index(self.value)


@dataclass(frozen=True, slots=True)
class DocumentRequired:
    """A paper that must be on file; ``on_file`` tells from the facts whether it is."""

    id: str
    title: str
    on_file: Condition


@dataclass(frozen=True, slots=True)
class DeadlineSet:
    id: str
    title: str
    due: Due


@dataclass(frozen=True, slots=True)
class Example:
    """A golden case beside a rule: the typical case with some facts changed, and what must come out."""

    name: str
    given: Mapping[str, object]
    expect: Mapping[str, object]
    where: Span


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``id`` is ``ruleset/rule``; ``condition`` includes the dates of force, not the overriding."""

    id: str
    title: str
    scope: Scope
    condition: Condition
    effect: Effect | None
    documents: tuple[DocumentRequired, ...]
    deadlines: tuple[DeadlineSet, ...]
    warning: bool
    overrides: tuple[str, ...]
    because: str
    source: Source
    in_force_from: date | None
    in_force_to: date | None
    stale_after: date | None
    inferred: bool
    examples: tuple[Example, ...]
    where: Span
    said: Message | Cited = field(init=False, repr=False, compare=False)
    """``because``: what the product itself defines has other languages, what a publication says has not."""

    def __post_init__(self) -> None:
        own = self.source.level == OWN.level
        object.__setattr__(self, "said", Message(self.because) if own else Cited(self.because))

    def in_force_on(self, day: date) -> bool:
        """Whether dates of service on that day are its own; without a published first day, all before its end are."""
        return in_force(self.in_force_from, self.in_force_to, day)

    def stale_on(self, day: date) -> bool:
        return self.stale_after is not None and day > self.stale_after


@dataclass(frozen=True, slots=True)
class FigureValue:
    """A figure's value (dollars are in cents) in a stretch of days, with its source."""

    start: date
    end: date | None
    value: int
    source: Source


@dataclass(frozen=True, slots=True)
class DatedFigure:
    name: str
    meaning: str
    unit: str
    values: tuple[FigureValue, ...]

    def on(self, day: date) -> FigureValue | None:
        """The value in force on the day, or None: never carried over from another year."""
        for value in self.values:
            if value.start <= day and (value.end is None or day <= value.end):
                return value
        return None


@dataclass(frozen=True, slots=True)
class Change:
    """What a version of a ruleset changed, and when."""

    version: str
    on: date
    change: str


@dataclass(frozen=True)
class Ruleset:
    """Everything that one payer's rules say, inheritance resolved.

    ``unit_rule`` is None where the payer's rule is unknown. ``used`` names each file that it was built from;
    ``changes`` is its own changelog, the newest first.
    """

    id: str
    payer: str | None
    title: str
    version: str
    verified: date
    unit_rule: Literal["cms", "spm"] | None
    distinct_service_modifier: str
    uses_edits: bool
    fee_schedule: bool
    rules: tuple[Rule, ...]
    figures: Mapping[str, DatedFigure]
    clocks: Mapping[str, Clock]
    tables: Mapping[str, frozenset[str]]
    typical_case: Mapping[str, object]
    used: tuple[RulesetUsed, ...]
    changes: tuple[Change, ...] = ()
    own: bool = field(default=False)

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def deciding(self) -> Mapping[str, tuple[Rule, ...]]:
        """The rules of each dimension."""
        return {
            dimension: tuple(rule for rule in self.rules if rule.effect and rule.effect.dimension == dimension)
            for dimension in (*ORDER, "modifier")
        }

    @cached_property
    def speaking(self) -> tuple[Rule, ...]:
        """The rules whose applying is a finding: those that say something, and not only to other rules."""
        telling = (rule for rule in self.rules if rule.because or rule.inferred)
        return tuple(rule for rule in telling if rule.effect or rule.documents or rule.deadlines or rule.warning)

    @cached_property
    def ranked(self) -> Mapping[str, tuple[tuple[str, int], ...]]:
        """The rules of each dimension of an answer, each with the rank of what it says."""
        return {
            dimension: tuple((rule.id, rule.effect.rank) for rule in self.deciding[dimension] if rule.effect)
            for dimension in ORDER
        }

    @cached_property
    def asking_paper(self) -> tuple[Rule, ...]:
        """The rules that ask for documents or set deadlines."""
        return tuple(rule for rule in self.rules if rule.documents or rule.deadlines)

    @cached_property
    def tests(self) -> Mapping[str, tuple[Test, ...]]:
        """The tests of each rule, by the rule's id."""
        return {
            rule.id: tuple(leaf for leaf in leaves(rule.condition) if isinstance(leaf, Test)) for rule in self.rules
        }
