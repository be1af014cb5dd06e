"""A change of rules as the front desk works it off: whom to call first, what changes, what to do and by when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from engine.decision import VisitRange
from engine.quality.impact import Answers, Change, Impact, LineAnswer
from engine.words import ANSWERS, HEADLINES, STATUS, count, dollars, visits

_DIMENSIONS = {
    "coverage": "coverage",
    "authorization": "authorization",
    "telehealth": "telehealth",
    "provider": "who may treat",
}
_TO_ASK = ("authorization_request", "latest_request")
KINDS = {"visit": "visit", "check": "checked visit", "authorization": "open authorization", "letter": "letter"}


@dataclass(frozen=True, slots=True)
class Call:
    """One patient under one payer. ``by``: the day by which to do it, None where nothing is to be done; ``more``: how
    many other visits, authorizations and letters of theirs change too."""

    patient: str
    payer: str
    first: date
    what: str
    to_do: str
    by: date | None
    more: int


def calls(found: Impact, *, names: bool = False) -> tuple[Call, ...]:
    """One call a patient and payer, the first visit first. Without ``names`` patients are initials or an id."""
    theirs: dict[tuple[object, str], list[Change]] = {}
    for change in found.changes:
        theirs.setdefault((_whose(change), change.payer), []).append(change)
    return tuple(_call(changes, names) for changes in theirs.values())


def _call(changes: list[Change], names: bool) -> Call:
    first = changes[0]
    days = [day for change in changes if (day := act_by(change))]
    return Call(
        patient=shown_patient(first, names=names),
        payer=first.payer_title,
        first=first.on,
        what=sentence(first),
        to_do=_to_do(first),
        by=min(days, default=None),
        more=len(changes) - 1,
    )


def _whose(change: Change) -> object:
    return change.patient or ((change.name.casefold(), change.born) if change.name else (change.kind, change.id))


def shown_patient(change: Change, *, names: bool = False) -> str:
    """The patient's initials and id where they are known, else the id of the case."""
    if names and change.name:
        return change.name
    initials = _initials(change.name) if change.name else ""
    return " ".join(filter(None, (initials, change.patient or ("" if initials else change.id))))


def _initials(name: str) -> str:
    """ "Last, First" has the initials of "First Last"."""
    last, comma, first = name.partition(",")
    return "".join(word[0].upper() for word in (f"{first} {last}" if comma else name).split())


def subject_words(change: Change) -> str:
    return f"{change.letter} letter" if change.letter else KINDS[change.kind]


def sentence(change: Change) -> str:
    """What changes, in one sentence."""
    told = "; ".join(what_changes(change.before, change.after))
    return f"{told[0].upper()}{told[1:]}."


def _to_do(change: Change) -> str:
    if change.letter:
        return f"Look at the {change.letter} letter again, it rests on the old answer. Now: {change.after.sentence}"
    return change.after.sentence


def act_by(change: Change) -> date | None:
    """The day by which somebody has to do something, today at the earliest; None where nothing is to be done.

    What may be asked for after the visit has the payer's last day for it; else it is the day of the visit, or an
    earlier one on which the payer must have been asked.
    """
    if change.after.headline == "book" and not change.letter:
        return None
    days = [day for name, day in change.after.due if name in _TO_ASK and day]
    if change.after.headline != "book_and_request" or not days:
        days.append(change.on)
    return max(change.today, min(days))


def what_changes(before: Answers, after: Answers) -> tuple[str, ...]:
    """Each thing that is another, in plain words; empty where the answers are the same."""
    found = tuple(_changes(before, after))
    if found or before == after:
        return found
    return (f"{HEADLINES[after.headline]} instead of {HEADLINES[before.headline]}",)


def _changes(before: Answers, after: Answers) -> Iterator[str]:
    decided = [name for name in _DIMENSIONS if getattr(before, name) != getattr(after, name)]
    for name in decided:
        yield f"{_DIMENSIONS[name]}: {_instead(ANSWERS[getattr(before, name)], ANSWERS[getattr(after, name)])}"
    yield from _visits(before.visits, after.visits)
    if before.request_by != after.request_by:
        yield f"authorization to be requested by {_instead(_day(before.request_by), _day(after.request_by))}"
    if before.within_weeks != after.within_weeks:
        yield f"authorization for {_instead(_weeks(before.within_weeks), _weeks(after.within_weeks))}"
    for was, now in zip(before.lines, after.lines, strict=True):
        yield from _line(was, now, bool(decided))
    yield from _papers(dict(before.papers), dict(after.papers))
    yield from _due(dict(before.due), dict(after.due))
    if before.patient_owes != after.patient_owes:
        yield f"patient owes {_instead(_dollars(before.patient_owes), _dollars(after.patient_owes))}"
    if before.asked != after.asked:
        yield "other questions are open"
    if (before.secondary is None) != (after.secondary is None):
        yield "second payer"
    elif before.secondary and after.secondary:
        yield from (f"second payer, {part}" for part in what_changes(before.secondary, after.secondary))


def _visits(before: tuple[VisitRange, ...], after: tuple[VisitRange, ...]) -> Iterator[str]:
    """The visits of the plan with another answer, as many together as share it."""
    was, now = _by_visit(before), _by_visit(after)
    other = [number for number in now if was.get(number) != now[number]]
    for _, run in groupby(enumerate(other), lambda at: (at[1] - at[0], was.get(at[1]), now[at[1]])):
        numbers = [number for _, number in run]
        told = VisitRange(numbers[0], numbers[-1], now[numbers[0]])
        yield _instead(ANSWERS[was.get(numbers[0], "unknown")], visits((told,)))


def _by_visit(ranges: tuple[VisitRange, ...]) -> dict[int, str]:
    return {number: part.answer for part in ranges for number in range(part.first, part.last + 1)}


def _line(was: LineAnswer, now: LineAnswer, told: bool) -> Iterator[str]:
    """What changes on a line. ``told``: its answer goes with that of the visit, which is told already."""
    if not told and (was.answer, was.authorization) != (now.answer, now.authorization):
        for before, after in ((was.answer, now.answer), (was.authorization, now.authorization)):
            if before != after:
                yield f"{now.code}: {_instead(ANSWERS[before], ANSWERS[after])}"
    elif was.reason != now.reason:
        yield f"{now.code}: refused for another reason"
    if was.units != now.units:
        yield f"{now.code}: {_instead(_units(was.units), _units(now.units))}"
    if was.modifiers != now.modifiers:
        yield f"{now.code}: modifiers {_instead(_listed(was.modifiers), _listed(now.modifiers))}"
    elif was.possible_modifiers != now.possible_modifiers:
        yield f"{now.code}: other modifiers may be needed"


def _papers(before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            status = f"{_plain(name)} needed, {STATUS[after[name]]}" if name in after else f"{_plain(name)} not needed"
            yield status


def _due(before: dict[str, date | None], after: dict[str, date | None]) -> Iterator[str]:
    for name in dict.fromkeys([*before, *after]):
        if name != "authorization_request" and before.get(name) != after.get(name):
            yield f"{_plain(name)} due {_instead(_day(before.get(name)), _day(after.get(name)))}"


def _instead(before: str, after: str) -> str:
    return f"{after} instead of {before}"


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _day(day: date | None) -> str:
    return day.isoformat() if day else "no set day"


def _weeks(weeks: int | None) -> str:
    return count(weeks, "week") if weeks else "no set time"


def _units(units: int | None) -> str:
    return "units not known" if units is None else count(units, "unit")


def _dollars(amount: str | None) -> str:
    return dollars(amount) if amount is not None else "an amount that is not known"


def _listed(modifiers: tuple[str, ...]) -> str:
    return " ".join(modifiers) or "none"
