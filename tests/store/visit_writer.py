"""A process of its own that books visits and keeps them, and prints each event that was acknowledged."""

from __future__ import annotations

import itertools
import sys
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


def main(url: str, name: str, count: str = "") -> None:
    print("ready", flush=True)
    sys.stdin.readline()
    with open_store(url) as store:
        for number in range(int(count)) if count else itertools.count():
            visit = f"{name}-{number}"
            for event in (a_booking(visit, "p1", number), a_keeping(visit, "p1", number)):
                store.tracking.append(event)
                print(event.id, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
