"""Derived facts, each computed on ranges: known where every completion agrees, bounded where the inputs bound it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache

from engine.calendars import business_days_from
from engine.facts.base import Facts, Place
from engine.facts.values import ANYTHING, NO, TRUE_OR_FALSE, YES, Value, between, choice, known, truth
from engine.inference.patterns import FALSE, TRUE, UNKNOWN
from engine.language.parse import NO_LIMIT


def derive(facts: Facts, name: str, place: Place) -> Value:
    """The value of a derived fact. Raises KeyError for a name that is none."""
    return _deriving(name)(facts, place)


@lru_cache(maxsize=1_024)
def _deriving(name: str) -> Callable[[Facts, Place], Value]:
    if name.startswith("units of "):
        table = name.removeprefix("units of ")
        return lambda facts, place: _units_of(facts, table, _line(place))
    counted, found, span = name.partition(" from ")
    if found:
        first, _, last = span.partition(" to ")
        count = business_days_from if counted.startswith("business") else _calendar_days_from
        return lambda facts, _: _days(facts.value(first), facts.value(last), count)
    return _DERIVED[name]


def _line(place: Place) -> int:
    if not isinstance(place, int):
        raise TypeError("a fact of a line needs its line")
    return place


def _days(start: Value, end: Value, count: Callable[[date, date], int]) -> Value:
    if not (start.is_known and end.is_known):
        return ANYTHING
    start_day, end_day = start.known, end.known
    if not (isinstance(start_day, date) and isinstance(end_day, date)):
        return ANYTHING
    return known(count(start_day, end_day))


def _calendar_days_from(start: date, end: date) -> int:
    return (end - start).days


def _active(facts: Facts, _: Place) -> Value:
    day = facts.date_of_service
    return truth(
        min(
            _compare(facts.value("coverage.active_from"), lambda first: first <= day),
            _compare(facts.value("coverage.active_to"), lambda last: day <= last),
        )
    )


def _compare(value: Value, holds: Callable[[date], bool]) -> int:
    if not value.is_known or not isinstance(value.known, date):
        return UNKNOWN
    return TRUE if holds(value.known) else FALSE


def _visits_left(facts: Facts, _: Place) -> Value:
    limit, used = facts.value("coverage.visit_limit"), facts.value("coverage.visits_used")
    if limit.is_known and limit.known == NO_LIMIT:
        return known(NO_LIMIT)
    if limit.is_known and used.is_known:
        return known(_whole(limit) - _whole(used))
    if limit.is_known:
        return between(None, _whole(limit))
    return ANYTHING


def _whole(value: Value) -> int:
    number = value.known
    if not isinstance(number, int):
        raise TypeError("not a whole number")
    return number


def _age(facts: Facts, _: Place) -> Value:
    birth = facts.value("patient.birth_date")
    if not birth.is_known or not isinstance(birth.known, date):
        return between(0, None)
    day, born = facts.date_of_service, birth.known
    return known(day.year - born.year - ((day.month, day.day) < (born.month, born.day)))


def _abn_signed(facts: Facts, _: Place) -> Value:
    """Paper: an ABN that nobody entered counts as none."""
    signed = facts.treatment.documents.abn_signed_on
    return YES if signed is not None and signed <= facts.date_of_service else NO


def _abn_due(facts: Facts, _: Place) -> Value:
    """Paper: a reason that nobody wrote down counts as none."""
    return YES if facts.value("necessity.expected_denial") == YES else NO


def _names_line_discipline(facts: Facts, place: Place) -> Value:
    named, discipline = facts.value("referral.names_discipline"), facts.value("line.discipline", place)
    if not (named.is_known and discipline.is_known) or not isinstance(named.known, tuple):
        return TRUE_OR_FALSE
    return YES if discipline.known in named.known else NO


def _authorized(facts: Facts, place: Place) -> Value:
    on_file = facts.value("coverage.authorization")
    if on_file == NO:
        return NO
    certain = TRUE if on_file == YES else UNKNOWN
    for state in _authorizing(facts, _line(place)):
        if state == FALSE:
            return NO
        certain = min(certain, state)
    return truth(certain)


def _authorizing(facts: Facts, line: int) -> Iterator[int]:
    """Whether what is on file is for the day, for the line's code, and has room; the costlier to find out later."""
    day = facts.date_of_service
    yield _compare(_part(facts, "valid_from"), lambda first: first <= day)
    yield _compare(_part(facts, "valid_to"), lambda last: day <= last)
    yield _authorizes_code(facts, line)
    yield _visits_remain(facts, line)


def _part(facts: Facts, name: str) -> Value:
    return facts.value(f"coverage.authorization.{name}")


def _authorizes_code(facts: Facts, line: int) -> int:
    codes = _part(facts, "codes")
    if not codes.is_known or not isinstance(codes.known, tuple):
        return UNKNOWN
    return TRUE if not codes.known or facts.treatment.lines[line].code in codes.known else FALSE


def _visits_remain(facts: Facts, line: int) -> int:
    """Whether the counts approved leave room for this visit; an authorization counts visits, units or both."""
    given = facts.coverage.authorization
    visits, units = _part(facts, "visits_approved"), _part(facts, "units_approved")
    counts_units = units.is_known or (given not in (None, "none") and getattr(given, "units_used", None) is not None)
    states: list[int] = []
    if visits.is_known or not counts_units:
        states.append(_room(visits, _part(facts, "visits_used"), 1))
    if counts_units:
        wanted = facts.value("line.units", line).bounds[1]
        if isinstance(wanted, int) and not isinstance(wanted, bool):
            states.append(_room(units, _part(facts, "units_used"), _all_units(facts)))
        else:
            states.append(UNKNOWN)
    return min(states)


def _all_units(facts: Facts) -> int | None:
    """The most units that the visit may take from the authorization."""
    total = 0
    for line in range(len(facts.treatment.lines)):
        high = facts.value("line.units", line).bounds[1]
        if not isinstance(high, int):
            return None
        total += high
    return total


def _room(approved: Value, used: Value, wanted: int | None) -> int:
    if wanted is None or not approved.is_known:
        return UNKNOWN
    limit = _whole(approved)
    if wanted > limit:
        return FALSE
    if not used.is_known:
        return UNKNOWN
    return TRUE if _whole(used) + wanted <= limit else FALSE


def _assistant_took_part(facts: Facts, place: Place) -> Value:
    credential, minutes = facts.value("line.credential", place), facts.value("line.assistant_minutes", place)
    low, high = minutes.bounds
    if isinstance(low, int) and low > 0:
        return YES
    assistants = [option in ("OTA", "PTA", "SLPA") for option in credential.options or ()]
    if assistants and all(assistants):
        return YES
    return TRUE_OR_FALSE if any(assistants) or high != 0 else NO


def _units(facts: Facts, place: Place) -> Value:
    from engine.visit_units import unit_bounds

    low, high = unit_bounds(facts)[_line(place)]
    return between(low, high)


def _units_of(facts: Facts, table: str, line: int) -> Value:
    """The day's units of the table's codes that are in the line's discipline."""
    from engine.visit_units import unit_bounds

    codes = facts.setting.tables[table]
    mine = facts.value("line.discipline", line)
    low: int = 0
    high: int | None = 0
    for other, (least, most) in enumerate(unit_bounds(facts)):
        if facts.treatment.lines[other].code not in codes:
            continue
        theirs = facts.value("line.discipline", other)
        same = other == line or (mine.is_known and theirs.is_known and mine.known == theirs.known)
        if same:
            low += least
        if same or not (mine.is_known and theirs.is_known):
            high = None if high is None or most is None else high + most
    return between(low, high)


def _bucket_before(facts: Facts, place: Place) -> Value:
    discipline = facts.value("line.discipline", place)
    if not discipline.is_known:
        return between(0, None)
    return facts.value(f"history.allowed_ytd.{bucket_of(str(discipline.known))}")


def bucket_of(discipline: str) -> str:
    """OT has a threshold of its own; PT and SLP share one."""
    return "ot" if discipline == "OT" else "pt_slp"


def _bucket_after(facts: Facts, place: Place) -> Value:
    from engine.visit_cost import bucket_allowed

    discipline = facts.value("line.discipline", place)
    if not discipline.is_known:
        return between(0, None)
    bucket = bucket_of(str(discipline.known))
    before = facts.value(f"history.allowed_ytd.{bucket}")
    if not before.is_known:
        return between(0, None)
    before_low, before_high = before.bounds
    today = bucket_allowed(facts, bucket)
    low = before_low + today.low if isinstance(before_low, int) else None
    return between(low, before_high + today.high if isinstance(before_high, int) and today.high is not None else None)


def _kind(facts: Facts, place: Place) -> Value:
    entry = facts.setting.reference.codes.get(facts.treatment.lines[_line(place)].code)
    return known(entry.kind if entry else "other")


def _therapy_code(facts: Facts, place: Place) -> Value:
    entry = facts.setting.reference.codes.get(facts.treatment.lines[_line(place)].code)
    return known((entry.therapy if entry else None) or "neither")


LISTED, NOT_LISTED = "telehealth-codes", "not-telehealth-codes"
"""The tables of a ruleset that stand for Medicare's telehealth list where the official one is not loaded."""


def _telehealth_listed(facts: Facts, place: Place) -> Value:
    code = facts.treatment.lines[_line(place)].code
    imported = facts.setting.reference.imported
    if imported is not None and imported.edition("telehealth-list", facts.date_of_service):
        return YES if imported.telehealth(code, facts.date_of_service) else NO
    tables = facts.setting.tables
    if code in tables.get(LISTED, ()):
        return YES
    return NO if code in tables.get(NOT_LISTED, ()) else TRUE_OR_FALSE


def _indicator(facts: Facts, place: Place) -> Value:
    if not isinstance(place, tuple):
        raise TypeError("an edit is about two lines")
    if not facts.setting.uses_edits:
        return known("none")
    first, second = (facts.treatment.lines[at].code for at in place)
    edit = facts.setting.reference.edits.lookup(first, second, facts.date_of_service)
    if edit is None or edit.column1 != first:
        return known("none")
    return known(str(edit.indicator)) if edit.certainty == "certain" else choice(str(edit.indicator), "none")


def _separate(facts: Facts, place: Place) -> Value:
    return facts.value("line.separate_time", place)


_DERIVED: dict[str, Callable[[Facts, Place], Value]] = {
    "coverage.active": _active,
    "coverage.visits_left": _visits_left,
    "patient.age": _age,
    "documents.abn_signed": _abn_signed,
    "documents.abn_due": _abn_due,
    "referral.names_line_discipline": _names_line_discipline,
    "line.authorized": _authorized,
    "line.assistant_took_part": _assistant_took_part,
    "line.units": _units,
    "line.bucket_before": _bucket_before,
    "line.bucket_after": _bucket_after,
    "line.kind": _kind,
    "line.therapy_code": _therapy_code,
    "line.telehealth_listed": _telehealth_listed,
    "pair.indicator": _indicator,
    "pair.separate_time": _separate,
}
