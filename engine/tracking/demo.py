"""A made-up practice to look around in: every name is plainly invented, every day is near the one asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from engine.calendars import is_business_day
from engine.tracking.packets import REQUEST, Packet
from engine.tracking.records import (
    Amount,
    AuthorizationRecord,
    AuthorizationState,
    Episode,
    Patient,
    VisitEvent,
    VisitLine,
)  # fmt: skip
from engine.treatment import Discipline, PlannedTreatment

WHO = "Demo"


@dataclass(frozen=True, slots=True)
class _Course:
    """One patient's: the payer, what was asked for and granted, and how many visits were kept before today."""

    name: str
    payer: str
    discipline: Discipline
    code: str
    state: AuthorizationState | None
    granted: int | None
    kept: int


_COURSES = (
    _Course("Aster Sample", "uhc-medicare-advantage", "OT", "97530", "approved", 12, 9),
    _Course("Bryony Test", "medicare-part-b", "PT", "97110", None, None, 8),
    _Course("Clover Example", "humana-medicare-advantage", "PT", "97140", "pended", None, 1),
    _Course("Dahlia Invented", "bcbs-massachusetts-commercial", "OT", "97535", "approved", 20, 4),
    _Course("Elder Madeup", "aetna-commercial", "SLP", "92507", "denied", None, 2),
    _Course("Fern Pretend", "texas-medicaid", "SLP", "92507", "partial", 8, 7),
    _Course("Gentian Nobody", "uhc-commercial", "PT", "97112", "submitted", None, 0),
    _Course("Hazel Fictitious", "self-pay", "OT", "97530", None, None, 3),
    _Course("Iris Placeholder", "anthem-commercial", "PT", "97110", "expired", 10, 10),
    _Course("Juniper Imaginary", "new-york-medicaid", "OT", "97530", "draft", None, 1),
)


@dataclass(frozen=True, slots=True)
class Demo:
    records: tuple[Patient | Episode | AuthorizationRecord, ...]
    events: tuple[VisitEvent, ...]
    packet: Packet


def demo(today: date) -> Demo:
    """Patients, episodes, authorizations in several states, and visits before, on and after the day."""
    records: list[Patient | Episode | AuthorizationRecord] = []
    events: list[VisitEvent] = []
    for number, course in enumerate(_COURSES, start=1):
        began = _steps(today, -(course.kept + 1))[-1] if course.kept else today
        patient = Patient(id=f"demo-{number}", name=course.name, birth_date=date(1940 + 4 * number, 1 + number, 3))
        episode = Episode(
            id=f"demo-{number}-course", patient_id=patient.id, payer=course.payer, discipline=course.discipline,
            evaluation_on=began, visits_per_week=2, plan_ends_on=began + timedelta(days=90),
        )  # fmt: skip
        records += [patient, episode]
        if course.state is not None:
            records.append(_authorization(number, episode.id, course, began))
        events += _visits(number, patient.id, episode.id, course, today)
    return Demo(tuple(records), tuple(events), _packet(records, today))


def _packet(records: list[Patient | Episode | AuthorizationRecord], today: date) -> Packet:
    """The letter of the request that is a draft yet, for the next visit."""
    request = next(one for one in records if isinstance(one, AuthorizationRecord) and one.state == "draft")
    episode = next(one for one in records if isinstance(one, Episode) and one.id == request.episode_id)
    patient = next(one for one in records if isinstance(one, Patient) and one.id == episode.patient_id)
    code = next(one.code for one in _COURSES if one.name == patient.name)
    case = {
        "coverage": {"payer": episode.payer}, "patient": {"name": patient.name, "birth_date": str(patient.birth_date)},
        "provider": {"discipline": episode.discipline}, "episode": {"evaluation_on": str(episode.evaluation_on)},
        "lines": [{"code": code}], "date_of_service": str(_steps(today, 1)[0]),
    }  # fmt: skip
    treatment = PlannedTreatment.model_validate(case, strict=False)
    return Packet(id="demo-packet", kind=REQUEST, case=treatment, episode_id=episode.id, authorization_id=request.id)


def _authorization(number: int, episode_id: str, course: _Course, began: date) -> AuthorizationRecord:
    granted = course.granted is not None
    return AuthorizationRecord(
        id=f"demo-{number}-request", episode_id=episode_id, state=course.state or "draft",
        number=f"DEMO-{number:03}" if granted else None, requested=Amount(visits=12),
        granted=Amount(visits=course.granted), valid_from=began if granted else None,
        valid_to=began + timedelta(days=60) if granted else None,
        submitted_on=None if course.state == "draft" else began,
        denial_received_on=began + timedelta(days=7) if course.state == "denied" else None,
    )  # fmt: skip


def _visits(number: int, patient_id: str, episode_id: str, course: _Course, today: date) -> list[VisitEvent]:
    found = []
    for at, day in enumerate([*reversed(_steps(today, -course.kept)), today, *_steps(today, 4)]):
        starts = time(8 + number % 8, 15 * (number % 4))
        visit = f"demo-{number}-visit-{at + 1}"
        booked = datetime.combine(min(day, today) - timedelta(days=7), time(9), UTC)
        found.append(
            VisitEvent(
                id=f"{visit}-booked",
                visit_id=visit,
                patient_id=patient_id,
                episode_id=episode_id,
                kind="booked",
                at=booked,
                who=WHO,
                day=day,
                starts_at=starts,
                lines=(VisitLine(code=course.code, units=2),),
            )
        )
        if day < today:
            kept = datetime.combine(day, time(18), UTC)
            found.append(
                VisitEvent(id=f"{visit}-kept", visit_id=visit, patient_id=patient_id, kind="kept", at=kept, who=WHO)
            )
    return found


def _steps(today: date, number: int) -> list[date]:
    """So many days of visits, two or three days apart, away from today: after it, or before where negative."""
    found: list[date] = []
    day, way = today, timedelta(days=1 if number > 0 else -1)
    while len(found) < abs(number):
        day += 2 * way
        while not is_business_day(day):
            day += way
        found.append(day)
    return found
