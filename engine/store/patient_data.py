"""All that is held of one patient: given out, or erased so that the log still verifies.

Erasing makes the content beside the log empty. The log's entries stay, with ids and hashes only; the deletion is an
entry of its own (a tombstone) that says who, when and why, and vouches for what is left of each erased entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import orjson
import sqlalchemy
from sqlalchemy import ColumnElement, delete, update
from sqlmodel import Session, col, select

from engine.decision import JsonValue
from engine.store.audit import append_audit
from engine.store.chain import entry_hash, vouched
from engine.store.entries import AT_ONCE, Opened
from engine.store.record_tables import BLANK, AuditRow, ErasedRow, RecordRow, VisitEventRow
from engine.store.records import NoSuchPatient
from engine.store.screen_tables import UploadRow
from engine.store.tables import AnswerRow, Beside, CheckRow, LetterRow, LogRow

Row = CheckRow | LetterRow | AnswerRow | RecordRow | VisitEventRow


@dataclass(frozen=True, slots=True)
class Entry:
    log: LogRow
    row: Row


class PatientData:
    """Methods raise StoreError where the database fails or there is no such patient."""

    def __init__(self, reading: Opened, appending: Opened) -> None:
        self._reading = reading
        self._appending = appending

    def export(self, patient_id: str) -> dict[str, JsonValue]:
        """Records in all their versions, visits, checks, letters, answers, and who saw or changed them."""
        with self._reading() as session:
            held = _held(session, patient_id)
            trail = select(LogRow, AuditRow).join(AuditRow, col(AuditRow.sequence) == col(LogRow.sequence))
            seen = session.exec(trail.where(AuditRow.patient_id == patient_id).order_by(col(LogRow.sequence))).all()
            told: dict[str, JsonValue] = {"patient_id": patient_id}
            for name, kind in (
                ("records", RecordRow), ("visits", VisitEventRow), ("checks", CheckRow), ("answers", AnswerRow),
                ("letters", LetterRow),
            ):  # fmt: skip
                told[name] = [_told(entry) for entry in held if isinstance(entry.row, kind)]
            told["audit"] = [_at(log) | row.model_dump(exclude={"sequence", "covers"}) for log, row in seen]
            return told

    def erase(self, patient_id: str, *, who: str, at: datetime, why: str) -> int:
        """Returns how many entries were emptied. The file is to be wiped afterwards."""
        with self._appending() as session:
            held = _held(session, patient_id)
            left = [(entry.log.sequence, entry_hash(entry.log, *_left(session, entry))) for entry in held]
            tombstone = append_audit(session, "deleted", patient_id, who, at, why, covers=vouched(left))
            session.add_all(
                ErasedRow(sequence=sequence, tombstone=tombstone, remains=remains) for sequence, remains in left
            )
            session.flush()
            for kind, blank in BLANK.items():
                numbers = [entry.log.sequence for entry in held if isinstance(entry.row, kind)]
                for some in _by(AT_ONCE, numbers):
                    session.execute(update(kind).where(col(kind.sequence).in_(some)).values(**blank))
            # Exports that wait to be confirmed may name the patient too; they are read in again.
            session.execute(delete(UploadRow))
            return len(left)

    def erased_at(self, patient_id: str) -> datetime | None:
        """When the patient was deleted; None where that never was."""
        query = select(LogRow.at).join(AuditRow, col(AuditRow.sequence) == col(LogRow.sequence))
        with self._reading() as session:
            return session.exec(query.where(AuditRow.patient_id == patient_id, AuditRow.what == "deleted")).first()


def _held(session: Session, patient_id: str) -> list[Entry]:
    """The entries with content of the patient's, oldest first."""
    records = _records(session, patient_id)
    if not records:
        raise NoSuchPatient(f"There is no patient {patient_id!r}, or what was held was deleted.")
    visits = _entries(session, VisitEventRow, col(VisitEventRow.patient_id) == patient_id)
    names = _naming(records)
    checks = _checks(session, names, visits, patient_id)
    packets = _entries(session, RecordRow, (col(RecordRow.kind) == "packet") & (col(RecordRow.content) != b""))
    theirs = [entry for entry in packets if isinstance(entry.row, RecordRow) and names(entry.row.content)]
    ids = {entry.log.check_id for entry in checks}
    papers = [
        entry
        for kind in (AnswerRow, LetterRow)
        for some in _by(AT_ONCE, sorted(ids))
        for entry in _entries(session, kind, col(LogRow.check_id).in_(some))
    ]
    found = {entry.log.sequence: entry for entry in (*records, *theirs, *visits, *checks, *papers)}
    return [found[sequence] for sequence in sorted(found)]


def _records(session: Session, patient_id: str) -> list[Entry]:
    """Versions of the patient, of what belongs to them, and of whatever was recorded as theirs."""
    every = _entries(session, RecordRow, col(RecordRow.content) != b"")
    theirs = {("patient", patient_id)}
    for belongs_to, kind in (("patient_id", "episode"), ("episode_id", "authorization")):
        owners = {record_id for _, record_id in theirs}
        for row in (entry.row for entry in every):
            if isinstance(row, RecordRow) and row.kind == kind and orjson.loads(row.content)[belongs_to] in owners:
                theirs.add((kind, row.record_id))
    audited = set(session.exec(select(AuditRow.sequence).where(AuditRow.patient_id == patient_id)))
    return [
        entry
        for entry in every
        if isinstance(entry.row, RecordRow)
        and ((entry.row.kind, entry.row.record_id) in theirs or entry.log.sequence in audited)
    ]


def _naming(records: Sequence[Entry]) -> Callable[[bytes], bool]:
    """Whether what holds a case, as JSON, names the patient and no other birth date."""
    patients = [entry.row for entry in records if isinstance(entry.row, RecordRow) and entry.row.kind == "patient"]
    named = [(_words(told["name"]), told.get("birth_date")) for told in (orjson.loads(row.content) for row in patients)]

    def names(content: bytes) -> bool:
        told = orjson.loads(content)
        patient = told.get("case", told).get("patient") or {}
        called, born = _words(patient.get("name") or ""), patient.get("birth_date")
        return any(called == name and (not born or not birth or born == birth) for name, birth in named)

    return names


def _checks(session: Session, names: Callable[[bytes], bool], visits: Sequence[Entry], patient_id: str) -> list[Entry]:
    """Those of the patient's visits, and those whose case names the patient."""
    ids = set(_check_ids(entry.row.content for entry in visits if isinstance(entry.row, VisitEventRow)))
    others = select(VisitEventRow.content).where(VisitEventRow.patient_id != patient_id, VisitEventRow.content != b"")
    ids -= set(_check_ids(session.exec(others)))

    def theirs(entry: Entry) -> bool:
        assert isinstance(entry.row, CheckRow)
        return entry.log.check_id in ids or names(entry.row.case_json)

    return [entry for entry in _entries(session, CheckRow, col(CheckRow.case_json) != b"") if theirs(entry)]


def _check_ids(contents: Iterable[bytes]) -> Iterator[str]:
    return (told["check_id"] for told in map(orjson.loads, filter(None, contents)) if told.get("check_id"))


def _words(name: str) -> tuple[str, ...]:
    """The words of a name in no order: "Last, First" is "First Last"."""
    return tuple(sorted(re.findall(r"[^\W_]+", name.casefold())))


def _entries(session: Session, kind: type[Row], condition: ColumnElement[bool]) -> list[Entry]:
    query = sqlalchemy.select(LogRow, kind).join(kind, col(kind.sequence) == col(LogRow.sequence)).where(condition)
    return [Entry(log, row) for log, row in session.execute(query.order_by(col(LogRow.sequence)))]


def _left(session: Session, entry: Entry) -> Iterator[Beside]:
    """What stands beside the entry once it is erased."""
    yield type(entry.row)(**entry.row.model_dump() | BLANK[type(entry.row)])
    if audited := session.get(AuditRow, entry.log.sequence):
        yield audited


def _by(number: int, items: Sequence[object]) -> Iterator[Sequence[object]]:
    return (items[at : at + number] for at in range(0, len(items), number))


def _at(log: LogRow) -> dict[str, JsonValue]:
    return {"entry": log.sequence, "at": log.at.astimezone(UTC).isoformat(), "hash": log.hash}


def _told(entry: Entry) -> dict[str, JsonValue]:
    told = _at(entry.log) | {"about": entry.log.check_id, "what": entry.log.headline}
    for name, value in entry.row.model_dump(exclude={"sequence"}).items():
        # Content is JSON already.
        told[name.removesuffix("_json")] = orjson.loads(value) if isinstance(value, bytes) else _plain(value)
    return told


def _plain(value: object) -> JsonValue:
    return value.isoformat() if isinstance(value, date) else value  # type: ignore[return-value]
