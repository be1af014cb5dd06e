"""The days on which the answers of a case may turn, and how the tests that the day can turn come out on its own."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from engine.calendars import add_months, beginning_and_over, business_days_from
from engine.facts.base import Facts, Place
from engine.facts.dictionary import describe
from engine.inference.rule_engine import RuleEngine, edited_pairs
from engine.language.conditions import Figure, Test, leaves

_DAY = "date_of_service"
_STILL = frozenset({
    "coverage.visits_left", "documents.abn_due", "referral.names_line_discipline", "line.assistant_took_part",
    "line.units", "line.bucket_before", "line.kind", "line.therapy_code", "pair.separate_time",
})  # fmt: skip
"""Derived facts that are the same on every day."""
_BY_DATES = frozenset({"coverage.active", "line.authorized", "documents.abn_signed"})
"""Those that turn on a date of the case, or the day after."""
_BY_TABLES = frozenset({"line.bucket_after", "line.telehealth_listed", "pair.indicator"})
"""Those that turn where an edition of a reference table begins or ends."""


def truths(engine: RuleEngine, facts: Facts) -> tuple[int, ...]:
    """How the tests that the day can turn come out: where another day's are the same, so are its answers."""
    return tuple(_truths(engine, facts))


def _truths(engine: RuleEngine, facts: Facts) -> Iterator[int]:
    lines: list[Place] = list(range(len(facts.treatment.lines)))
    pairs: list[Place] = list(edited_pairs(facts))
    places: dict[str, list[Place]] = {"treatment": [None], "line": lines, "pair": pairs}
    yield len(pairs)
    for scope, test in _turning(engine):
        yield from (engine.truth(test, facts, place) for place in places[scope])


@lru_cache(maxsize=64)
def _turning(engine: RuleEngine) -> tuple[tuple[str, Test], ...]:
    """The tests of rules and their papers that another day can turn: of the day, a figure, or a derived fact."""
    found: dict[tuple[str, Test], None] = {}
    for rule in engine.ruleset.rules:
        for condition in (rule.condition, *(document.on_file for document in rule.documents)):
            for test in leaves(condition):
                if isinstance(test, Test) and (test.dated or _moves(test.fact)):
                    found[rule.scope, test] = None
    return tuple(found)


def _moves(fact: str) -> bool:
    return fact == _DAY or (describe(fact).derived and fact not in _STILL and not fact.startswith("units of "))


def turning_days(engine: RuleEngine, facts: Facts, first: date, last: date) -> frozenset[date]:
    """The days after ``first`` up to ``last`` that may be answered otherwise than the day before: all that are, and
    others besides."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    found = {*_of_case(facts, last), *_of_tables(facts)}
    for figure in engine.ruleset.figures.values():
        for value in figure.values:
            found.update(beginning_and_over(value.start, value.end))
    for _, test in _turning(engine):
        found.update(_of_test(engine, test, facts, days))
    return frozenset(found.intersection(days[1:]))


def _of_case(facts: Facts, last: date) -> Iterator[date]:
    for value in facts.inputs.values():
        if value.is_known and isinstance(value.known, date) and value.known <= last:
            yield from beginning_and_over(value.known, value.known)


def _of_tables(facts: Facts) -> Iterator[date]:
    reference, setting = facts.setting.reference, facts.setting
    yield from reference.turns()
    if setting.uses_edits:
        yield from reference.edits.turns({line.code for line in facts.treatment.lines})
    if setting.fee_schedule:
        yield from reference.fee_schedule.turns()


def _of_test(engine: RuleEngine, test: Test, facts: Facts, days: list[date]) -> Iterator[date]:
    """The days on which what the test reads passes one of its constants."""
    fact = test.fact
    if fact == _DAY:
        for constant in test.constants:
            if isinstance(constant, date):
                yield from beginning_and_over(constant, constant)
    elif fact == "patient.age":
        birth = facts.value("patient.birth_date")
        if birth.is_known and isinstance(birth.known, date):
            yield from (add_months(birth.known, 12 * (year - birth.known.year)) for year in {day.year for day in days})
    elif " from " in fact:
        yield from _of_count(engine, test, facts, days)
    elif _moves(fact) and fact not in _BY_DATES | _BY_TABLES:
        yield from days


def _of_count(engine: RuleEngine, test: Test, facts: Facts, days: list[date]) -> Iterator[date]:
    """Days counted from a date or to it grow, or shrink, with the day of the visit."""
    counted, _, span = test.fact.partition(" from ")
    start, _, end = span.partition(" to ")
    if _DAY not in (start, end):
        return
    fixed, sign = (start, 1) if end == _DAY else (end, -1)
    value = facts.value(fixed)
    if not value.is_known or not isinstance(value.known, date):
        return
    since = value.known

    def count(day: date) -> int:
        return business_days_from(since, day) if counted.startswith("business") else (day - since).days

    for constant in _numbers(engine, test):
        for bound in (sign * constant, sign * constant + 1):
            yield from days[(at := bisect_left(days, bound, key=count)) : at + 1]


def _numbers(engine: RuleEngine, test: Test) -> Iterator[int]:
    """The test's constants; of a figure, each value that it ever has."""
    for constant in test.constants:
        if isinstance(constant, Figure):
            yield from (value.value + constant.plus for value in engine.ruleset.figures[constant.name].values)
        elif isinstance(constant, int):
            yield constant
