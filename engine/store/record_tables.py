"""The tables of what the log holds besides checks: records, visits, who did what, looks at rules, and what was erased.

They stand apart from those of a check, which needs none of them, for each takes milliseconds to describe.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from engine.store.tables import AnswerRow, Beside, CheckRow, LetterRow


class RecordRow(Beside, table=True):
    """One version of a patient, an episode or an authorization. The newest is how it stands, all are its history."""

    __tablename__ = "precertain_record"
    hashed_as: ClassVar[str] = "record"
    __table_args__ = (UniqueConstraint("kind", "record_id", "version"),)

    kind: str
    record_id: str
    version: int
    who: str
    content: bytes


class VisitEventRow(Beside, table=True):
    __tablename__ = "precertain_visit_event"
    hashed_as: ClassVar[str] = "visit_event"

    event_id: str = Field(unique=True)
    visit_id: str = Field(index=True)
    patient_id: str = Field(index=True)
    who: str
    content: bytes


class AuditRow(Beside, table=True):
    """``covers``: of a deletion, the digest of what is left of the entries that it erased."""

    __tablename__ = "precertain_audit"
    hashed_as: ClassVar[str] = "audit"

    who: str = Field(index=True)
    what: str
    patient_id: str | None = Field(default=None, index=True)
    detail: str | None = None
    covers: str | None = None


class RuleReviewRow(Beside, table=True):
    """A look at a rule. ``signature``: Ed25519, as hex."""

    __tablename__ = "precertain_rule_review"
    hashed_as: ClassVar[str] = "review"

    rule: str = Field(index=True)
    text_sha256: str
    verified: date
    who: str
    note: str | None = None
    signature: str


class ContradictionRow(Beside, table=True):
    """What a payer said otherwise than a rule decided in the check that the entry names."""

    __tablename__ = "precertain_contradiction"
    hashed_as: ClassVar[str] = "contradiction"

    rule: str = Field(index=True)
    answer: str | None = None
    said: str
    said_by: str
    reference: str | None = None
    who: str | None = None


class ErasedRow(SQLModel, table=True):
    """An entry whose content was erased, the deletion that did it, and the hash of what is left of the entry."""

    __tablename__ = "precertain_erased"

    sequence: int = Field(
        primary_key=True, foreign_key="precertain_log.sequence", sa_column_kwargs={"autoincrement": False}
    )
    tombstone: int = Field(foreign_key="precertain_log.sequence", index=True)
    remains: str


BESIDE: tuple[type[Beside], ...] = (
    CheckRow, LetterRow, AnswerRow, RecordRow, VisitEventRow, AuditRow, RuleReviewRow, ContradictionRow,
)  # fmt: skip

BLANK: dict[type[CheckRow | LetterRow | AnswerRow | RecordRow | VisitEventRow], dict[str, str | bytes | None]] = {
    CheckRow: {"case_json": b"", "decision_json": b""},
    LetterRow: {"file_name": ""},
    AnswerRow: {"value": "", "said_by": None, "reference": None},
    RecordRow: {"content": b""},
    VisitEventRow: {"content": b""},
}
"""What may hold a patient's data, as it is once that was erased."""
