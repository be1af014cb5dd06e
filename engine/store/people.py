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

from engine.store.audit import AuditAction, append_audit
from engine.store.connection import plain_errors, writing
from engine.store.feeds import Feeds
from engine.store.opening import opened
from engine.store.records import Refused
from engine.store.screen_tables import FeedRow, SessionRow, UserRow

Role = Literal["front_desk", "clinician", "maintainer", "administrator"]

MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
IDLE_FOR = timedelta(minutes=30)
NOBODY = "(nobody known)"
"""Who tried to sign in under a name that nobody has, in the audit log."""
SESSION_FOR = timedelta(hours=12)
_SEEN_EVERY = timedelta(minutes=1)
"""How often a session's last use is written down: not with every page."""


@dataclass(frozen=True, slots=True)
class Person:
    """One who may sign in. ``locked_until``: after repeated wrong passwords; ``locked``: by an administrator;
    ``must_change``: the password was given for once, and opens nothing until it is changed."""

    id: int
    name: str
    role: Role
    password_hash: str
    locked_until: datetime | None
    locked: bool
    must_change: bool


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

    def find(self, person_id: int) -> Person | None:
        with self._reading() as session:
            row = session.get(UserRow, person_id)
            return _person(row) if row else None

    def sessions(self, at: datetime) -> dict[int, int]:
        """How often each is signed in, by id."""
        alive = (col(SessionRow.ends_at) > at) & (col(SessionRow.seen_at) > at - IDLE_FOR)
        with self._reading() as session:
            query = select(SessionRow.user_id, func.count()).where(alive).group_by(col(SessionRow.user_id))
            return dict(session.exec(query).all())

    def add_first(self, name: str, password_hash: str, at: datetime) -> Person | None:
        """The administrator; None where there is somebody already."""
        with self._writing() as session:
            if _count(session):
                return None
            return _person(_added(session, name, "administrator", password_hash, at))

    def add(
        self, name: str, role: Role, password_hash: str, at: datetime, *, by: str, must_change: bool = False
    ) -> Person | None:
        """None where somebody has the name already."""
        with self._writing() as session:
            if _by_name(session, name):
                return None
            row = _added(session, name, role, password_hash, at)
            row.must_change = must_change
            append_audit(session, "let in", None, by, at, f"{name}: {role}")
            return _person(row)

    def change_password(self, person: Person, password_hash: str, at: datetime, *, keeping: str) -> None:
        """By the person itself; ``keeping`` is the hash of the token whose session goes on, every other ends."""
        with self._writing() as session:
            row = session.get_one(UserRow, person.id)
            row.password_hash, row.must_change = password_hash, False
            others = col(SessionRow.token_hash) != keeping
            session.execute(delete(SessionRow).where(col(SessionRow.user_id) == person.id, others))
            append_audit(session, "password changed", None, row.name, at, row.name)

    def reset_password(self, person_id: int, password_hash: str, at: datetime, *, by: str) -> None:
        """A password for once: it must be changed when it is used. The person's sessions end."""
        with self._administering(person_id, "password reset", by, at) as (session, row):
            row.password_hash, row.must_change, row.failures, row.locked_until = password_hash, True, 0, None
            _end_sessions(session, person_id)

    def change_role(self, person_id: int, role: Role, at: datetime, *, by: str) -> None:
        """Raises Refused where nobody would be left to administer."""
        with self._administering(person_id, "role changed", by, at, role) as (session, row):
            if role != "administrator":
                _require_another_administrator(session, row)
            row.role = role

    def lock(self, person_id: int, at: datetime, *, by: str) -> None:
        """Nobody signs in under the name until it is unlocked. Raises Refused like ``change_role``."""
        with self._administering(person_id, "locked", by, at) as (session, row):
            _require_another_administrator(session, row)
            row.locked = True
            _end_sessions(session, person_id)

    def unlock(self, person_id: int, at: datetime, *, by: str) -> None:
        """After a lock, or after too many wrong passwords."""
        with self._administering(person_id, "unlocked", by, at) as (_, row):
            row.locked, row.failures, row.locked_until = False, 0, None

    def end_sessions(self, person_id: int, at: datetime, *, by: str) -> None:
        """Wherever the person is signed in."""
        with self._administering(person_id, "sessions ended", by, at) as (session, _):
            _end_sessions(session, person_id)

    def remove(self, person_id: int, at: datetime, *, by: str) -> None:
        """What the person did stays in the log. Raises Refused like ``change_role``."""
        with self._administering(person_id, "removed", by, at) as (session, row):
            _require_another_administrator(session, row)
            _end_sessions(session, person_id)
            session.execute(delete(FeedRow).where(col(FeedRow.user_id) == person_id))
            session.delete(row)

    def failed(self, person: Person, at: datetime) -> None:
        """A wrong password: with the last one allowed the person is locked out for a while."""
        with self._writing() as session:
            row = session.get_one(UserRow, person.id)
            append_audit(session, "sign-in failed", None, row.name, at, "wrong password")
            row.failures += 1
            if row.failures >= MOST_FAILURES:
                row.failures, row.locked_until = 0, at + LOCKED_FOR
                append_audit(session, "locked out", None, row.name, at, f"until {row.locked_until:%Y-%m-%d %H:%M} UTC")

    def refused(self, person: Person | None, at: datetime) -> None:
        """Somebody tried to sign in as who is locked; or, without a person, under a name that nobody has. What was
        typed is not written down: it may be a password in the wrong field."""
        who, why = (person.name, "locked") if person else (NOBODY, "no such name")
        with self._writing() as session:
            append_audit(session, "sign-in failed", None, who, at, why)

    def signed_in(self, person: Person, token_hash: str, at: datetime) -> None:
        """A new session; those that are over are cleared away."""
        with self._writing() as session:
            session.execute(delete(SessionRow).where(col(SessionRow.ends_at) <= at))
            row = session.get_one(UserRow, person.id)
            row.failures, row.locked_until = 0, None
            append_audit(session, "signed in", None, row.name, at, "")
            session.add(SessionRow(token_hash=token_hash, user_id=person.id, seen_at=at, ends_at=at + SESSION_FOR))

    def signed_out(self, token_hash: str, at: datetime) -> None:
        with self._writing() as session:
            if found := session.get(SessionRow, token_hash):
                append_audit(session, "signed out", None, session.get_one(UserRow, found.user_id).name, at, "")
                session.delete(found)

    def whose(self, token_hash: str, at: datetime) -> Person | None:
        """Who is signed in with this token; None where the session is over, was idle too long or never was."""
        with self._reading() as session:
            found = session.get(SessionRow, token_hash)
            if found is None or at >= min(found.ends_at, found.seen_at + IDLE_FOR):
                return None
            person = _person(session.get_one(UserRow, found.user_id))
            return None if person.locked else person

    def last(self, token_hash: str) -> int | None:
        """The id of whose session it is or, until it is cleared away, was; None where somebody ended it."""
        with self._reading() as session:
            found = session.get(SessionRow, token_hash)
            return found.user_id if found else None

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
    def _administering(
        self, person_id: int, what: AuditAction, by: str, at: datetime, detail: str = ""
    ) -> Iterator[tuple[Session, UserRow]]:
        """A change of a person, recorded in the log with it."""
        with self._writing() as session:
            row = session.get(UserRow, person_id)
            if row is None:
                raise Refused("There is no such person any more: somebody removed them.")
            append_audit(session, what, None, by, at, f"{row.name}: {detail}" if detail else row.name)
            yield session, row

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with plain_errors(self._url), Session(self._engine) as session:
            yield session

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with plain_errors(self._url), writing(self._engine) as engine, Session(engine) as session, session.begin():
            if session.get_bind().dialect.name == "postgresql":
                session.execute(text("LOCK TABLE precertain_user, precertain_log IN EXCLUSIVE MODE"))
            yield session


def _end_sessions(session: Session, person_id: int) -> None:
    session.execute(delete(SessionRow).where(col(SessionRow.user_id) == person_id))


def _require_another_administrator(session: Session, row: UserRow) -> None:
    active = (UserRow.role == "administrator", col(UserRow.locked).is_(False), UserRow.id != row.id)
    if row.role == "administrator" and session.exec(select(UserRow.id).where(*active)).first() is None:
        raise Refused(f"{row.name} is the only administrator who can sign in. Make another one first.")


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
    return Person(
        row.id, row.name, cast("Role", row.role), row.password_hash, row.locked_until, row.locked, row.must_change
    )
