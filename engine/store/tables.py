"""The tables. Only the log is read to list; the cases and decisions, which hold patient data, lie beside it."""

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


class UserRow(SQLModel, table=True):
    """``name_key``: the name without case, so that no two look alike; ``failures``: passwords wrong in a row;
    ``locked``: by an administrator; ``must_change``: the password was given for once."""

    __tablename__ = "precertain_user"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    name_key: str = Field(unique=True)
    role: str
    password_hash: str
    failures: int = 0
    locked_until: datetime | None = Field(default=None, sa_column=Column(UTCDateTime, nullable=True))
    locked: bool = False
    must_change: bool = False
    created_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class SessionRow(SQLModel, table=True):
    """``token_hash``: SHA-256 of the cookie, which itself is nowhere stored."""

    __tablename__ = "precertain_session"

    token_hash: str = Field(primary_key=True)
    user_id: int = Field(foreign_key="precertain_user.id", index=True)
    seen_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    ends_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class FeedRow(SQLModel, table=True):
    """A person's calendar feed. ``token_hash``: SHA-256 of the secret in its address, itself nowhere stored."""

    __tablename__ = "precertain_feed"

    user_id: int = Field(primary_key=True, foreign_key="precertain_user.id", sa_column_kwargs={"autoincrement": False})
    token_hash: str = Field(unique=True)
    made_at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))


class UploadRow(SQLModel, table=True):
    """An export between the two steps of its import; ``mapping``: what was told of its columns, as JSON."""

    __tablename__ = "precertain_upload"

    id: str = Field(primary_key=True)
    user_id: int = Field(index=True)
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    name: str
    content: bytes
    mapping: bytes


class ColumnsRow(SQLModel, table=True):
    """What was told of the columns of exports with these headers. ``headers_hash``: SHA-256 of the headers."""

    __tablename__ = "precertain_columns"

    headers_hash: str = Field(primary_key=True)
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    mapping: bytes


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


class ErasedRow(SQLModel, table=True):
    """An entry whose content was erased, the deletion that did it, and the hash of what is left of the entry."""

    __tablename__ = "precertain_erased"

    sequence: int = Field(
        primary_key=True, foreign_key="precertain_log.sequence", sa_column_kwargs={"autoincrement": False}
    )
    tombstone: int = Field(foreign_key="precertain_log.sequence", index=True)
    remains: str


Beside = CheckRow | LetterRow | AnswerRow | RecordRow | VisitEventRow | AuditRow
"""What stands beside a log entry, under its number: one row, and beside a change that of who made it."""
BESIDE: tuple[type[Beside], ...] = (CheckRow, LetterRow, AnswerRow, RecordRow, VisitEventRow, AuditRow)

BLANK: dict[type[CheckRow | LetterRow | AnswerRow | RecordRow | VisitEventRow], dict[str, str | bytes | None]] = {
    CheckRow: {"case_json": b"", "decision_json": b""},
    LetterRow: {"file_name": ""},
    AnswerRow: {"value": "", "said_by": None, "reference": None},
    RecordRow: {"content": b""},
    VisitEventRow: {"content": b""},
}
"""What may hold a patient's data, as it is once that was erased."""
