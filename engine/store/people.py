"""Who may sign in, and who is signed in. Passwords come hashed, session tokens too: neither is ever stored."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

from sqlalchemy import URL, Engine, delete, func, text
from sqlmodel import Session, col, select

from engine.store.connection import plain_errors, writing
from engine.store.feeds import Feeds
from engine.store.opening import opened
from engine.store.tables import SessionRow, UserRow

Role = Literal["front_desk", "clinician", "maintainer", "administrator"]

MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
IDLE_FOR = timedelta(minutes=30)
SESSION_FOR = timedelta(hours=12)
_SEEN_EVERY = timedelta(minutes=1)
"""How often a session's last use is written down: not with every page."""


@dataclass(frozen=True, slots=True)
class Person:
    """One who may sign in. ``locked_until``: after repeated wrong passwords."""

    id: int
    name: str
    role: Role
    password_hash: str
    locked_until: datetime | None


class People:
    """The people of an open database. Every method raises StoreError where the database fails."""

    def __init__(self, url: URL, engine: Engine) -> None:
        self._url = url
        self._engine = engine

    @classmethod
    def open(cls, url: str | None) -> People:
        return cls(*opened(url))

    def close(self) -> None:
        self._engine.dispose()

    @property
    def feeds(self) -> Feeds:
        """Their calendar feeds."""
        return Feeds(self._reading, self._writing)

    def none_yet(self) -> bool:
        with self._reading() as session:
            return _count(session) == 0

    def all(self) -> tuple[Person, ...]:
        """By name."""
        with self._reading() as session:
            return tuple(_person(row) for row in session.exec(select(UserRow).order_by(UserRow.name_key)))

    def named(self, name: str) -> Person | None:
        with self._reading() as session:
            row = _by_name(session, name)
            return _person(row) if row else None

    def add_first(self, name: str, password_hash: str, at: datetime) -> Person | None:
        """The administrator; None where there is somebody already."""
        with self._writing() as session:
            if _count(session):
                return None
            return _person(_added(session, name, "administrator", password_hash, at))

    def add(self, name: str, role: Role, password_hash: str, at: datetime) -> Person | None:
        """None where somebody has the name already."""
        with self._writing() as session:
            return None if _by_name(session, name) else _person(_added(session, name, role, password_hash, at))

    def failed(self, person: Person, at: datetime) -> None:
        """A wrong password: with the last one allowed the person is locked out for a while."""
        with self._writing() as session:
            row = session.get_one(UserRow, person.id)
            row.failures += 1
            if row.failures >= MOST_FAILURES:
                row.failures, row.locked_until = 0, at + LOCKED_FOR

    def signed_in(self, person: Person, token_hash: str, at: datetime) -> None:
        """A new session; those that are over are cleared away."""
        with self._writing() as session:
            session.execute(delete(SessionRow).where(col(SessionRow.ends_at) <= at))
            row = session.get_one(UserRow, person.id)
            row.failures, row.locked_until = 0, None
            session.add(SessionRow(token_hash=token_hash, user_id=person.id, seen_at=at, ends_at=at + SESSION_FOR))

    def signed_out(self, token_hash: str) -> None:
        with self._writing() as session:
            session.execute(delete(SessionRow).where(col(SessionRow.token_hash) == token_hash))

    def whose(self, token_hash: str, at: datetime) -> Person | None:
        """Who is signed in with this token; None where the session is over, was idle too long or never was."""
        with self._reading() as session:
            found = session.get(SessionRow, token_hash)
            if found is None or at >= min(found.ends_at, found.seen_at + IDLE_FOR):
                return None
            return _person(session.get_one(UserRow, found.user_id))

    def seen(self, token_hash: str, at: datetime) -> None:
        """The session is in use."""
        with self._reading() as session:
            found = session.get(SessionRow, token_hash)
            if found is None or at < found.seen_at + _SEEN_EVERY:
                return
        with self._writing() as session:
            if row := session.get(SessionRow, token_hash):
                row.seen_at = at

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with plain_errors(self._url), Session(self._engine) as session:
            yield session

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with plain_errors(self._url), Session(writing(self._engine)) as session, session.begin():
            if session.get_bind().dialect.name == "postgresql":
                session.execute(text("LOCK TABLE precertain_user IN EXCLUSIVE MODE"))
            yield session


def _count(session: Session) -> int:
    return session.exec(select(func.count()).select_from(UserRow)).one()


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _by_name(session: Session, name: str) -> UserRow | None:
    return session.exec(select(UserRow).where(UserRow.name_key == _key(name))).one_or_none()


def _added(session: Session, name: str, role: Role, password_hash: str, at: datetime) -> UserRow:
    row = UserRow(name=name, name_key=_key(name), role=role, password_hash=password_hash, created_at=at)
    session.add(row)
    session.flush()
    return row


def _person(row: UserRow) -> Person:
    assert row.id is not None  # the database gave it
    return Person(row.id, row.name, cast("Role", row.role), row.password_hash, row.locked_until)
