"""Who saw or changed which patient, and who let whom in: entries of the log. A patient is named by id only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, cast

from sqlmodel import Session, col, select

from engine.store.entries import Opened, append_all, chain_end, storable
from engine.store.record_tables import AuditRow
from engine.store.tables import LogRow

AuditAction = Literal[
    "viewed", "listed", "checked", "downloaded", "changed", "exported", "deleted",
    "let in", "role changed", "password reset", "password changed", "locked", "unlocked", "sessions ended", "removed",
    "signed in", "signed out", "sign-in failed", "locked out",
    "rules drafted", "rules proposed", "rules released", "rules went back", "draft discarded",
    "draft started over",
]  # fmt: skip
"""What was done: to a patient; the second line to a person who signs in, the third by that person; then rules."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """``at`` is UTC; ``detail`` says what of it, without patient data."""

    sequence: int
    at: datetime
    who: str
    what: AuditAction
    patient_id: str | None
    detail: str | None


class Audit:
    """The audited part of an open store. Methods raise StoreError; what returned is on disk."""

    def __init__(self, reading: Opened, appending: Opened) -> None:
        self._reading = reading
        self._appending = appending

    def seen(self, what: AuditAction, patient_ids: Iterable[str], *, who: str, at: datetime, detail: str = "") -> None:
        """That these patients were seen, an entry each: all or, where it raises, none."""
        if ids := tuple(dict.fromkeys(patient_ids)):
            with self._appending() as session:
                append_all(session, (_entry(session, what, patient_id, who, at, detail) for patient_id in ids))

    def trail(
        self,
        *,
        who: str | None = None,
        patient_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        before: int | None = None,
        limit: int | None = None,
    ) -> tuple[AuditEntry, ...]:
        """Newest first: from ``since``, and before ``until`` and the entry ``before``."""
        query = select(LogRow.at, AuditRow).join(AuditRow, col(AuditRow.sequence) == col(LogRow.sequence))
        if who is not None:
            query = query.where(AuditRow.who == who)
        if patient_id is not None:
            query = query.where(AuditRow.patient_id == patient_id)
        if since is not None:
            query = query.where(col(LogRow.at) >= since)
        if until is not None:
            query = query.where(col(LogRow.at) < until)
        if before is not None:
            query = query.where(col(LogRow.sequence) < before)
        with self._reading() as session:
            found = session.exec(query.order_by(col(LogRow.sequence).desc()).limit(limit))
            return tuple(
                AuditEntry(row.sequence, at, row.who, cast("AuditAction", row.what), row.patient_id, row.detail)
                for at, row in found
            )

    def people(self) -> tuple[str, ...]:
        """Everybody whose doing is recorded, by name."""
        with self._reading() as session:
            return tuple(session.exec(select(AuditRow.who).distinct().order_by(AuditRow.who)))


def append_audit(
    session: Session,
    what: AuditAction,
    patient_id: str | None,
    who: str,
    at: datetime,
    detail: str,
    *,
    covers: str | None = None,
) -> int:
    """An entry at the chain's end, in a transaction that may append to the log; returns its number."""
    log, beside = _entry(session, what, patient_id, who, at, detail, covers)
    append_all(session, [(log, beside)])
    return log.sequence


def _entry(
    session: Session,
    what: AuditAction,
    patient_id: str | None,
    who: str,
    at: datetime,
    detail: str,
    covers: str | None = None,
) -> tuple[LogRow, tuple[AuditRow]]:
    sequence, previous_hash = chain_end(session)
    log = LogRow(
        sequence=sequence + 1, kind="audit", at=at.astimezone(UTC), check_id=patient_id or "", payer="", headline=what,
        date_of_service=at.date(), rulesets=[], previous_hash=previous_hash, hash="",
    )  # fmt: skip
    row = AuditRow(
        sequence=log.sequence, who=storable(who), what=what, patient_id=patient_id, detail=storable(detail) or None,
        covers=covers,
    )  # fmt: skip
    return log, (row,)
