"""What is tracked as the tests record it, and the work of a process that books visits and keeps them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from engine.store import open_store
from engine.tracking.records import Episode, Patient, VisitEvent, VisitLine

MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def a_patient(name: str) -> Patient:
    return Patient(id=name, name="Mary Example", birth_date=date(1950, 2, 3))


def an_episode(name: str, patient: str) -> Episode:
    return Episode(id=name, patient_id=patient, payer="medicare-part-b", discipline="OT")


def a_booking(visit: str, patient: str, number: int = 0) -> VisitEvent:
    return VisitEvent(
        id=f"{visit}-booked", visit_id=visit, patient_id=patient, kind="booked", who="Lee",
        at=MORNING + timedelta(minutes=number), day=date(2026, 12, 1) + timedelta(days=number),
        lines=(VisitLine(code="97530", units=2),),
    )  # fmt: skip


def a_keeping(visit: str, patient: str, number: int = 0) -> VisitEvent:
    at = MORNING + timedelta(hours=200, minutes=number)
    return VisitEvent(id=f"{visit}-kept", visit_id=visit, patient_id=patient, kind="kept", who="Kim", at=at)


def visits(url: str, name: str, count: int | None = None) -> Iterator[str]:
    """Book visits and keep them until stopped; the id of each event that was acknowledged."""
    with open_store(url) as store:
        for number in range(count) if count else itertools.count():
            visit = f"{name}-{number}"
            for event in (a_booking(visit, "p1", number), a_keeping(visit, "p1", number)):
                store.tracking.append(event)
                yield event.id
