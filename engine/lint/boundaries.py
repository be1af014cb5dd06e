"""Boundaries: each number and each date of a rule has an example on either side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from engine.facts.base import Place
from engine.facts.dictionary import describe
from engine.inference.patterns import FALSE, TRUE
from engine.inference.rule_engine import edited_pairs
from engine.language.conditions import Test, leaves
from engine.lint.checks import Subject, problem
from engine.problem_codes import Code
from engine.problems import Problem
from engine.quality.examples import ExampleCase


class BoundaryWithoutExample:
    """Every number, and every day on which a rule begins or ends, is shown from both sides by examples."""

    code: ClassVar[Code] = "boundary-without-example"

    def validate(self, subject: Subject) -> Iterator[Problem]:
        for test in _boundaries(subject):
            seen = {
                subject.engine.truth(side, case.facts, place)
                for side in _sides(test)
                for case in subject.cases
                for place in _places(subject, case)
            }
            missing = [word for state, word in ((TRUE, "inside"), (FALSE, "outside")) if state not in seen]
            if missing and subject.cases:
                from engine.explain import said_test

                message = f"no example {' or '.join(missing)} the boundary: {test.fact} {said_test(test)}"
                yield problem(self.code, subject.rule, message, "add an example on that side")


def _boundaries(subject: Subject) -> Iterator[Test]:
    for leaf in leaves(subject.rule.condition):
        bounding = isinstance(leaf, Test) and leaf.operator in ("at_least", "at_most", "between")
        if isinstance(leaf, Test) and bounding and describe(leaf.fact).type in ("whole", "money", "date"):
            yield leaf


def _sides(test: Test) -> tuple[Test, ...]:
    """A range has two boundaries; zero as its lower end is none."""
    if test.operator != "between":
        return (test,)
    low, high = test.constants
    ends = (Test(test.fact, "at_most", (high,)),)
    return ends if low == 0 else (Test(test.fact, "at_least", (low,)), *ends)


def _places(subject: Subject, case: ExampleCase) -> list[Place]:
    if subject.rule.scope == "treatment":
        return [None]
    if subject.rule.scope == "line":
        return list(range(len(case.treatment.lines)))
    return list(edited_pairs(case.facts))
