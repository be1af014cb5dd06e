"""Exports that wait to be confirmed, and what was told of columns, for the next file with the same headers.

An export holds patients: it is its uploader's alone, goes when it is recorded or dropped, and after ``KEPT_FOR``.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete
from sqlmodel import Session, col, select

from engine.store.entries import Opened, storable
from engine.store.screen_tables import ColumnsRow, UploadRow

KEPT_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Upload:
    """``mapping``: what was told of its columns, as JSON."""

    id: str
    name: str
    content: bytes
    mapping: bytes


class Uploads:
    """The exports of an open store. Methods raise StoreError; what returned is on disk."""

    def __init__(self, reading: Opened, writing: Opened) -> None:
        self._reading = reading
        self._writing = writing

    def keep(self, name: str, content: bytes, mapping: bytes, *, user_id: int, at: datetime) -> str:
        """The id under which its uploader finds it."""
        upload_id = secrets.token_urlsafe(16)
        with self._writing() as session:
            _clear(session, at)
            session.add(
                UploadRow(id=upload_id, user_id=user_id, at=at, name=storable(name), content=content, mapping=mapping)
            )
        return upload_id

    def find(self, upload_id: str, *, user_id: int, at: datetime) -> Upload | None:
        """None where there is none such of this person, or it was kept long enough."""
        self.clear(at)
        with self._reading() as session:
            row = session.get(UploadRow, upload_id)
            if row is None or row.user_id != user_id:
                return None
            return Upload(row.id, row.name, row.content, row.mapping)

    def tell(self, upload_id: str, mapping: bytes) -> None:
        """What its columns hold; nothing where it is gone."""
        with self._writing() as session:
            if row := session.get(UploadRow, upload_id):
                row.mapping = mapping

    def drop(self, upload_id: str) -> None:
        with self._writing() as session:
            session.execute(delete(UploadRow).where(col(UploadRow.id) == upload_id))

    def clear(self, at: datetime) -> None:
        """Drop those that were kept long enough."""
        with self._reading() as session:
            if session.exec(select(UploadRow.id).where(col(UploadRow.at) <= at - KEPT_FOR).limit(1)).first() is None:
                return
        with self._writing() as session:
            _clear(session, at)

    def columns(self, headers: Sequence[str]) -> bytes | None:
        """What was told the last time of a file with these headers."""
        with self._reading() as session:
            found = session.get(ColumnsRow, _hash(headers))
            return found.mapping if found else None

    def remember(self, headers: Sequence[str], mapping: bytes, *, at: datetime) -> None:
        with self._writing() as session:
            session.merge(ColumnsRow(headers_hash=_hash(headers), at=at, mapping=mapping))


def _clear(session: Session, at: datetime) -> None:
    session.execute(delete(UploadRow).where(col(UploadRow.at) <= at - KEPT_FOR))


def _hash(headers: Sequence[str]) -> str:
    return sha256(json.dumps(list(headers)).encode()).hexdigest()
