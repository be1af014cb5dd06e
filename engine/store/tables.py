"""The tables of the log and of what a check leaves beside it. Only the log is read to list; cases, decisions and the
rest of what holds patient data lie beside it."""

# No annotations of the future here: pydantic would compile each from its text, at every start.
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import JSON, Column
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


class Beside(SQLModel):
    """What stands beside a log entry, under its number: one row, and beside a change that of who made it.

    ``hashed_as``: the name under which the row enters the hash of its entry.
    """

    hashed_as: ClassVar[str]

    sequence: int = Field(
        primary_key=True, foreign_key="precertain_log.sequence", sa_column_kwargs={"autoincrement": False}
    )


class CheckRow(Beside, table=True):
    __tablename__ = "precertain_check"
    hashed_as: ClassVar[str] = "check"

    case_json: bytes
    decision_json: bytes


class LetterRow(Beside, table=True):
    __tablename__ = "precertain_letter"
    hashed_as: ClassVar[str] = "letter"

    kind: str
    file_name: str
    sha256: str
    format: str
    draft: bool


class AnswerRow(Beside, table=True):
    __tablename__ = "precertain_answer"
    hashed_as: ClassVar[str] = "answer"

    fact: str
    value: str
    said_by: str | None
    reference: str | None
