"""A schedule on its way into the store: whose each visit is, its check, and what is new of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from engine.decision import Decision
from engine.problems import Problem, Span
from engine.schedule.appointments import Appointment
from engine.schedule.tracked import filled
from engine.schedule.who import Known
from engine.store.asked import Asked, case_of, check_record
from engine.store.intake import Intake
from engine.store.records import CheckRecord, StoreError
from engine.store.repository import Store
from engine.tracking.records import Patient, Tracked, Visit, VisitEvent, VisitLine
from engine.treatment import PlannedTreatment

Decide = Callable[[PlannedTreatment], Decision]


@dataclass(frozen=True, slots=True)
class Checked:
    """An appointment with its decision and check, and the episode of what was tracked of it."""

    appointment: Appointment
    decision: Decision
    check: CheckRecord
    episode_id: str | None


def tracked_for(store: Store, appointments: Iterable[Appointment]) -> Tracked:
    """Every patient, and of those whose the appointments are all that is tracked. Raises StoreError."""
    patients = tuple(saved.record for saved in store.tracking.all(Patient))
    known = Known(patients)
    theirs = {match.patient.id for one in appointments if (match := known.match(one)).patient}
    return replace(store.tracking.of(theirs), patients=patients)


def unclear(appointments: Iterable[Appointment], patients: Iterable[Patient]) -> dict[Span, Problem]:
    """The appointments of which several tracked patients fit equally well, by their place."""
    known = Known(patients)
    found: dict[Span, Problem] = {}
    for one in appointments:
        if several := known.match(one).several:
            message = f"{several} tracked patients have this name, and what else the row says of the patient"
            hint = "tell them apart by birth date or record number, in the file and with the patients"
            found[one.where] = Problem("ambiguous-patient", message, one.where, "patient.name", hint=hint)
    return found


def check_all(appointments: Iterable[Appointment], tracked: Tracked, decide: Decide, at: datetime) -> list[Checked]:
    """Every appointment decided, with what is tracked of its patient. Raises UserError where a ruleset is broken."""
    known = Known(tracked.patients)
    found = []
    for appointment in appointments:
        match = known.match(appointment)
        case = filled(appointment, match.patient if match.certain else None, tracked)
        asked = Asked(case.treatment, False, decide(case.treatment), case.facts)
        episode_id = case.episode.id if case.episode else None
        found.append(Checked(appointment, asked.decision, check_record(asked, at), episode_id))
    return found


def not_in(store: Store, appointments: Sequence[Appointment]) -> tuple[tuple[Visit, Patient], ...]:
    """The visits booked for the days of these appointments that are none of them. Raises StoreError."""
    known = Known(saved.record for saved in store.tracking.all(Patient))
    found = [(match.patient, one) for one in appointments if (match := known.match(one)).patient]
    theirs = {(patient.id, one.on, one.start) for patient, one in found if patient}
    gone = []
    for day in sorted({one.on for one in appointments}):
        tracked = store.tracking.of(store.tracking.patients_on(day))
        patients = {patient.id: patient for patient in tracked.patients}
        for visit in tracked.visits:
            here = (visit.patient_id, visit.day, visit.starts_at)
            if visit.day == day and visit.status == "booked" and here not in theirs:
                gone.append((visit, patients[visit.patient_id]))
    return tuple(gone)


def record_schedule(
    store: Store, checked: Sequence[Checked], cancelled: Sequence[Visit] = (), *, who: str, at: datetime
) -> Intake:
    """Record the visits with their checks, the patients not known yet, and that visits were cancelled. What stands
    there already is not repeated.

    Raises StoreError; then nothing was recorded.
    """

    def plan() -> Intake:
        tracked = tracked_for(store, (one.appointment for one in checked))
        standing = {id: visit for visit in tracked.visits for id in visit.ids}
        records = store.checks({visit.check_id for visit in tracked.visits if visit.check_id})
        planned = _plan(checked, tracked.patients, standing, records, who, at)
        return replace(planned, events=(*planned.events, *(_cancelled(visit, who, at) for visit in cancelled)))

    return store.record_schedule(plan, who=who, at=at)


def _plan(
    checked: Iterable[Checked],
    patients: Iterable[Patient],
    standing: Mapping[str, Visit],
    records: Mapping[str, CheckRecord],
    who: str,
    at: datetime,
) -> Intake:
    known = Known(patients)
    made: list[Patient] = []
    events: list[VisitEvent] = []
    checks: list[CheckRecord] = []
    unchanged = 0
    for one in checked:
        match = known.match(one.appointment)
        if match.several:
            raise StoreError("A patient of the schedule cannot be told from another any more. Nothing was recorded.")
        patient = match.patient
        if patient is None:
            patient = _patient(one.appointment)
            made.append(patient)
            known.add(patient)
        visit_id = _visit_id(patient, one.appointment)
        if _stands(one.appointment, standing.get(visit_id), records):
            unchanged += 1
            continue
        checks.append(one.check)
        events.append(_event(one, visit_id, patient, who, at))
    return Intake(tuple(made), tuple(events), tuple(checks), unchanged)


def _cancelled(visit: Visit, who: str, at: datetime) -> VisitEvent:
    return VisitEvent(id=uuid4().hex, visit_id=visit.id, patient_id=visit.patient_id, kind="cancelled", at=at, who=who)


def _patient(appointment: Appointment) -> Patient:
    born = appointment.treatment.patient.birth_date
    return Patient(id=f"p-{uuid4().hex[:16]}", name=appointment.patient, birth_date=born, record=appointment.record)


def _visit_id(patient: Patient, appointment: Appointment) -> str:
    """The same for the same patient, day and time: what is imported again is known by it."""
    start = appointment.start.isoformat("minutes") if appointment.start else ""
    return f"s-{sha256(f'{patient.id} {appointment.on} {start}'.encode()).hexdigest()[:20]}"


def _stands(appointment: Appointment, visit: Visit | None, records: Mapping[str, CheckRecord]) -> bool:
    record = records.get(visit.check_id or "") if visit else None
    return record is not None and case_of(record) == appointment.treatment


def _event(checked: Checked, visit_id: str, patient: Patient, who: str, at: datetime) -> VisitEvent:
    appointment = checked.appointment
    return VisitEvent(
        id=uuid4().hex,
        visit_id=visit_id,
        patient_id=patient.id,
        kind="imported",
        status="booked",
        at=at,
        who=who,
        episode_id=checked.episode_id,
        day=appointment.on,
        starts_at=appointment.start,
        lines=tuple(VisitLine(code=line.code, units=line.units) for line in checked.decision.lines),
        check_id=checked.check.check_id,
    )
