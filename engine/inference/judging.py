"""How an evaluator finds the truths of the tests of its rules: all of a case at one go, or one test alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.facts.dictionary import unknown
from engine.facts.values import Scalar, Value
from engine.inference.patterns import FALSE, TRUE, UNKNOWN
from engine.language.conditions import Test, holding, judge

OfDay = Sequence[Test | None]
"""Tests with the figures of a day in them; None where a figure has no value on that day."""
Judged = Callable[[Mapping[str, Value]], list[int]]
"""From what is known of each fact to the truth of each test; unknown where a test has no constant on the day."""


@dataclass(frozen=True, slots=True)
class Judges:
    """An evaluator's distinct tests and its own way to judge them, which it shares with no other: ``of_day`` all of
    them as they are on a day, ``one`` a test whose constants are resolved."""

    tests: tuple[Test, ...]
    of_day: Callable[[OfDay], Judged]
    one: Callable[[Test, Value], int]


def engine_judges(tests: tuple[Test, ...]) -> Judges:
    """The judges of what durable-rules fires."""
    return Judges(tests, _fact_by_fact, judge)


def _fact_by_fact(tests: OfDay) -> Judged:
    """Begins with what holds where nothing is known, and reads each fact of which something is known once."""
    readers: dict[str, list[tuple[int, Test, Callable[[Scalar], bool]]]] = {}
    for at, test in enumerate(tests):
        if test is not None:
            readers.setdefault(test.fact, []).append((at, test, holding(test)))
    by_fact = tuple((fact, unknown(fact), tuple(found)) for fact, found in readers.items())
    nothing_known = [UNKNOWN if test is None else judge(test, unknown(test.fact)) for test in tests]

    def judged(values: Mapping[str, Value]) -> list[int]:
        truths = nothing_known.copy()
        for fact, anything, reading in by_fact:
            value = values[fact]
            if value is anything:
                continue
            options = value.options
            if options is not None and len(options) == 1:
                option = options[0]
                for at, _, holds in reading:
                    truths[at] = TRUE if holds(option) else FALSE
            else:
                for at, test, _ in reading:
                    truths[at] = judge(test, value)
        return truths

    return judged
