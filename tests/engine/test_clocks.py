"""Clocks and calendars around weekends, holidays, leap days and year ends: laws over thirty years of days."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Library
from engine.calendars import add_business_days, add_months, business_days_from, federal_holidays, is_business_day
from engine.clocks import falls_due, latest_event
from engine.language.clocks import Clock

LIBRARY = Library()
CLOCKS = [clock for ruleset in LIBRARY.all() for clock in ruleset.clocks.values()]
days = st.dates(date(2010, 1, 1), date(2040, 12, 31))


@given(days, st.integers(1, 40))
def test_so_many_business_days_later_is_a_business_day_and_so_many_away(day: date, count: int) -> None:
    due = add_business_days(day, count)
    assert is_business_day(due)
    assert business_days_from(day, due) == count


@given(days)
def test_no_business_day_is_a_weekend_or_a_federal_holiday(day: date) -> None:
    due = add_business_days(day, 1)
    assert due.weekday() < 5
    assert due not in federal_holidays(due.year)


def test_a_business_day_after_thanksgiving_and_over_the_new_year() -> None:
    assert add_business_days(date(2026, 11, 25), 1) == date(2026, 11, 27)
    assert add_business_days(date(2026, 12, 31), 1) == date(2027, 1, 4)
    assert add_business_days(date(2027, 12, 30), 1) == date(2028, 1, 3)  # 1 January 2028 is kept on 31 December 2027


@pytest.mark.parametrize("year", range(1990, 2101))
def test_federal_holidays_are_those_of_the_holidays_library(year: int) -> None:
    known = holidays.country_holidays("US", years=year, observed=True)
    assert {day for day in federal_holidays(year) if day.weekday() < 5} == {day for day in known if day.weekday() < 5}


@given(days, st.integers(1, 24))
def test_months_later_is_the_same_day_or_the_first_of_the_month_after(day: date, months: int) -> None:
    later = add_months(day, months)
    passed = (later.year - day.year) * 12 + later.month - day.month
    assert (later.day, passed) in ((day.day, months), (1, months + 1))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 10, 31), 4, date(2027, 3, 1)),
        (date(2027, 10, 31), 4, date(2028, 3, 1)),
        (date(2027, 10, 29), 4, date(2028, 2, 29)),
        (date(2026, 8, 31), 4, date(2026, 12, 31)),
        (date(2026, 7, 31), 4, date(2026, 12, 1)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
    ],
)
def test_months_at_the_ends_of_months_and_years(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


@given(st.sampled_from(CLOCKS), days, st.integers(0, 60))
def test_a_later_event_is_never_due_earlier_within_one_span(clock: Clock, day: date, ahead: int) -> None:
    service = day + timedelta(days=ahead)
    first, second = falls_due(clock, day, service), falls_due(clock, day + timedelta(days=1), service)
    if first and second and first.span == second.span:
        assert first.due <= second.due


@given(st.sampled_from(CLOCKS), days, st.integers(0, 60))
def test_a_due_date_lies_after_its_event_and_its_working_day_not_after_it(clock: Clock, day: date, ahead: int) -> None:
    found = falls_due(clock, day, day + timedelta(days=ahead))
    if found is not None:
        assert day < found.due
        assert found.working_day <= found.due
        assert is_business_day(found.working_day)


@given(st.sampled_from(CLOCKS), days)
def test_no_span_answers_outside_its_dates(clock: Clock, day: date) -> None:
    found = falls_due(clock, day, day + timedelta(days=30))
    if found is not None:
        assert found.span.start is None or found.span.start <= day
        assert found.span.end is None or day <= found.span.end


@given(st.sampled_from(CLOCKS), days)
def test_the_latest_request_is_answered_in_time_and_one_working_day_later_is_not(clock: Clock, visit: date) -> None:
    latest = latest_event(clock, visit)
    if latest is None:
        return
    found = falls_due(clock, latest)
    assert found is not None
    assert found.due <= visit
    later = falls_due(clock, add_business_days(latest, 1))
    assert later is None or later.due > visit
