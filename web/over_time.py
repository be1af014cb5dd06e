"""The verdict over time: a band of stretches of days, each with its verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from engine import Decision, PlannedTreatment
from engine.decision import HEADLINES
from engine.timeline import timeline
from engine.words import HEADLINES as WORDS
from web.desk import Desk

DAYS = 365
_HEIGHT = 30


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch as it is drawn: ``at`` and ``days`` count days from the band's first, ``height`` grows with the
    strictness, so that the verdict is not told by its colour alone."""

    first: date
    last: date
    headline: str
    word: str
    at: int
    days: int
    height: int
    here: bool


@dataclass(frozen=True, slots=True)
class Band:
    """``at`` is the visit's own day, counted from the first."""

    first: date
    last: date
    days: int
    at: int
    segments: tuple[Segment, ...]


def band(treatment: PlannedTreatment, decision: Decision, desk: Desk) -> Band:
    """A year from today on; from the visit's own day, where that lies outside. ``decision``: that of its own day."""
    day, today = treatment.date_of_service, desk.today
    first = today if today <= day <= today + timedelta(days=DAYS) else day
    last = first + timedelta(days=DAYS)
    found = timeline(treatment, desk.library, today=today, first=first, last=last, decided=decision)
    segments = tuple(
        Segment(
            first=one.first,
            last=one.last,
            headline=one.decision.headline,
            word=WORDS[one.decision.headline],
            at=(one.first - first).days,
            days=(one.last - one.first).days + 1,
            height=_HEIGHT * (HEADLINES.index(one.decision.headline) + 1) // len(HEADLINES),
            here=one.first <= day <= one.last,
        )
        for one in found
    )
    return Band(first, last, (last - first).days + 1, (day - first).days, segments)
