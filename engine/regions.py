"""The regions of an unknown fact: values that pass the same tests of the rules, one representative each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from engine.facts.base import Facts
from engine.facts.dictionary import Fact
from engine.facts.values import Scalar, Value, known
from engine.inference.rule_engine import RuleEngine
from engine.language.conditions import Test
from engine.language.parse import NO_LIMIT


@dataclass(frozen=True)
class Regions:
    """One value of each region. ``exact`` says that no region is missing, so that an answer may rest on them."""

    values: tuple[Value, ...]
    exact: bool


def regions(engine: RuleEngine, facts: Facts, path: str, fact: Fact) -> Regions:
    """The regions of an unknown input; ``path`` is where it stands in the case."""
    if fact.type == "boolean":
        return Regions((known(True), known(False)), exact=True)
    tests = [test for test in _tests(engine, facts, fact.name) if test.constants]
    current = facts.inputs.get(path)
    if fact.type in ("choice", "code"):
        return Regions(tuple(map(known, _named(fact, tests, current))), exact=True)
    if fact.type == "codes":
        return Regions(tuple(map(known, _lists(facts, tests))), exact=False)
    points = sorted(set(_points(facts, fact, tests)))
    direct = all(test.fact == fact.name or " from " in test.fact for test in tests)
    return Regions(tuple(map(known, points)), exact=direct)


def _tests(engine: RuleEngine, facts: Facts, name: str) -> Iterator[Test]:
    """Every test of the ruleset that reads the input, directly or through a derived fact."""
    for test in engine.tests_reading(name):
        resolved = engine.resolved(test, facts.date_of_service)
        if resolved is not None:
            yield resolved


def _named(fact: Fact, tests: Iterable[Test], current: Value | None) -> list[Scalar]:
    """The values that tests name, and one other."""
    mentioned = list(dict.fromkeys(constant for test in tests for constant in test.constants))
    allowed = current.options if current is not None and current.options else fact.choices
    if fact.type == "code":
        return [*mentioned, next(code for code in ("99", "98", "97") if code not in mentioned)]  # type: ignore[list-item]
    if fact.name in ("line.credential", "line.discipline"):
        return list(allowed)
    others = [value for value in allowed if value not in mentioned]
    return [value for value in allowed if value in mentioned] + others[:1]


def _lists(facts: Facts, tests: Iterable[Test]) -> list[tuple[str, ...]]:
    named = sorted({str(constant) for test in tests for constant in test.constants if isinstance(constant, str)})
    codes = tuple(line.code for line in facts.treatment.lines)
    return [(), codes, ("OT", "PT", "SLP"), *((name,) for name in named)]


def _points(facts: Facts, fact: Fact, tests: Iterable[Test]) -> Iterator[int | date]:
    if fact.type == "date":
        for day in (*_date_cuts(facts, fact, tests), facts.date_of_service):
            yield from _around(day)
        return
    yield from (0, 1)
    if fact.allows_none:
        yield NO_LIMIT
    for cut in (*_whole_cuts(fact, tests), *_partners(facts, fact)):
        yield from (point for point in (cut - 1, cut, cut + 1) if point >= 0)


def _around(day: date) -> Iterator[date]:
    for step in (-1, 0, 1):
        if date.min.toordinal() < day.toordinal() + step < date.max.toordinal():
            yield day + timedelta(days=step)


def _date_cuts(facts: Facts, fact: Fact, tests: Iterable[Test]) -> Iterator[date]:
    for test in tests:
        constants = [constant for constant in test.constants if isinstance(constant, int | date)]
        if test.fact == fact.name:
            yield from (constant for constant in constants if isinstance(constant, date))
        elif " from " in test.fact:
            start, _, end = test.fact.partition(" from ")[2].partition(" to ")
            other = facts.value(end if start == fact.name else start)
            if other.is_known and isinstance(other.known, date):
                sign = -1 if start == fact.name else 1
                factor = 2 if test.fact.startswith("business") else 1
                for constant in constants:
                    if isinstance(constant, int):
                        for days in range(constant, constant * factor + 4 * factor - 3):
                            yield other.known + timedelta(days=sign * days)
        elif test.fact == "patient.age":
            for constant in constants:
                if isinstance(constant, int):
                    yield _years_before(facts.date_of_service, constant)


def _years_before(day: date, years: int) -> date:
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return date(max(1, day.year - years), day.month, last)


def _whole_cuts(fact: Fact, tests: Iterable[Test]) -> Iterator[int]:
    for test in tests:
        if test.fact == fact.name:
            yield from (constant for constant in test.constants if isinstance(constant, int))
    if fact.name == "line.minutes":
        yield from range(8, 128, 15)


_PARTNERS = {
    "coverage.visit_limit": "coverage.visits_used",
    "coverage.visits_used": "coverage.visit_limit",
    "coverage.authorization.visits_approved": "coverage.authorization.visits_used",
    "coverage.authorization.visits_used": "coverage.authorization.visits_approved",
    "coverage.authorization.units_approved": "coverage.authorization.units_used",
    "coverage.authorization.units_used": "coverage.authorization.units_approved",
}


def _partners(facts: Facts, fact: Fact) -> Iterator[int]:
    """Counts are judged by their difference: the other one is where the answer turns."""
    partner = facts.value(_PARTNERS[fact.name]) if fact.name in _PARTNERS else None
    if partner is not None and partner.is_known and isinstance(partner.known, int):
        yield min(partner.known, NO_LIMIT - 2)
        if "units" in fact.name:
            yield from range(partner.known, partner.known + 30)
