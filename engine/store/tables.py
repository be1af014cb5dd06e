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


Beside = CheckRow | LetterRow | AnswerRow | RecordRow | VisitEventRow
"""What stands beside a log entry, under its number: one row."""
BESIDE: tuple[type[Beside], ...] = (CheckRow, LetterRow, AnswerRow, RecordRow, VisitEventRow)
