"""Formulas in three-valued logic, what is certain and what is possible, and tests of facts on the solver's terms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import z3

from engine.inference.patterns import FALSE, TRUE
from engine.language.conditions import Test

Formula = Any
"""A boolean term of z3, which has no types of its own."""
Term = Any


@dataclass(frozen=True, slots=True)
class Truth:
    """Where a statement is certainly true, and where possibly. Of a complete case both are mostly the same."""

    certain: Formula
    possible: Formula

    @staticmethod
    def of(formula: Formula) -> Truth:
        return Truth(formula, formula)

    @staticmethod
    def state(state: int) -> Truth:
        """From 0 false, 1 unknown, 2 true."""
        return Truth(z3.BoolVal(state == TRUE), z3.BoolVal(state != FALSE))

    def __invert__(self) -> Truth:
        return Truth(z3.Not(self.possible), z3.Not(self.certain))


def every(parts: Iterable[Truth]) -> Truth:
    several = tuple(parts)
    return Truth(z3.And([part.certain for part in several]), z3.And([part.possible for part in several]))


def some(parts: Iterable[Truth]) -> Truth:
    several = tuple(parts)
    return Truth(z3.Or([part.certain for part in several]), z3.Or([part.possible for part in several]))


def given_or(given: Formula, truth: Truth, otherwise: int) -> Truth:
    """The truth where a fact is given; the state of its test where it is not."""
    absent = Truth.state(otherwise)
    return Truth(z3.If(given, truth.certain, absent.certain), z3.If(given, truth.possible, absent.possible))


def number(constant: object) -> int:
    """A whole number, or a date as its day's number."""
    if isinstance(constant, date):
        return constant.toordinal()
    if isinstance(constant, int):
        return constant
    raise TypeError(f"{constant!r} is no number")


def within(term: Term, wanted: Iterable[int]) -> Formula:
    """The term is one of the numbers, said by their stretches."""
    stretches: list[list[int]] = []
    for item in sorted(set(wanted)):
        if stretches and stretches[-1][1] == item - 1:
            stretches[-1][1] = item
        else:
            stretches.append([item, item])
    return z3.Or([term == low if low == high else z3.And(term >= low, term <= high) for low, high in stretches])


@dataclass(frozen=True, slots=True)
class Range:
    """A whole number, amount or date that lies between two terms; known where they are equal."""

    low: Term
    high: Term

    @staticmethod
    def of(term: Term) -> Range:
        return Range(term, term)

    def judge(self, test: Test) -> Truth:
        low, high = self.low, self.high
        match test.operator:
            case "at_least":
                least = number(test.constants[0])
                return Truth(low >= least, high >= least)
            case "at_most":
                most = number(test.constants[0])
                return Truth(high <= most, low <= most)
            case "between":
                least, most = map(number, test.constants)
                return Truth(z3.And(low >= least, high <= most), z3.And(high >= least, low <= most))
            case "one_of":
                wanted = [number(constant) for constant in test.constants]
                return Truth(
                    z3.Or([z3.And(low == one, high == one) for one in wanted]),
                    z3.Or([z3.And(low <= one, high >= one) for one in wanted]),
                )
            case "has":
                return Truth.state(FALSE)


def judge_flag(test: Test, flag: Truth) -> Truth:
    """A test of a yes or no."""
    if test.operator != "one_of":
        return Truth.state(FALSE)
    if True in test.constants and False in test.constants:
        return Truth.state(TRUE)
    if True in test.constants:
        return flag
    return ~flag if False in test.constants else Truth.state(FALSE)
