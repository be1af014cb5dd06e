"""How much of an authorization is used: kept visits within its days and codes, booked ones counted apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from engine.tracking.records import AuthorizationRecord, Visit


@dataclass(frozen=True, slots=True)
class Used:
    """Visits and units; the units are None where a counted visit does not tell its own."""

    kept: int
    booked: int
    kept_units: int | None
    booked_units: int | None


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of what was granted, by kept visits and by booked ones too; None where it is not known, below zero
    where more was used than granted."""

    visits: int | None
    visits_after_booked: int | None
    units: int | None
    units_after_booked: int | None


def counted(authorization: AuthorizationRecord, visits: Iterable[Visit]) -> tuple[Visit, ...]:
    """The kept and booked visits that fall under the authorization, by day.

    A visit that names no episode counts too: better counted once too often than run out by surprise.
    """
    theirs = (visit for visit in visits if visit.status in ("kept", "booked") and _falls_under(authorization, visit))
    return tuple(sorted(theirs, key=lambda visit: (visit.day, visit.id)))


def used(authorization: AuthorizationRecord, visits: Iterable[Visit]) -> Used:
    """Counted up; the visits are those of the authorization's patient."""
    under = counted(authorization, visits)
    kept = [visit for visit in under if visit.status == "kept"]
    booked = [visit for visit in under if visit.status == "booked"]
    return Used(len(kept), len(booked), _units(authorization, kept), _units(authorization, booked))


def left(authorization: AuthorizationRecord, visits: Iterable[Visit]) -> Left:
    """Counted down from what was granted."""
    so_far, granted = used(authorization, visits), authorization.granted
    units = _minus(granted.units, so_far.kept_units)
    visits_left = _minus(granted.visits, so_far.kept)
    return Left(visits_left, _minus(visits_left, so_far.booked), units, _minus(units, so_far.booked_units))


def units_of(authorization: AuthorizationRecord, visit: Visit) -> int | None:
    """The units of the visit's lines that the authorization covers; None where one is not known."""
    units = [line.units for line in visit.lines if not authorization.codes or line.code in authorization.codes]
    return None if None in units or not units else sum(unit for unit in units if unit is not None)


def within_days(authorization: AuthorizationRecord, day: date) -> bool:
    """Whether the authorization holds on that day; an end that is not known does not bind."""
    begun = authorization.valid_from is None or authorization.valid_from <= day
    return begun and (authorization.valid_to is None or day <= authorization.valid_to)


def _falls_under(authorization: AuthorizationRecord, visit: Visit) -> bool:
    if visit.episode_id not in (None, authorization.episode_id) or not within_days(authorization, visit.day):
        return False
    # A visit whose codes nobody entered may be one of them.
    codes = {line.code for line in visit.lines}
    return not authorization.codes or not codes or bool(codes & set(authorization.codes))


def _units(authorization: AuthorizationRecord, visits: Iterable[Visit]) -> int | None:
    units = [units_of(authorization, visit) for visit in visits]
    return None if None in units else sum(unit for unit in units if unit is not None)


def _minus(granted: int | None, spent: int | None) -> int | None:
    return None if granted is None or spent is None else granted - spent
