"""What is tracked of a patient, where the schedule is silent: only what is certain, and never over what it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

from engine.schedule.appointments import Appointment
from engine.tracking.records import AuthorizationRecord, Episode, Patient, Tracked, Visit
from engine.tracking.states import GRANTED
from engine.tracking.usage import counted, units_of, within_days
from engine.treatment import Authorization, PlannedTreatment


@dataclass(frozen=True, slots=True)
class Filled:
    """The case with what is tracked, the facts that came from there, and the episode that they are of."""

    treatment: PlannedTreatment
    facts: tuple[str, ...]
    episode: Episode | None


def filled(appointment: Appointment, patient: Patient | None, tracked: Tracked) -> Filled:
    """``patient``: the one whom the appointment certainly is of."""
    treatment = appointment.treatment
    episode = _episode(treatment, patient, tracked) if patient else None
    if episode is None:
        return Filled(treatment, (), None)
    facts: list[str] = []
    if treatment.coverage.authorization is None and (found := _authorization(appointment, episode, tracked)):
        coverage = treatment.coverage.model_copy(update={"authorization": found})
        treatment = treatment.model_copy(update={"coverage": coverage})
        facts.append("coverage.authorization")
    if treatment.episode.evaluation_on is None and episode.evaluation_on:
        own = treatment.episode.model_copy(update={"evaluation_on": episode.evaluation_on})
        treatment = treatment.model_copy(update={"episode": own})
        facts.append("episode.evaluation_on")
    return Filled(treatment, tuple(facts), episode)


def _episode(treatment: PlannedTreatment, patient: Patient, tracked: Tracked) -> Episode | None:
    """The patient's one open episode under the payer and discipline of the case."""
    day, discipline = treatment.date_of_service, treatment.provider.discipline
    theirs = [
        one
        for one in tracked.episodes
        if one.patient_id == patient.id
        and one.payer == treatment.coverage.payer
        and discipline in (None, one.discipline)
        and (one.discharged_on is None or day <= one.discharged_on)
        and (one.evaluation_on is None or one.evaluation_on <= day)
    ]
    return theirs[0] if len(theirs) == 1 else None


def _authorization(appointment: Appointment, episode: Episode, tracked: Tracked) -> Authorization | None:
    """The one granted authorization that covers the visit, with what the visits before it use."""
    codes = {line.code for line in appointment.treatment.lines}
    covering = [
        one
        for one in tracked.authorizations
        if one.episode_id == episode.id
        and one.state in GRANTED
        and within_days(one, appointment.on)
        and (not one.codes or codes <= set(one.codes))
    ]
    if len(covering) != 1:
        return None
    found = covering[0]
    theirs = (visit for visit in tracked.visits if visit.patient_id == episode.patient_id)
    before = [visit for visit in counted(found, theirs) if _moment(visit) < (appointment.on, _start(appointment.start))]
    return Authorization(
        number=found.number,
        valid_from=found.valid_from,
        valid_to=found.valid_to,
        visits_approved=found.granted.visits,
        visits_used=None if found.granted.visits is None else len(before),
        units_approved=found.granted.units,
        units_used=None if found.granted.units is None else _units(found, before),
        codes=found.codes or None,
    )


def _moment(visit: Visit) -> tuple[object, time]:
    return visit.day, _start(visit.starts_at)


def _start(at: time | None) -> time:
    return at or time.min


def _units(authorization: AuthorizationRecord, visits: Iterable[Visit]) -> int | None:
    units = [units_of(authorization, visit) for visit in visits]
    return None if None in units else sum(unit for unit in units if unit is not None)
