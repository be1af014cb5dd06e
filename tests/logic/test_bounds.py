"""The bounds between which the solver holds approximate facts, against what they really are."""

from __future__ import annotations

from datetime import date, timedelta

import z3

from engine import Library
from engine.calendars import business_days_from
from engine.facts.base import Setting, gather
from engine.logic.facts import FactTerms
from engine.logic.symbols import Symbols
from engine.treatment import Coverage, Line, Patient, PlannedTreatment

AHEAD = "business days from today to date_of_service"


class Bounds:
    """The bounds of a fact, and whether they allow what it really is."""

    def __init__(self, name: str) -> None:
        reference = Library().reference
        self.symbols = Symbols(reference, ())
        terms = FactTerms(self.symbols, Setting(reference, None, {}, False, False), self.symbols.day)
        self.fact = terms.range(name).low
        self.sound = z3.And(terms.sound)

    def allow(self, given: dict[str, date], really: int) -> bool:
        values = [(self.symbols.input(name).term, z3.IntVal(day.toordinal())) for name, day in given.items()]
        return z3.is_true(z3.simplify(z3.substitute(self.sound, (self.fact, z3.IntVal(really)), *values)))


def test_business_days_keep_to_their_bounds() -> None:
    bounds = Bounds(AHEAD)
    for start in (date(1985, 1, 1) + timedelta(days=293 * step) for step in range(50)):
        for length in (-400, -30, -9, -1, 0, 1, 2, 4, 5, 9, 16, 45, 366, 1500):
            end = start + timedelta(days=length)
            assert bounds.allow({"today": start, "date_of_service": end}, business_days_from(start, end)), (start, end)
        assert not bounds.allow({"today": start, "date_of_service": start + timedelta(days=7)}, 7)


def test_age_keeps_to_its_bounds() -> None:
    bounds = Bounds("patient.age")
    for born in (date(1884, 2, 27) + timedelta(days=2003 * step) for step in range(35)):
        for years in (-3, 0, 1, 4, 21, 65, 96, 118):
            for around in (-1, 0, 1):
                day = date(born.year + years, born.month, min(born.day, 28)) + timedelta(days=around)
                assert bounds.allow({"patient.birth_date": born, "date_of_service": day}, age(born, day)), (born, day)
                assert not bounds.allow({"patient.birth_date": born, "date_of_service": day}, years + 2)


def age(born: date, day: date) -> int:
    """The age as the engine finds it."""
    coverage = Coverage(payer="any")
    case = PlannedTreatment(
        date_of_service=day, coverage=coverage, patient=Patient(birth_date=born), lines=(Line(code="97535"),)
    )
    facts = gather(case, coverage, Setting(Library().reference, None, {}, False, False), today=day, strict=True)
    value = facts.value("patient.age").known
    assert isinstance(value, int)
    return value
