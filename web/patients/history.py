"""Who did what and when, newest first: versions of records with what changed in each, and what happened to visits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.store.tracking import Saved
from engine.tracking.records import AuthorizationRecord, Episode, Patient, VisitEvent
from web.desk import Desk
from web.languages import N_, gettext
from web.patients.fields import event_says, of, shown, typed
from web.patients.labels import HAPPENED, STATES

AnyOf = Patient | Episode | AuthorizationRecord
_ADDED = {
    Patient: N_("Patient added"), Episode: N_("Episode added"), AuthorizationRecord: N_("Authorization added"),
}  # fmt: skip
_CHANGED = {
    Patient: N_("Patient changed"), Episode: N_("Episode changed"), AuthorizationRecord: N_("Authorization changed"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Done:
    """``about`` is the id of what it was done to, ``changes`` the fields with what they were and became."""

    at: datetime
    who: str
    what: str
    about: str
    changes: tuple[str, ...]


def of_records(
    *histories: Iterable[Saved[Patient] | Saved[Episode] | Saved[AuthorizationRecord]], desk: Desk
) -> Iterator[Done]:
    for history in histories:
        before: AnyOf | None = None
        for saved in history:
            record: AnyOf = saved.record
            yield Done(saved.at, saved.who, _what(record, before), record.id, tuple(_changes(record, before, desk)))
            before = record


def of_visits(events: Iterable[VisitEvent], desk: Desk) -> Iterator[Done]:
    for event in events:
        yield Done(event.at, event.who, gettext(HAPPENED[event.kind]), event.visit_id, event_says(event, desk))


def newest_first(*done: Iterable[Done]) -> tuple[Done, ...]:
    return tuple(sorted((one for part in done for one in part), key=lambda one: one.at, reverse=True))


def _what(record: AnyOf, before: AnyOf | None) -> str:
    if before is None:
        return gettext(_ADDED[type(record)])
    if isinstance(record, AuthorizationRecord) and record.state != getattr(before, "state", None):
        return gettext("Authorization: %(state)s", state=gettext(STATES[record.state]).lower())
    return gettext(_CHANGED[type(record)])


def _changes(record: AnyOf, before: AnyOf | None, desk: Desk) -> Iterator[str]:
    fields = of(record)
    now = typed(record, fields, desk)
    was = typed(before, fields, desk) if before else dict.fromkeys(now, "")
    for one in fields:
        if now[one.name] != was[one.name]:
            stands = shown(now[one.name], one)
            yield (
                f"{gettext(one.label)}: {shown(was[one.name], one)} → {stands}"
                if before
                else f"{gettext(one.label)}: {stands}"
            )
