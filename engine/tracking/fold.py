"""Visits from what happened to them, whatever order the events came in. No count is stored: each is made of these.

A visit is known by its id. A booking or an import under a new id at the appointment of a visit that is known (the same
patient, day, time and codes) is that visit again, not another. An import that repeats what the schedule said of the
visit the last time says nothing new, so what people corrected since stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time

from engine.tracking.records import Visit, VisitEvent, VisitLine, VisitStatus

Appointment = tuple[date | None, time | None, tuple[str, ...]]
_TOOK_ITS_TURN = ("kept", "no_show")
"""What a booking that is repeated does not undo: it says that the visit is planned, not that it did not take place."""


@dataclass(slots=True)
class _Draft:
    ids: list[str]
    status: VisitStatus | None = None
    episode_id: str | None = None
    day: date | None = None
    starts_at: time | None = None
    lines: tuple[VisitLine, ...] = ()
    check_id: str | None = None
    imported: tuple[Appointment, VisitStatus | None] | None = None
    appointments: set[Appointment] = field(default_factory=set)
    """The one it stands at, and the one that the schedule last gave it."""


def fold(events: Iterable[VisitEvent]) -> tuple[Visit, ...]:
    """The visits, by patient, day and time. An event that came twice counts once; a later one of a visit wins."""
    by_patient: dict[str, list[VisitEvent]] = {}
    for event in sorted(set(events), key=lambda one: (one.at, one.id)):
        by_patient.setdefault(event.patient_id, []).append(event)
    visits = [visit for patient, theirs in by_patient.items() for visit in _of_one(patient, theirs)]
    return tuple(sorted(visits, key=lambda visit: (visit.patient_id, visit.day, visit.starts_at or time.min, visit.id)))


def visit_of(events: Iterable[VisitEvent], visit_id: str) -> Visit | None:
    """The visit that one of its ids names; None where these events do not make it."""
    return next((visit for visit in fold(events) if visit_id in visit.ids), None)


def _of_one(patient_id: str, events: Iterable[VisitEvent]) -> Iterable[Visit]:
    drafts: list[_Draft] = []
    for event in events:
        draft = _same(drafts, event)
        if draft is None:
            draft = _Draft([event.visit_id])
            drafts.append(draft)
        _apply(draft, event)
    for draft in drafts:
        # Until its booking has arrived too, a visit has no day.
        if draft.day is not None and draft.status is not None:
            yield Visit(
                ids=tuple(draft.ids), patient_id=patient_id, episode_id=draft.episode_id, status=draft.status,
                day=draft.day, starts_at=draft.starts_at, lines=draft.lines, check_id=draft.check_id,
            )  # fmt: skip


def _same(drafts: Iterable[_Draft], event: VisitEvent) -> _Draft | None:
    """The visit that the event is about; None where it is a new one."""
    for draft in drafts:
        if event.visit_id in draft.ids:
            return draft
    if event.opens:
        wanted = _appointment(event.day, event.starts_at, event.lines or ())
        for draft in drafts:
            if wanted in draft.appointments:
                draft.ids.append(event.visit_id)
                return draft
    return None


def _apply(draft: _Draft, event: VisitEvent) -> None:
    draft.check_id = event.check_id or draft.check_id
    if event.kind == "imported":
        said = (_appointment(event.day, event.starts_at, event.lines or ()), event.status)
        if said == draft.imported:
            return
        draft.imported = said
    planned_again = event.opens and event.says == "booked" and draft.status in _TOOK_ITS_TURN
    if event.says is not None and not planned_again:
        draft.status = event.says
    draft.episode_id = event.episode_id or draft.episode_id
    draft.day = event.day or draft.day
    draft.starts_at = draft.starts_at if event.starts_at is None else event.starts_at
    draft.lines = draft.lines if event.lines is None else event.lines
    draft.appointments = {_appointment(draft.day, draft.starts_at, draft.lines)}
    if draft.imported is not None:
        draft.appointments.add(draft.imported[0])


def _appointment(day: date | None, at: time | None, lines: Iterable[VisitLine]) -> Appointment:
    return day, at, tuple(sorted(line.code for line in lines))
