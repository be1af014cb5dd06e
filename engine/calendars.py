"""Calendar and business days. Business days leave out Saturdays, Sundays and United States federal holidays."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

CALENDAR = "Business days leave out Saturdays, Sundays and the federal holidays of the United States (5 U.S.C. 6103)."


MONDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = 0, 3, 4, 5, 6
_SINCE_JUNETEENTH = 2021
"""The first year of the list as it stands; ``holidays`` knows those before, and loads every country to tell."""


@lru_cache(maxsize=400)
def federal_holidays(year: int) -> frozenset[date]:
    """The federal holidays as observed in a year (5 U.S.C. 6103)."""
    if year < _SINCE_JUNETEENTH:
        import holidays

        return frozenset(holidays.country_holidays("US", years=year, observed=True))
    fixed = ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))
    observed = {_observed(date(year, month, day)) for month, day in fixed}
    observed |= {
        _nth(3, MONDAY, year, 1),  # Birthday of Martin Luther King, Jr.
        _nth(3, MONDAY, year, 2),  # Washington's Birthday
        _nth(1, MONDAY, year, 6) - timedelta(weeks=1),  # Memorial Day: the last Monday of May
        _nth(1, MONDAY, year, 9),  # Labor Day
        _nth(2, MONDAY, year, 10),  # Columbus Day
        _nth(4, THURSDAY, year, 11),  # Thanksgiving Day
    }
    if (last := date(year, 12, 31)).weekday() == FRIDAY:
        observed.add(last)  # New Year's Day of the year after
    return frozenset(day for day in observed if day.year == year)


def _observed(day: date) -> date:
    """Off the weekend: Saturday's on the Friday before, Sunday's on the Monday after."""
    return day + timedelta(days={SATURDAY: -1, SUNDAY: 1}.get(day.weekday(), 0))


def _nth(number: int, weekday: int, year: int, month: int) -> date:
    """The first, second, … such day of the week in a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7, weeks=number - 1)


def is_business_day(day: date) -> bool:
    return day.weekday() < 5 and day not in federal_holidays(day.year)


@lru_cache(maxsize=4_096)
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


def working_day_from(day: date) -> date:
    """The first business day that is not before ``day``."""
    while not is_business_day(day):
        day += timedelta(days=1)
    return day


def weekly(start: date, number: int, per_week: int) -> date:
    """The day of the visit ``number`` visits after that of ``start``: weeks like the first, so many visits evenly over
    the working days of each."""
    week, slot = divmod(number, per_week)
    return add_business_days(working_day_from(start + timedelta(weeks=week)), slot * 5 // per_week) if number else start


def add_months(day: date, months: int) -> date:
    """The same day so many months later; where that month has no such day, the first of the month after it."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if day.day <= monthrange(year, month + 1)[1]:
        return date(year, month + 1, day.day)
    return date(year + month // 11, (month + 1) % 12 + 1, 1)


def beginning_and_over(first: date | None, last: date | None) -> Iterator[date]:
    """The days on which a stretch, both days included, begins and is over; None = it has no such end."""
    if first:
        yield first
    if last and last < date.max:
        yield last + timedelta(days=1)
