"""What was asked and answered, and what is tracked, in an append-only log whose entries chain by hash.

Importing this package is cheap: the database libraries load when a store is opened, the migrations' only when needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.store.records import (
    AnswerRecord,
    ChainBreak,
    CheckRecord,
    Conflict,
    EntryKind,
    LetterRecord,
    LogEntry,
    Refused,
    StoreError,
)

if TYPE_CHECKING:
    from engine.store.repository import Store

__all__ = [
    "AnswerRecord",
    "ChainBreak",
    "CheckRecord",
    "Conflict",
    "EntryKind",
    "LetterRecord",
    "LogEntry",
    "Refused",
    "StoreError",
    "open_store",
]


def open_store(url: str | None) -> Store:
    """The store at this SQLAlchemy URL, created or brought up to date where needed.

    None is an SQLite file in the user's data folder. Raises StoreError.
    """
    from engine.store.repository import Store

    return Store.open(url)
