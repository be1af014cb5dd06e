"""When things are due: a clock applied to the day of its event. No span for the day is no due date, never a guess."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from engine.calendars import (
    add_business_days,
    add_months,
    business_days_from,
    is_business_day,
    working_day_before,
    working_day_from,
)
from engine.language.clocks import Clock, ClockSpan

MOST_DAYS_BACK = 120


class FallsDue(NamedTuple):
    """A due date with the span it was counted by; ``working_day`` is the last working day not after it."""

    due: date
    span: ClockSpan

    @property
    def working_day(self) -> date:
        return working_day_before(self.due)


def falls_due(clock: Clock, event_on: date, service_on: date | None = None) -> FallsDue | None:
    """When what the clock measures is due after an event; None where no span is published for that day.

    Where several spans hold, as on a case that no band of scheduling excludes, the earliest due date is the safe one.
    """
    found = [FallsDue(_counted(clock, span, event_on), span) for span in _spans(clock, event_on, service_on)]
    return min(found, key=lambda one: one.due, default=None)


def _spans(clock: Clock, event_on: date, service_on: date | None) -> Iterator[ClockSpan]:
    for span in clock.spans:
        in_force = (span.start is None or span.start <= event_on) and (span.end is None or event_on <= span.end)
        if in_force and _scheduled_so(span, event_on, service_on):
            yield span


def _scheduled_so(span: ClockSpan, event_on: date, service_on: date | None) -> bool:
    if span.ahead is None:
        return True
    if service_on is None:
        return False
    least, most = span.ahead
    ahead = business_days_from(event_on, service_on)
    return least <= ahead and (most is None or ahead <= most)


def _counted(clock: Clock, span: ClockSpan, event_on: date) -> date:
    match span.unit:
        case "business_days":
            day = add_business_days(event_on, span.amount)
        case "months":
            day = add_months(event_on, span.amount)
        case "hours":
            day = event_on + timedelta(days=-(-span.amount // 24))
        case "days":
            day = event_on + timedelta(days=span.amount)
    return working_day_from(day) if clock.rolls else day


def latest_event(clock: Clock, answer_by: date) -> date | None:
    """The last working day of an event, such as a request, whose clock still ends by ``answer_by``; None if unknown."""
    for back in range(MOST_DAYS_BACK):
        day = answer_by - timedelta(days=back)
        if not is_business_day(day):
            continue
        found = falls_due(clock, day)
        if found is None:
            return None
        if found.due <= answer_by:
            return day
    return None
