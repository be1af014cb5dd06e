"""The tables of the log and of what lies beside it. Only the log is read to list; cases, decisions and the rest of what
holds patient data lie beside it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel, UTCDateTime


class LogRow(SQLModel, table=True):
    __tablename__ = "precertain_log"

    sequence: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    check_id: str = Field(index=True)
    payer: str
    headline: str
    date_of_service: date
    rulesets: list[dict[str, str]] = Field(sa_column=Column(JSON, nullable=False))
    previous_hash: str = Field(unique=True)
    hash: str


class CheckRow(SQLModel, table=True):
    __tablename__ = "precertain_check"

    sequence: int = Field(
        primary_key=True, foreign_key="precertain_log.sequence", sa_column_kwargs={"autoincrement": False}
    )
    case_json: bytes
    decision_json: bytes


class LetterRow(SQLModel, table=True):
    __tablename__ = "precertain_letter"

    sequence: int = Field(
        primary_key=True, foreign_key="precertain_log.sequence", sa_column_kwargs={"autoincrement": False}
    )
    kind: str
    file_name: str
    sha256: str
    format: str
    draft: bool


class AnswerRow(SQLModel, table=True):
    __tablename__ = "precertain_answer"

    sequence: int = Field(
        primary_key=True, foreign_key="precertain_log.sequence", sa_column_kwargs={"autoincrement": False}
    )
    fact: str
    value: str
    said_by: str | None
    reference: str | None


class RecordRow(SQLModel, table=True):
    """One version of a patient, an episode or an authorization. The newest is how it stands, all are its history."""

    __tablename__ = "precertain_record"
    __table_args__ = (UniqueConstraint("kind", "record_id", "version"),)

    sequence: int = Field(
        primary_key=True, foreign_key="precertain_log.sequence", sa_column_kwargs={"autoincrement": False}
    )
    kind: str
    record_id: str
    version: int
    who: str
    content: bytes


class VisitEventRow(SQLModel, table=True):
    __tablename__ = "precertain_visit_event"

    sequence: int = Field(
        primary_key=True, foreign_key="precertain_log.sequence", sa_column_kwargs={"autoincrement": False}
    )
    event_id: str = Field(unique=True)
    visit_id: str = Field(index=True)
    patient_id: str = Field(index=True)
    who: str
    content: bytes


class AuditRow(SQLModel, table=True):
    """``covers``: of a deletion, the digest of what is left of the entries that it erased."""

    __tablename__ = "precertain_audit"

    sequence: int = Field(
        primary_key=True, foreign_key="precertain_log.sequence", sa_column_kwargs={"autoincrement": False}
    )
    who: str = Field(index=True)
    what: str
    patient_id: str | None = Field(default=None, index=True)
    detail: str | None = None
    covers: str | None = None


class RuleReviewRow(SQLModel, table=True):
    """A look at a rule. ``signature``: Ed25519, as hex."""

    __tablename__ = "precertain_rule_review"

    sequence: int = Field(
        primary_key=True, foreign_key="precertain_log.sequence", sa_column_kwargs={"autoincrement": False}
    )
    rule: str = Field(index=True)
    text_sha256: str
    verified: date
    who: str
    note: str | None = None
    signature: str


class ContradictionRow(SQLModel, table=True):
    """What a payer said otherwise than a rule decided in the check that the entry names."""

    __tablename__ = "precertain_contradiction"

    sequence: int = Field(
        primary_key=True, foreign_key="precertain_log.sequence", sa_column_kwargs={"autoincrement": False}
    )
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


Beside = CheckRow | LetterRow | AnswerRow | RecordRow | VisitEventRow | AuditRow | RuleReviewRow | ContradictionRow
"""What stands beside a log entry, under its number: one row, and beside a change that of who made it."""
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
