"""What the loaded official files say of a code on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, Literal, Protocol

from engine.official.editions import Edition

VOID = 9
"""The indicator of an edit that ended on the day it began: it never was."""

_REMEMBERED = 4_096


class Rows(Protocol):
    """Where the editions lie; a row is the values of its kind's fields."""

    def editions(self) -> tuple[Edition, ...]: ...
    def find(self, edition: Edition, **wanted: str) -> tuple[tuple[Any, ...], ...]: ...


@dataclass(frozen=True, slots=True)
class PtpEdit:
    """A listed pair, column 1 first; days as numbers such as 20260701, ``deletion`` None = not deleted."""

    column1: str
    column2: str
    effective: int
    deletion: int | None
    indicator: int

    @property
    def days(self) -> tuple[date, date | None]:
        """Its first and last day."""
        return _day(self.effective), None if self.deletion is None else _day(self.deletion)

    def in_force(self, on: date) -> bool:
        day = on.year * 10_000 + on.month * 100 + on.day
        return self.indicator != VOID and self.effective <= day and (self.deletion is None or day <= self.deletion)


@dataclass(frozen=True, slots=True)
class UnitLimit:
    """The most units of a code. ``adjudication``: 1 counts a claim line, 2 and 3 all lines of a day."""

    code: str
    units: int
    adjudication: Literal[1, 2, 3]
    edition: Edition


@dataclass(frozen=True, slots=True)
class TelehealthService:
    """A code on the list. ``audio_only``: whether audio alone will do, None = the list does not say."""

    code: str
    audio_only: bool | None
    edition: Edition


@dataclass(frozen=True, slots=True)
class DiagnosisCode:
    """An ICD-10-CM code without its dot, and its text; ``billable``: it may be reported, not only its subdivisions."""

    code: str
    billable: bool
    text: str
    edition: Edition


class OfficialTables:
    """The loaded editions, asked by day. Methods raise UserError where the store cannot be read."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.find = lru_cache(_REMEMBERED)(self._find)

    @cached_property
    def editions(self) -> tuple[Edition, ...]:
        return self._rows.editions()

    def edition(self, kind: str, on: date) -> Edition | None:
        """The latest edition of a kind in force on that day."""
        in_force = [edition for edition in self.editions if edition.kind == kind and edition.in_force(on)]
        return max(in_force, key=lambda edition: edition.term.first, default=None)

    @cached_property
    def edits(self) -> Edition | None:
        """The loaded NCCI edition. It lists every edit that ever was, so it answers for the days before it too."""
        return next((edition for edition in self.editions if edition.kind == "ncci-ptp"), None)

    def listed_edits(self, code: str, other: str) -> tuple[PtpEdit, ...]:
        """Every listing of two codes as a pair, in either order, void and deleted ones too."""
        if self.edits is None:
            return ()
        orders = sorted({(code, other), (other, code)})
        rows = (row for first, second in orders for row in self.find(self.edits, column1=first, column2=second))
        return tuple(PtpEdit(*row) for row in rows)

    def unit_limit(self, code: str, on: date) -> UnitLimit | None:
        """The most units of a code on that day; None where none is listed or no edition is loaded."""
        edition = self.edition("mue", on)
        rows = self.find(edition, code=code) if edition else ()
        return next((UnitLimit(code, units, mark, edition) for _, units, mark in rows if edition), None)

    def reduced(self, code: str, on: date) -> bool | None:
        """Whether the therapy reduction applies to a code with a national price; None where that is not known."""
        edition = self.edition("pfs-rvu", on)
        rows = self.find(edition, code=code) if edition else ()
        return next((bool(mark) for *_, mark, _ in rows if mark is not None), None)

    def telehealth(self, code: str, on: date) -> TelehealthService | None:
        """The code's entry in the list of that day; None where it has none or no list is loaded."""
        edition = self.edition("telehealth-list", on)
        rows = self.find(edition, code=code) if edition else ()
        return next((TelehealthService(code, _yes(audio), edition) for code, audio in rows if edition), None)

    def diagnosis(self, code: str, on: date) -> DiagnosisCode | None:
        """An ICD-10-CM code, dotted or not, as it stood on that day; None where it was none or is not loaded."""
        edition = self.edition("icd10cm", on)
        rows = self.find(edition, code=code.replace(".", "")) if edition else ()
        return next((DiagnosisCode(code, bool(flag), text, edition) for code, flag, text in rows if edition), None)

    def valid_on(self, code: str, on: date) -> bool | None:
        """Whether an ICD-10-CM code may be reported on that day; None where no edition of that day is loaded."""
        if self.edition("icd10cm", on) is None:
            return None
        found = self.diagnosis(code, on)
        return found is not None and found.billable

    def rows(self, edition: Edition) -> tuple[tuple[Any, ...], ...]:
        """All rows of an edition."""
        return self._rows.find(edition)

    def _find(self, edition: Edition, **wanted: str) -> tuple[tuple[Any, ...], ...]:
        return self._rows.find(edition, **wanted)


def _yes(mark: int | None) -> bool | None:
    return None if mark is None else bool(mark)


def _day(number: int) -> date:
    return date(number // 10_000, number // 100 % 100, number % 100)
