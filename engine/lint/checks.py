"""The checks of single rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Protocol

from engine.facts.dictionary import describe
from engine.inference.rule_engine import RuleEngine
from engine.language.conditions import Test, leaves
from engine.language.rules import ANSWERS, Rule
from engine.problem_codes import Code
from engine.problems import Problem
from engine.quality.examples import ExampleCase


@dataclass(frozen=True)
class Subject:
    """A rule with its engine and its examples as cases."""

    rule: Rule
    engine: RuleEngine
    cases: tuple[ExampleCase, ...]


class Check(Protocol):
    """A check looks at one rule and reports what is wrong."""

    code: ClassVar[Code]

    def validate(self, subject: Subject) -> Iterator[Problem]: ...


def problem(code: Code, rule: Rule, message: str, hint: str) -> Problem:
    return Problem(code, f"{rule.id}: {message}", rule.where, hint=hint)


class WithoutExample:
    """A rule that no example shows cannot be trusted: nobody can see what its author meant."""

    code: ClassVar[Code] = "without-example"

    def validate(self, subject: Subject) -> Iterator[Problem]:
        if not subject.cases:
            yield problem(self.code, subject.rule, "has no example", "add one in which it applies and one in which not")


class NeverApplied:
    """A rule that applies in none of its examples is not shown to do anything."""

    code: ClassVar[Code] = "never-applied"

    def validate(self, subject: Subject) -> Iterator[Problem]:
        if subject.cases and all(case.applies is False for case in subject.cases):
            yield problem(self.code, subject.rule, "applies in none of its examples", "add one in which it applies")


class AlwaysApplied:
    """A rule with a condition that holds in all of its examples is not shown to leave anything out."""

    code: ClassVar[Code] = "always-applied"

    def validate(self, subject: Subject) -> Iterator[Problem]:
        conditional = any(True for _ in leaves(subject.rule.condition))
        if conditional and subject.cases and all(case.applies is True for case in subject.cases):
            yield problem(self.code, subject.rule, "applies in all of its examples", "add one in which it does not")


class PresumedByAuthorization:
    """Nothing that an authorization rule reads is presumed, an authorization on file set aside."""

    code: ClassVar[Code] = "presumed-by-authorization"

    def validate(self, subject: Subject) -> Iterator[Problem]:
        rule = subject.rule
        if rule.effect is None or rule.effect.dimension != "authorization" or rule.effect.value == "satisfied":
            return
        for leaf in leaves(rule.condition):
            if isinstance(leaf, Test) and any(describe(name).presumed for name in (leaf.fact, *_inputs(leaf.fact))):
                message = f"decides authorization by {leaf.fact}, which may be presumed"
                yield problem(self.code, rule, message, "an authorization must not rest on a presumption")


class PaperDecides:
    """Paper decides documents, modifiers and warnings, never an answer."""

    code: ClassVar[Code] = "paper-decides"

    def validate(self, subject: Subject) -> Iterator[Problem]:
        rule = subject.rule
        if rule.effect is None or rule.effect.dimension not in ANSWERS:
            return
        for leaf in leaves(rule.condition):
            if isinstance(leaf, Test) and any(describe(name).paper for name in (leaf.fact, *_inputs(leaf.fact))):
                message = f"decides {rule.effect.dimension} by {leaf.fact}, which is paper"
                yield problem(self.code, rule, message, "make it a document, a modifier or a warning")


def _inputs(name: str) -> tuple[str, ...]:
    return describe(name).inputs
