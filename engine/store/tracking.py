"""Tracked records in versions, and the events of visits: both only ever added to, each addition an entry of the log.

Who changes a record names the version that he read. Where somebody else changed it since, nothing is written and the
second is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from typing import Generic, TypeVar

from sqlmodel import Session, col, func, select

from engine.store.entries import AT_ONCE, Opened, append, append_all, chain_end, storable
from engine.store.record_tables import AuditRow, RecordRow, VisitEventRow
from engine.store.records import Conflict, Refused, StoreError
from engine.store.tables import Beside, LogRow
from engine.tracking.fold import fold, visit_of
from engine.tracking.packets import Packet
from engine.tracking.records import AuthorizationRecord, Episode, Patient, Tracked, Visit, VisitEvent
from engine.tracking.states import refusal

Record = Patient | Episode | AuthorizationRecord | Packet
AnyRecord = TypeVar("AnyRecord", Patient, Episode, AuthorizationRecord, Packet)
_KINDS: dict[type[Record], str] = {
    Patient: "patient", Episode: "episode", AuthorizationRecord: "authorization", Packet: "packet",
}  # fmt: skip
_NEW = 0
_ERASED = b""
"""The content of what was a deleted patient's."""


@dataclass(frozen=True, slots=True)
class Saved(Generic[AnyRecord]):
    """A record in one of its versions, counted from 1, with who wrote it and when (UTC)."""

    record: AnyRecord
    version: int
    who: str
    at: datetime


class Tracking:
    """The tracked part of an open store. Methods raise StoreError; what returned is on disk."""

    def __init__(self, reading: Opened, appending: Opened) -> None:
        self._reading = reading
        self._appending = appending

    def add(self, *records: Record, who: str, at: datetime) -> None:
        """New records, all or none, in an order in which each follows what it belongs to."""
        with self._appending() as session:
            write_records(session, records, who, at)

    def change(self, record: Record, *, read_at: int, who: str, at: datetime) -> int:
        """The record as it shall be, by the version it was read at; returns the new version. Raises Conflict."""
        with self._appending() as session:
            return _write(session, record, read_at, who, at)

    def save(self, *changes: tuple[Record, int], who: str, at: datetime) -> None:
        """Records as they shall be, each by the version it was read at, 0 for a new one: all or none.

        Raises Conflict.
        """
        with self._appending() as session:
            for record, read_at in changes:
                _write(session, record, read_at, who, at)

    def find(self, kind: type[AnyRecord], record_id: str) -> Saved[AnyRecord]:
        """The record as it stands."""
        history = self.history(kind, record_id)
        if history:
            return history[-1]
        with self._reading() as session:
            ids = session.exec(select(RecordRow.record_id).where(RecordRow.kind == _KINDS[kind]).distinct()).all()
        near = get_close_matches(record_id, ids, n=1, cutoff=0.5)
        hint = f" The nearest is {near[0]!r}." if near else ""
        raise StoreError(f"There is no {_KINDS[kind]} {record_id!r}.{hint}")

    def history(self, kind: type[AnyRecord], record_id: str) -> tuple[Saved[AnyRecord], ...]:
        """Every version of the record, the first first; empty where there is none."""
        query = (
            select(RecordRow, LogRow.at)
            .join(LogRow, col(LogRow.sequence) == col(RecordRow.sequence))
            .where(RecordRow.kind == _KINDS[kind], RecordRow.record_id == record_id, RecordRow.content != _ERASED)
            .order_by(col(RecordRow.version))
        )
        with self._reading() as session:
            return tuple(_saved(kind, row, at) for row, at in session.exec(query))

    def all(self, kind: type[AnyRecord]) -> tuple[Saved[AnyRecord], ...]:
        """Every record of a kind as it stands, by id."""
        newest = (
            select(func.max(RecordRow.sequence)).where(RecordRow.kind == _KINDS[kind]).group_by(RecordRow.record_id)
        )
        query = (
            select(RecordRow, LogRow.at)
            .join(LogRow, col(LogRow.sequence) == col(RecordRow.sequence))
            .where(col(RecordRow.sequence).in_(newest), RecordRow.content != _ERASED)
            .order_by(col(RecordRow.record_id))
        )
        with self._reading() as session:
            return tuple(_saved(kind, row, at) for row, at in session.exec(query))

    def append(self, *events: VisitEvent) -> int:
        """All of the events or none; returns how many were new. An event that is there already is not written again."""
        with self._appending() as session:
            for patient_id in {event.patient_id for event in events}:
                _require(session, "patient", patient_id)
            for episode_id in {event.episode_id for event in events if event.episode_id is not None}:
                _require(session, "episode", episode_id)
            return write_events(session, events)

    def tell(self, event: VisitEvent, *, read_at: int) -> None:
        """What became of a visit, by somebody who had read so many of the patient's events. It comes after what he had
        read, also on a clock that was set back meanwhile. Raises Conflict where the visit is another by now."""
        with self._appending() as session:
            events = _events(session, event.patient_id)
            was, now = visit_of(events[:read_at], event.visit_id), visit_of(events, event.visit_id)
            if now is not None and not now.stands_like(was):
                newest = next(one for one in reversed(events) if one.visit_id in now.ids)
                raise Conflict("visit", newest.who, newest.at)
            write_events(session, [_after(events, now, event)])

    def events(self, patient_id: str | None = None) -> tuple[VisitEvent, ...]:
        """What happened to visits, as it came in; of one patient or of all."""
        with self._reading() as session:
            return _events(session, patient_id)

    def patients_on(self, day: date) -> tuple[str, ...]:
        """The ids of the patients of whose visits something was said for that day."""
        query = (
            select(VisitEventRow.patient_id)
            .join(LogRow, col(LogRow.sequence) == col(VisitEventRow.sequence))
            .where(LogRow.date_of_service == day, VisitEventRow.content != _ERASED)
            .distinct()
        )
        with self._reading() as session:
            return tuple(session.exec(query))

    def day_after(self, day: date) -> date | None:
        """The next day for which something was said of a visit."""
        query = (
            select(func.min(LogRow.date_of_service))
            .join(VisitEventRow, col(LogRow.sequence) == col(VisitEventRow.sequence))
            .where(LogRow.date_of_service > day, VisitEventRow.content != _ERASED)
        )
        with self._reading() as session:
            return session.exec(query).one()

    def of(self, patient_ids: Collection[str]) -> Tracked:
        """All that is tracked of these patients."""
        with self._reading() as session:
            found = _found(session, VisitEventRow.patient_id, tuple(patient_ids))
        visits = fold(VisitEvent.model_validate_json(row.content) for row in found if row.content != _ERASED)
        authorizations = [saved.record for saved in self.all(AuthorizationRecord)]
        episodes = [one.record for one in self.all(Episode) if one.record.patient_id in patient_ids]
        patients = [one.record for one in self.all(Patient) if one.record.id in patient_ids]
        ids = {episode.id for episode in episodes}
        theirs = [one for one in authorizations if one.episode_id in ids]
        return Tracked(tuple(patients), tuple(episodes), tuple(theirs), visits)

    def everything(self) -> Tracked:
        """All that is tracked, as it stands, its visits folded."""
        # What belongs to something is read before it: nothing read lacks what was added meanwhile.
        visits = fold(self.events())
        authorizations = tuple(saved.record for saved in self.all(AuthorizationRecord))
        episodes = tuple(saved.record for saved in self.all(Episode))
        patients = tuple(saved.record for saved in self.all(Patient))
        return Tracked(patients, episodes, authorizations, visits)

    def of_patient(self, patient_id: str) -> Tracked:
        """All that is tracked of one patient; nothing where there is no such patient."""
        return self.of((patient_id,))


def _saved(kind: type[AnyRecord], row: RecordRow, at: datetime) -> Saved[AnyRecord]:
    return Saved(kind.model_validate_json(row.content), row.version, row.who, at)


def write_records(session: Session, records: Iterable[Record], who: str, at: datetime) -> None:
    for record in records:
        _write(session, record, _NEW, who, at)


def _write(session: Session, record: Record, read_at: int, who: str, at: datetime) -> int:
    kind = _KINDS[type(record)]
    newest = _newest(session, kind, record.id)
    if newest is None and read_at != _NEW:
        raise StoreError(f"There is no {kind} {record.id!r} to change.")
    if newest is not None and read_at == _NEW:
        raise StoreError(f"Already recorded: {kind} {record.id!r}. Nothing was written.")
    if newest is not None and newest[0].version != read_at:
        raise Conflict(kind, newest[0].who, newest[1])
    patient_id = _patient_of(session, record)
    if newest is not None:
        _require_follows(record, newest[0])
    version = read_at + 1
    what = f"{kind} {record.state}" if isinstance(record, AuthorizationRecord | Packet) else kind
    log = _entry(session, record.id, f"{what}, version {version}", _payer(record), at.date(), at)
    content = record.model_dump_json(exclude_defaults=True).encode()
    append(
        session,
        log,
        RecordRow(
            sequence=log.sequence, kind=kind, record_id=record.id, version=version, who=storable(who), content=content
        ),
        _changed(log, who, patient_id),
    )
    return version


def _payer(record: Record) -> str:
    match record:
        case Episode():
            return record.payer
        case Packet():
            return record.case.coverage.payer
        case _:
            return ""


def _changed(log: LogRow, who: str, patient_id: str) -> AuditRow:
    return AuditRow(
        sequence=log.sequence, who=storable(who), what="changed", patient_id=patient_id, detail=log.headline
    )


def _patient_of(session: Session, record: Record) -> str:
    """Whose the record is; a packet of nobody who is tracked is its own. What it belongs to must be there."""
    match record:
        case Episode():
            _require(session, "patient", record.patient_id)
            return record.patient_id
        case AuthorizationRecord(episode_id=str(episode_id)) | Packet(episode_id=str(episode_id)):
            episode = _require(session, "episode", episode_id)
            return Episode.model_validate_json(episode.content).patient_id
        case _:
            return record.id


def _require_follows(record: Record, newest: RecordRow) -> None:
    """What a record belongs to stays, and an authorization goes only from state to state."""
    was = type(record).model_validate_json(newest.content)
    match record, was:
        case Episode(), Episode() if record.patient_id != was.patient_id:
            raise Refused(f"The episode {record.id!r} is another patient's. Nothing was written.")
        case AuthorizationRecord(), AuthorizationRecord():
            if record.episode_id != was.episode_id:
                raise Refused(f"The authorization {record.id!r} is another episode's. Nothing was written.")
            if record.state != was.state and (problem := refusal(was.state, record.state)):
                said = f"{problem.message[0].upper()}{problem.message[1:]}: {problem.hint}"
                raise Refused(f"{said}. Nothing was written.")


def _require(session: Session, kind: str, record_id: str) -> RecordRow:
    found = _newest(session, kind, record_id)
    if found is None:
        raise StoreError(f"There is no {kind} {record_id!r}: add it first. Nothing was written.")
    return found[0]


def _newest(session: Session, kind: str, record_id: str) -> tuple[RecordRow, datetime] | None:
    query = (
        select(RecordRow, LogRow.at)
        .join(LogRow, col(LogRow.sequence) == col(RecordRow.sequence))
        .where(RecordRow.kind == kind, RecordRow.record_id == record_id)
        .order_by(col(RecordRow.version).desc())
        .limit(1)
    )
    found = session.exec(query).first()
    if found is not None and found[0].content == _ERASED:
        raise Refused(f"The {kind} {record_id!r} was deleted. Nothing was written.")
    return found


def _events(session: Session, patient_id: str | None) -> tuple[VisitEvent, ...]:
    query = select(VisitEventRow.content).where(VisitEventRow.content != _ERASED).order_by(col(VisitEventRow.sequence))
    if patient_id is not None:
        query = query.where(VisitEventRow.patient_id == patient_id)
    return tuple(VisitEvent.model_validate_json(content) for content in session.exec(query))


def write_events(session: Session, events: Iterable[VisitEvent]) -> int:
    """Write the events that are not there yet; returns how many."""
    events = tuple(events)
    there = {row.event_id: row.content for row in _found(session, VisitEventRow.event_id, [one.id for one in events])}
    known = _found(session, VisitEventRow.visit_id, [event.visit_id for event in events])
    owners = {row.visit_id: row.patient_id for row in known}

    def entries() -> Iterator[tuple[LogRow, tuple[Beside, ...]]]:
        for event in events:
            content = event.model_dump_json(exclude_defaults=True).encode()
            was = there.get(event.id)
            if was == content:
                continue
            if was == _ERASED:
                raise Refused(f"The visit {event.visit_id!r} was deleted. Nothing was written.")
            if was is not None:
                raise StoreError(f"Another event has the id {event.id!r}. Nothing was written.")
            _require_visit(event, owners.get(event.visit_id))
            there[event.id], owners[event.visit_id] = content, event.patient_id
            log = _entry(session, event.visit_id, f"visit {event.kind}", "", event.day or event.at.date(), event.at)
            row = VisitEventRow(
                sequence=log.sequence, event_id=event.id, visit_id=event.visit_id, patient_id=event.patient_id,
                who=storable(event.who), content=content,
            )  # fmt: skip
            yield log, (row, _changed(log, event.who, event.patient_id))

    return append_all(session, entries())


def _after(events: Iterable[VisitEvent], visit: Visit | None, event: VisitEvent) -> VisitEvent:
    """The event, at a moment after all that is told of the visit."""
    told = [one.at for one in events if visit is not None and one.visit_id in visit.ids]
    return event.model_copy(update={"at": max([event.at, *(at + timedelta.resolution for at in told)])})


def _found(session: Session, column: str, wanted: Sequence[str]) -> list[VisitEventRow]:
    """The events of which this column is one of the wanted, as they came in."""
    found: list[VisitEventRow] = []
    for at in range(0, len(wanted), AT_ONCE):
        query = select(VisitEventRow).where(col(column).in_(wanted[at : at + AT_ONCE]))
        found += session.exec(query.order_by(col(VisitEventRow.sequence)))
    return found


def _require_visit(event: VisitEvent, owner: str | None) -> None:
    """A visit is one patient's, and is known before it is kept, cancelled or corrected."""
    if owner is None and not event.opens:
        raise StoreError(f"There is no visit {event.visit_id!r}: book or import it first. Nothing was written.")
    if owner is not None and owner != event.patient_id:
        raise StoreError(f"The visit {event.visit_id!r} is another patient's. Nothing was written.")


def _entry(session: Session, about: str, what: str, payer: str, day: date, at: datetime) -> LogRow:
    sequence, previous_hash = chain_end(session)
    return LogRow(
        sequence=sequence + 1, kind="event", at=at.astimezone(UTC), check_id=about, payer=payer, headline=what,
        date_of_service=day, rulesets=[], previous_hash=previous_hash, hash="",
    )  # fmt: skip
