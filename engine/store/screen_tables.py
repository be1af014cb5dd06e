"""The tables of the screen: who may sign in, who is signed in, and what waits for them. None is a part of the log.

They stand apart from the log's, for a check needs none of them and each takes milliseconds to describe.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field, SQLModel, UTCDateTime


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


class DraftRow(SQLModel, table=True):
    """A version of a draft of a ruleset; ``content``: its YAML."""

    __tablename__ = "precertain_draft"
    __table_args__ = (UniqueConstraint("ruleset", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    ruleset: str
    version: int
    state: str
    who: str
    at: datetime = Field(sa_column=Column(UTCDateTime, nullable=False))
    content: bytes


class DraftTableRow(SQLModel, table=True):
    """A table that a version of a draft keeps in a file beside its YAML; ``draft``: the version's row."""

    __tablename__ = "precertain_draft_table"

    draft: int = Field(primary_key=True, foreign_key="precertain_draft.id", sa_column_kwargs={"autoincrement": False})
    name: str = Field(primary_key=True)
    content: bytes
