"""What a change of rules may touch: the visits of a file, and what the store holds that is still to come or open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Literal, TypeVar

import orjson

from engine.cases import CaseRead, case_of
from engine.quality.impact import Subject
from engine.schedule.appointments import Appointment
from engine.schedule.standing import Standing, standing_of
from engine.store.repository import Store
from engine.tracking.next_visit import next_visit
from engine.tracking.packets import Packet
from engine.tracking.records import AuthorizationRecord, Episode, Tracked, Visit
from engine.tracking.states import AWAITED, GRANTED, TO_SEND
from engine.treatment import PlannedTreatment

Item = TypeVar("Item")
_OPEN = AWAITED | GRANTED | TO_SEND
_PATIENTS_AT_ONCE = 200
_NO_CASE = b"{}"
"""Of what is tracked, but not so far that it could be decided: it is told."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """``each`` is read as it is needed; ``expected``: about how many there are."""

    each: Iterator[Subject]
    expected: int


def of_cases(cases: Sequence[CaseRead], today: date) -> Subjects:
    """The cases of a file."""
    return Subjects(
        (
            Subject(
                "visit", one.treatment.id or f"line {one.where.line}", _json(one.treatment), today,
                place=f"{one.where.file}:{one.where.line}",
            )
            for one in cases
        ),
        len(cases),
    )  # fmt: skip


def of_appointments(appointments: Sequence[Appointment], today: date) -> Subjects:
    """The visits of an export."""
    return Subjects(
        (
            Subject(
                "visit", f"line {one.where.line}", _json(one.treatment), today, patient=one.record, name=one.patient,
                starts_at=one.start, place=f"{one.where.file}:{one.where.line}",
            )
            for one in appointments
        ),
        len(appointments),
    )  # fmt: skip


def of_store(store: Store, today: date) -> Subjects:
    """Booked visits, open authorizations, letters that were sent, and checks of no tracked visit, from today on.

    Of several checks with one case id the newest counts. Reading raises StoreError.
    """
    tracked = store.tracking.everything()
    open_ones = sum(_is_open(one, today) for one in tracked.authorizations)
    booked = sum(_is_ahead(visit, today) for visit in tracked.visits)
    return Subjects(_of_store(store, tracked, today), booked + open_ones + store.number_from(today))


def _of_store(store: Store, tracked: Tracked, today: date) -> Iterator[Subject]:
    patients = iter(_by_patient(tracked))
    while some := list(islice(patients, _PATIENTS_AT_ONCE)):
        ahead = [[visit for visit in theirs.visits if _is_ahead(visit, today)] for theirs in some]
        records = store.checks({visit.check_id for visits in ahead for visit in visits if visit.check_id})
        for theirs, visits in zip(some, ahead, strict=True):
            yield from (_visit(one, today) for one in standing_of(visits, theirs, records))
            yield from _authorizations(theirs, today)
    yield from _letters(store, today)
    yield from _checks(store, {event.check_id for event in store.tracking.events()}, today)


def _by_patient(tracked: Tracked) -> Iterator[Tracked]:
    """What is tracked, patient by patient."""
    episodes = _grouped((one.patient_id, one) for one in tracked.episodes)
    owner = {one.id: one.patient_id for one in tracked.episodes}
    authorizations = _grouped((owner[one.episode_id], one) for one in tracked.authorizations)
    visits = _grouped((one.patient_id, one) for one in tracked.visits)
    for patient in tracked.patients:
        yield Tracked(
            (patient,),
            tuple(episodes.get(patient.id, ())),
            tuple(authorizations.get(patient.id, ())),
            tuple(visits.get(patient.id, ())),
        )


def _grouped(pairs: Iterable[tuple[str, Item]]) -> Mapping[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for key, item in pairs:
        found.setdefault(key, []).append(item)
    return found


def _is_ahead(visit: Visit, today: date) -> bool:
    return visit.status == "booked" and visit.day >= today


def _is_open(one: AuthorizationRecord, today: date) -> bool:
    return one.state in _OPEN and (one.valid_to is None or one.valid_to >= today)


def _visit(standing: Standing, today: date) -> Subject:
    visit, patient, appointment = standing.visit, standing.patient, standing.appointment
    case = _json(appointment.treatment) if appointment else _NO_CASE
    return Subject("visit", visit.id, case, today, patient=patient.id, name=patient.name, starts_at=visit.starts_at)


def _authorizations(theirs: Tracked, today: date) -> Iterator[Subject]:
    """Each open one of an episode that goes on, as the episode's next visit has it."""
    episodes = {episode.id: episode for episode in theirs.episodes}
    (patient,) = theirs.patients
    for one in theirs.authorizations:
        episode = episodes[one.episode_id]
        if _is_open(one, today) and (episode.discharged_on is None or episode.discharged_on >= today):
            case = case_of(_next_visit(theirs, episode, one, today))
            told = _json(case.model_copy(update={"id": None})) if isinstance(case, PlannedTreatment) else _NO_CASE
            yield Subject("authorization", one.id, told, today, patient=patient.id, name=patient.name)


def _next_visit(theirs: Tracked, episode: Episode, one: AuthorizationRecord, today: date) -> dict[str, str]:
    """Where no visit tells the codes, those that are asked for."""
    facts = next_visit(theirs, episode, today)
    if "lines.1.code" not in facts:
        facts |= {f"lines.{at}.code": code for at, code in enumerate(one.codes, start=1)}
    return facts


def _letters(store: Store, today: date) -> Iterator[Subject]:
    """Letters that were written for a check, and packets that were sent and wait for an answer."""
    packets = [saved.record for saved in store.tracking.all(Packet)]
    for packet in packets:
        if packet.state == "sent":
            yield Subject("letter", packet.id, _json(packet.case), today, letter=packet.kind)
    told = {(packet.check_id, packet.kind) for packet in packets}
    letters = [letter for letter in store.letters() if letter not in told]
    for at in range(0, len(letters), _PATIENTS_AT_ONCE):
        some = letters[at : at + _PATIENTS_AT_ONCE]
        records = store.checks({check_id for check_id, _ in some})
        for check_id, kind in some:
            if record := records.get(check_id):  # none where its patient was deleted
                yield _recorded("letter", check_id, orjson.loads(record.case_json), today, kind)


def _checks(store: Store, of_visits: set[str | None], today: date) -> Iterator[Subject]:
    seen: set[str] = set()
    for check_id, case_json in store.cases_from(today):
        told = orjson.loads(case_json)
        key = told["case"].get("id") or check_id
        if check_id not in of_visits and key not in seen:
            seen.add(key)
            yield _recorded("check", check_id, told, today)


def _recorded(
    kind: Literal["check", "letter"], check_id: str, told: dict[str, Any], today: date, letter: str | None = None
) -> Subject:
    return Subject(
        kind, told["case"].get("id") or check_id, orjson.dumps(told["case"]), today, told["strict"], letter=letter
    )


def _json(treatment: PlannedTreatment) -> bytes:
    return treatment.model_dump_json(exclude_none=True).encode()
