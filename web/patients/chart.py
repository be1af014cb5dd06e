"""The burn-down as a drawing: shapes by attributes and classes only. Its numbers stand in the table beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from engine.tracking.burn_down import BurnDown
from engine.tracking.records import AuthorizationRecord
from web.languages import N_

WIDTH, HEIGHT = 720, 330
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 16, 84, 284
_MARK_ROWS = 18
_UNITS = {"visits": N_("visits"), "units": N_("units")}


@dataclass(frozen=True, slots=True)
class Mark:
    """A day that matters: an upright line with its words, which stand left or right of it."""

    x: float
    y: int
    name: str
    label: str
    on: date
    before: bool


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """``kept``, ``booked`` and ``pace`` are the paths of what is left after the visits of that kind."""

    unit: str
    kept: str
    booked: str
    pace: str
    marks: tuple[Mark, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]


def chart(ahead: BurnDown, of: AuthorizationRecord, today: date) -> Chart | None:
    """None where it is not known what is left."""
    if not ahead.points or ahead.unit is None:
        return None
    to_come = [(one.on, one.left) for one in ahead.ahead if one.left is not None]
    days = [point.on for point in ahead.points] + [day for day, _ in to_come] + [today]
    days += [day for day in (of.valid_to, ahead.runs_out_on, ahead.ask_by) if day]
    granted = (of.granted.visits if ahead.unit == "visits" else of.granted.units) or 0
    lefts = [point.left for point in ahead.points] + [left for _, left in to_come] + [granted, 0, 1]
    frame = _Frame(min(days), max(max(days), min(days) + timedelta(days=7)), min(lefts), max(lefts))

    kept = [(point.on, point.left) for point in ahead.points if point.on <= today]
    last_booked = max((one.on for one in ahead.ahead if one.booked), default=None)
    booked = [point for point in to_come if last_booked and point[0] <= last_booked]
    pace = [point for point in to_come if not last_booked or point[0] > last_booked]
    start = [kept[-1]] if kept else []
    if booked and start:
        start = [(min(start[0][0], booked[0][0]), start[0][1])]
    marks = [("today", N_("Today"), today), ("ask", N_("Last day to ask for more"), ahead.ask_by),
             ("out", N_("Runs out"), ahead.runs_out_on), ("end", N_("Last day"), of.valid_to)]  # fmt: skip
    known = [(name, label, day) for name, label, day in marks if day is not None]
    return Chart(
        _UNITS[ahead.unit],
        frame.steps(kept),
        frame.steps([*start, *booked]) if booked else "",
        frame.steps([*(booked[-1:] or start), *pace]) if pace else "",
        tuple(frame.mark(row, *one) for row, one in enumerate(known)),
        frame.across(),
        frame.up(),
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where days and counts lie on the drawing."""

    first: date
    last: date
    least: int
    most: int

    def x(self, day: date) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (day - self.first).days / (self.last - self.first).days, 1)

    def y(self, left: int) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * (left - self.least) / (self.most - self.least), 1)

    def steps(self, points: Iterable[tuple[date, int]]) -> str:
        drawn = [(self.x(day), self.y(left)) for day, left in points]
        if not drawn:
            return ""
        (x, y), rest = drawn[0], drawn[1:]
        return f"M{x} {y}" + "".join(f"H{x}V{y}" for x, y in rest)

    def mark(self, row: int, name: str, label: str, day: date) -> Mark:
        x = self.x(day)
        return Mark(x, 14 + row * _MARK_ROWS, name, label, day, x > WIDTH * 0.6)

    def across(self) -> tuple[Tick, ...]:
        """About five days, a whole number of weeks apart."""
        weeks = max(1, ceil((self.last - self.first).days / 7 / 5))
        days = (self.first + timedelta(weeks=weeks * at) for at in range(6))
        return tuple(Tick(self.x(day), f"{day:%b} {day.day}") for day in days if day <= self.last)

    def up(self) -> tuple[Tick, ...]:
        step = max(1, ceil((self.most - self.least) / 6))
        counts = range(self.least - self.least % step, self.most + 1, step)
        return tuple(Tick(self.y(left), str(left)) for left in counts if left >= self.least)
