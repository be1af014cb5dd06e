"""The calendar feeds of people, one each, known by the hash of the secret in their address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select

from engine.store.entries import Opened
from engine.store.screen_tables import FeedRow


class Feeds:
    """The feeds of an open database. Methods raise StoreError; what returned is on disk."""

    def __init__(self, reading: Opened, writing: Opened) -> None:
        self._reading = reading
        self._writing = writing

    def give(self, user_id: int, token_hash: str, at: datetime) -> None:
        """The person's feed from now on; the one before is withdrawn."""
        with self._writing() as session:
            session.execute(delete(FeedRow).where(col(FeedRow.user_id) == user_id))
            session.add(FeedRow(user_id=user_id, token_hash=token_hash, made_at=at))

    def withdraw(self, user_id: int) -> None:
        """The person has no feed any more."""
        with self._writing() as session:
            session.execute(delete(FeedRow).where(col(FeedRow.user_id) == user_id))

    def made_at(self, user_id: int) -> datetime | None:
        """Since when the person has the feed; None where there is none."""
        with self._reading() as session:
            found = session.get(FeedRow, user_id)
            return found.made_at if found else None

    def whose(self, token_hash: str) -> int | None:
        """The id of the person whose feed it is; None where it was withdrawn or never was."""
        with self._reading() as session:
            return session.exec(select(FeedRow.user_id).where(FeedRow.token_hash == token_hash)).one_or_none()
