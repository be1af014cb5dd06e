"""Calendar and business days. Business days leave out Saturdays, Sundays and United States federal holidays."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from engine.language.rules import Due


@lru_cache(maxsize=400)
def federal_holidays(year: int) -> frozenset[date]:
    """The federal holidays as observed in a year (5 U.S.C. 6103), as the holidays library knows them."""
    import holidays

    return frozenset(holidays.country_holidays("US", years=year, observed=True))


def is_business_day(day: date) -> bool:
    return day.weekday() < 5 and day not in federal_holidays(day.year)


def add_business_days(day: date, count: int) -> date:
    """The ``count``-th business day after ``day``, which itself is not counted."""
    while count:
        day += timedelta(days=1)
        count -= is_business_day(day)
    return day


def business_days_from(start: date, end: date) -> int:
    """How many business days lie after ``start`` up to and including ``end``; negative where ``end`` is earlier."""
    if end < start:
        return -business_days_from(end, start)
    days = (start + timedelta(days=step) for step in range(1, (end - start).days + 1))
    return sum(is_business_day(day) for day in days)


def working_day_before(day: date) -> date:
    """The last business day that is not after ``day``."""
    while not is_business_day(day):
        day -= timedelta(days=1)
    return day


def due_on(due: Due, base: date) -> date:
    """The day that a deadline counted from ``base`` falls on, not rolled over weekends."""
    return add_business_days(base, due.days) if due.business else base + timedelta(days=due.days)
