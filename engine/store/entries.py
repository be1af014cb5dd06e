"""Appending to the log: where the chain ends, and an entry with its row written together."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlmodel import Session, col, select

from engine.store.chain import GENESIS, entry_hash
from engine.store.tables import Beside, LogRow

Opened = Callable[[], AbstractContextManager[Session]]
"""Begins a transaction; what writes in it is committed to disk when the block ends well."""


def chain_end(session: Session) -> tuple[int, str]:
    """The number and the hash of the newest entry."""
    last = session.exec(select(LogRow.sequence, LogRow.hash).order_by(col(LogRow.sequence).desc()).limit(1)).first()
    return last or (0, GENESIS)


def append(session: Session, log: LogRow, *beside: Beside) -> None:
    log.hash = entry_hash(log, *beside)
    # One by one: the foreign key wants the entry first.
    for item in (log, *beside):
        session.add(item)
        session.flush()


def storable(text: str) -> str:
    """What people name may hold half a surrogate pair, which no database takes."""
    return text.encode(errors="backslashreplace").decode()
