"""An authorization over time: what is left after each visit, when it runs out, and the last day to ask for more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, takewhile
from typing import Literal

from engine.calendars import weekly
from engine.clocks import latest_event
from engine.decision import JsonValue
from engine.language.clocks import Clock
from engine.tracking.records import AuthorizationRecord, Visit
from engine.tracking.usage import counted, left, units_of

Limit = Literal["visits", "units", "days"]
MOST_DAYS_AHEAD = 800


@dataclass(frozen=True, slots=True)
class Point:
    """What is left at the end of a day, of visits or else of units: by the visits kept, and by those booked too."""

    on: date
    left: int
    left_after_booked: int


@dataclass(frozen=True, slots=True)
class Ahead:
    """A visit that is still to be kept, booked or at the week's pace, and what is left after it; None where unknown."""

    on: date
    left: int | None
    booked: bool


@dataclass(frozen=True, slots=True)
class BurnDown:
    """``unit`` is what the points count. ``runs_out_on``: the first visit that nothing is left for, kept to what is
    booked and then to so many a week; ``by`` which limit. ``ask_by``: the last working day on which a request is still
    decided before it. Each is None where it is not known. ``ahead``: the visits to come before ``runs_out_on``."""

    unit: Literal["visits", "units"] | None
    points: tuple[Point, ...]
    last_covered: date | None
    runs_out_on: date | None
    by: Limit | None
    ask_by: date | None
    ahead: tuple[Ahead, ...]

    def as_json(self) -> dict[str, JsonValue]:
        points: list[JsonValue] = [
            {"on": point.on.isoformat(), "left": point.left, "left_after_booked": point.left_after_booked}
            for point in self.points
        ]
        return {
            "unit": self.unit,
            "points": points,
            "last_covered": self.last_covered.isoformat() if self.last_covered else None,
            "runs_out_on": self.runs_out_on.isoformat() if self.runs_out_on else None,
            "by": self.by,
            "ask_by": self.ask_by.isoformat() if self.ask_by else None,
            "ahead": [{"on": one.on.isoformat(), "left": one.left, "booked": one.booked} for one in self.ahead],
        }


def burn_down(
    authorization: AuthorizationRecord,
    visits: Iterable[Visit],
    today: date,
    per_week: int | None,
    clock: Clock | None,
) -> BurnDown:
    """``visits`` are all of the patient's; ``clock`` is the payer's for a standard decision.

    Without ``per_week`` only what is booked is projected, and the authorization's last day.
    """
    every = tuple(visits)
    last, first_without, by = _runs_out(authorization, every, today, per_week)
    ask_by = latest_event(clock, first_without) if clock and first_without else None
    unit, points = _points(authorization, counted(authorization, every), today)
    ahead = tuple(_covered(authorization, every, today, per_week if first_without else None, first_without, unit))
    return BurnDown(unit, points, last, first_without, by, ask_by, ahead)


def _points(
    authorization: AuthorizationRecord, under: Sequence[Visit], today: date
) -> tuple[Literal["visits", "units"] | None, tuple[Point, ...]]:
    granted = authorization.granted
    unit: Literal["visits", "units"] = "visits" if granted.visits is not None else "units"
    total = granted.visits if unit == "visits" else granted.units
    spent = [1 if unit == "visits" else units_of(authorization, visit) for visit in under]
    if total is None or None in spent:
        return None, ()
    days = {today, *(visit.day for visit in under)}
    if authorization.valid_from is not None:
        days.add(authorization.valid_from)
    found = []
    for day in sorted(days):
        pairs = [(visit, each or 0) for visit, each in zip(under, spent, strict=True) if visit.day <= day]
        kept = sum(each for visit, each in pairs if visit.status == "kept")
        found.append(Point(day, total - kept, total - sum(each for _, each in pairs)))
    return unit, tuple(found)


def _runs_out(
    authorization: AuthorizationRecord, visits: Sequence[Visit], today: date, per_week: int | None
) -> tuple[date | None, date | None, Limit | None]:
    """The last visit that is covered, the first that is not, and why."""
    remaining = left(authorization, visits)
    visits_left, units_left = remaining.visits, remaining.units
    last = max((visit.day for visit in counted(authorization, visits) if visit.status == "kept"), default=None)
    for day, units in _ahead(authorization, visits, today, per_week):
        if authorization.valid_to is not None and day > authorization.valid_to:
            return last, day, "days"
        visits_left = None if visits_left is None else visits_left - 1
        units_left = None if units_left is None or units is None else units_left - units
        if visits_left is not None and visits_left < 0:
            return last, day, "visits"
        if units_left is not None and units_left < 0:
            return last, day, "units"
        last = day
    # Used up, but the day of the next visit is not known.
    if visits_left is not None and visits_left <= 0:
        return last, None, "visits"
    if units_left is not None and units_left <= 0:
        return last, None, "units"
    after = authorization.valid_to + timedelta(days=1) if authorization.valid_to else None
    return last, after, "days" if after else None


def _covered(
    authorization: AuthorizationRecord,
    visits: Sequence[Visit],
    today: date,
    per_week: int | None,
    before: date | None,
    unit: Literal["visits", "units"] | None,
) -> Iterator[Ahead]:
    """The visits to come before the one that nothing is left for."""
    remaining = left(authorization, visits)
    still = remaining.visits if unit == "visits" else remaining.units
    booked = {visit.day for visit in visits if visit.status == "booked"}
    for day, units in _ahead(authorization, visits, today, per_week):
        if before is not None and day >= before:
            return
        spent = 1 if unit == "visits" else units
        still = None if still is None or spent is None else still - spent
        yield Ahead(day, still, day in booked)


def _ahead(
    authorization: AuthorizationRecord, visits: Sequence[Visit], today: date, per_week: int | None
) -> Iterator[tuple[date, int | None]]:
    """The days of the visits still to be kept with their units: those booked, then so many a week like the last."""
    without_end = counted(authorization.model_copy(update={"valid_to": None}), visits)
    for visit in without_end:
        if visit.status == "booked":
            yield visit.day, units_of(authorization, visit)
    if per_week is None:
        return
    start = max([today, *(visit.day for visit in without_end)])
    units = units_of(authorization, without_end[-1]) if without_end else None
    until = start + timedelta(days=MOST_DAYS_AHEAD)
    days = (weekly(start, number, per_week) for number in count(1))
    yield from ((day, units) for day in takewhile(lambda day: day <= until, days))
