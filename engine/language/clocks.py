"""Clocks: how long a payer, a provider or a patient has after an event, by date, each span with its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from engine.decision import Source

Event = Literal[
    "standard_decision",
    "expedited_decision",
    "authorization_request",
    "certification",
    "recertification",
    "redetermination",
    "reconsideration",
    "hearing",
    "council_review",
    "court_review",
    "internal_appeal",
    "external_review",
    "good_faith_estimate",
]
EVENTS: tuple[Event, ...] = get_args(Event)
SpanUnit = Literal["hours", "days", "business_days", "months"]
SPAN_UNITS: tuple[SpanUnit, ...] = get_args(SpanUnit)


def in_force(first: date | None, last: date | None, day: date) -> bool:
    """Whether a day lies between two, both included, either of which may be open."""
    return (first is None or first <= day) and (last is None or day <= last)


@dataclass(frozen=True, slots=True)
class ClockSpan:
    """So many hours, days, business days or months, for events on the days from ``start`` to ``end``.

    ``ahead`` bounds the business days between the event and the date of service, where the span depends on them; its
    last may be None.
    """

    start: date | None
    end: date | None
    amount: int
    unit: SpanUnit
    ahead: tuple[int, int | None] | None
    because: str
    source: Source
    inferred: bool
    stale_after: date | None

    def in_force_on(self, day: date) -> bool:
        return in_force(self.start, self.end, day)

    @property
    def said(self) -> str:
        """The span in words."""
        unit = self.unit.replace("_", " ")
        return f"{self.amount} {unit[:-1] if self.amount == 1 else unit}"


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of one event. ``id`` is ``ruleset/event``; ``counted_from`` says which day the event is.

    ``rolls``: a last day on a weekend or federal holiday moves to the next working day.
    """

    id: str
    event: Event
    title: str
    counted_from: str
    rolls: bool
    spans: tuple[ClockSpan, ...]
