"""Appending to the log: where the chain ends, and an entry with its row written together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager

from sqlmodel import Session, col, select

from engine.store.chain import GENESIS, entry_hash
from engine.store.tables import Beside, LogRow

Opened = Callable[[], AbstractContextManager[Session]]
"""Begins a transaction; what writes in it is committed to disk when the block ends well."""


AT_ONCE = 500
"""Values that one query names: every database takes so many."""
_END = "chain_end"
"""Under this name a session remembers what it appended last: within its transaction nobody else appends."""


def storable(text: str) -> str:
    """What people name may hold half a surrogate pair, which no database takes."""
    return text.encode(errors="backslashreplace").decode()


def chain_end(session: Session) -> tuple[int, str]:
    """The number and the hash of the newest entry."""
    if _END not in session.info:
        newest = select(LogRow.sequence, LogRow.hash).order_by(col(LogRow.sequence).desc()).limit(1)
        session.info[_END] = session.exec(newest).first() or (0, GENESIS)
    end: tuple[int, str] = session.info[_END]
    return end


def append(session: Session, log: LogRow, *beside: Beside) -> None:
    append_all(session, [(log, beside)])


def append_all(session: Session, entries: Iterable[tuple[LogRow, Sequence[Beside]]]) -> int:
    """Append entries, each made when the one before it is the chain's end; returns how many."""
    logs: list[LogRow] = []
    rows: list[Beside] = []
    for log, beside in entries:
        log.hash = entry_hash(log, *beside)
        session.info[_END] = (log.sequence, log.hash)
        logs.append(log)
        rows.extend(beside)
    # One after the other: the foreign key wants the entry first.
    for items in (logs, rows):
        session.add_all(items)
        session.flush()
    return len(logs)
