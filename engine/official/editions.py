"""An edition of an official file: what was loaded, from which day it is in force, and when a later one should exist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from engine.decision import RulesetUsed, Source


@dataclass(frozen=True, slots=True)
class Term:
    """The days of an edition.

    ``last`` None: in force until its publisher ends it. After ``stale_after`` a later edition should exist.
    """

    name: str
    first: date
    last: date | None
    stale_after: date


@dataclass(frozen=True, slots=True)
class Edition:
    """A loaded edition. ``sha256`` is of the file as it was given; of several files, of their hashes by file name."""

    kind: str
    title: str
    publisher: str
    term: Term
    files: tuple[str, ...]
    sha256: str
    rows: int
    imported_on: date

    @property
    def id(self) -> str:
        """How a decision names it."""
        return f"reference/{self.kind}"

    @property
    def used(self) -> RulesetUsed:
        """As a decision lists what it rests on."""
        return RulesetUsed(self.id, self.term.name, self.sha256)

    @property
    def source(self) -> Source:
        """As a finding cites it."""
        section, published = f"edition {self.term.name}", f"effective {self.term.first}"
        return Source(self.title, self.publisher, section, None, published, self.imported_on, "official")

    def in_force(self, on: date) -> bool:
        return self.term.first <= on and (self.term.last is None or on <= self.term.last)

    def stale(self, on: date) -> bool:
        """A later edition should exist by that day."""
        return on > self.term.stale_after


def quarterly(first: date, *, ends: bool = False) -> Term:
    """An edition that a later one should follow next quarter; ``ends``: its figures end with the year."""
    quarter = (first.month - 1) // 3
    begins = date(first.year, quarter * 3 + 1, 1)
    name = f"{first.year}Q{quarter + 1}"
    last = _eve(date(first.year + 1, 1, 1)) if ends else None
    return Term(_named(name, first, begins), first, last, _eve(_later(begins)))


def yearly(first: date, *, ends: bool = False) -> Term:
    """An edition for the calendar year of ``first``; ``ends``: it says nothing of later years."""
    end = _eve(date(first.year + 1, 1, 1))
    return Term(_named(str(first.year), first, date(first.year, 1, 1)), first, end if ends else None, end)


def fiscal(first: date) -> Term:
    """An edition of a federal fiscal year: October's to the end of March, April's to the end of September."""
    year = first.year + (first.month >= 10)
    end = date(year, 9, 30) if 4 <= first.month <= 9 else date(year, 3, 31)
    return Term(_named(f"FY{year}", first, date(year - 1, 10, 1)), first, end, end)


def quarter_day(year: int, quarter: int) -> date:
    """The first day of a quarter, 1 to 4."""
    return date(year, quarter * 3 - 2, 1)


def _named(name: str, first: date, expected: date) -> str:
    return name if first == expected else f"{name} from {first}"


def _later(quarter: date) -> date:
    return date(quarter.year + quarter.month // 10, (quarter.month + 3) % 12, 1)


def _eve(day: date) -> date:
    return day - timedelta(days=1)
