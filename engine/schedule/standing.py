"""The visits of a day as the store has them, each with its case and what is tracked of its patient now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from engine.message import Message
from engine.problems import Span
from engine.schedule.appointments import Appointment
from engine.schedule.day import DAYS_AHEAD, Alert
from engine.schedule.tracked import filled
from engine.store.asked import case_of
from engine.store.records import CheckRecord
from engine.store.repository import Store
from engine.tracking.progress import ProgressReports
from engine.tracking.records import Episode, Patient, Tracked, Visit

_TAKING_PLACE = ("booked", "kept")


@dataclass(frozen=True, slots=True)
class Standing:
    """A visit that takes place. ``appointment``: its case with what is tracked; None where it was booked without one;
    ``tracked``: the facts that come from what is tracked."""

    visit: Visit
    patient: Patient
    episode: Episode | None
    appointment: Appointment | None
    tracked: tuple[str, ...]


def standing(store: Store, day: date) -> tuple[tuple[Standing, ...], Tracked]:
    """The visits of the day, and all that is tracked of their patients. Raises StoreError."""
    tracked = store.tracking.of(store.tracking.patients_on(day))
    visits = [visit for visit in tracked.visits if visit.day == day and visit.status in _TAKING_PLACE]
    records = store.checks({visit.check_id for visit in visits if visit.check_id})
    return tuple(standing_of(visits, tracked, records)), tracked


def standing_of(visits: Iterable[Visit], tracked: Tracked, records: Mapping[str, CheckRecord]) -> Iterator[Standing]:
    """The visits, each with its case and what is tracked of its patient; ``records``: their checks by id."""
    patients = {patient.id: patient for patient in tracked.patients}
    for number, visit in enumerate(visits, start=1):
        patient, record = patients[visit.patient_id], records.get(visit.check_id or "")
        if record is None:
            yield Standing(visit, patient, None, None, ())
            continue
        treatment = case_of(record).model_copy(update={"date_of_service": visit.day})
        where = Span("schedule", number, 1)
        told = Appointment(patient.name, visit.day, visit.starts_at, treatment, where, patient.record)
        # A visit is brought to a patient who has neither by the name alone: nothing of theirs is certain.
        case = filled(told, patient if patient.birth_date or patient.record else None, tracked)
        yield Standing(visit, patient, case.episode, replace(told, treatment=case.treatment), case.facts)


def papers_due(standing: Standing, tracked: Tracked, reports: ProgressReports) -> Iterator[Alert]:
    """What the visits and days tracked tell of the episode's papers."""
    episode, last = standing.episode, standing.visit.day + timedelta(days=DAYS_AHEAD)
    if episode is None:
        return
    theirs = [visit for visit in tracked.visits if visit.patient_id == episode.patient_id]
    report = reports.due(episode, theirs)
    if report and report <= last:
        yield Alert("progress_report", Message("the progress report is due, by the visits tracked"), report)
    if episode.plan_ends_on and episode.plan_ends_on <= last:
        yield Alert("recertification", Message("the plan of care ends"), episode.plan_ends_on)
