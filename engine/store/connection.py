"""Connections set up so that what was acknowledged stays, and the database's errors in plain words."""

from __future__ import annotations

import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from engine.store.records import StoreError
from engine.store.sqlite_file import set_up

BUSY_SECONDS = 5.0
"""How long a write waits for another process's; the URL may say otherwise (``?timeout=``)."""

WRITES = "precertain_writes"
_TURN_SECONDS = 60.0
_turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
"""By the SQLite file."""


def connect(url: URL) -> Engine:
    """An engine for this URL. Nothing is opened yet. Raises StoreError where its driver is not to be had."""
    options: dict[str, object] = {}
    is_sqlite = url.get_backend_name() == "sqlite"
    if is_sqlite:
        # The driver's own transactions begin too late to be immediate.
        options = {"isolation_level": None} | ({} if "timeout" in url.query else {"timeout": BUSY_SECONDS})
    try:
        engine = create_engine(url, connect_args=options, hide_parameters=True)
    except (ImportError, ArgumentError, ValueError, TypeError):
        raise StoreError(
            f"No driver for a database of the kind {url.drivername!r} is installed. "
            "Use sqlite:////folder/precertain.db, or install the driver beside precertain."
        ) from None
    if is_sqlite:
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Engine]:
    """The same engine, its transactions holding the write lock from the start: a chain has one end.

    Of one process, one writes at a time to an SQLite file and the others wait their turn: SQLite would let some wait
    in vain while others, who came later, write.
    """
    turn = _turns[engine.url.database or ""] if engine.dialect.name == "sqlite" else threading.Lock()
    has_turn = turn.acquire(timeout=_TURN_SECONDS)  # in vain: then the database says who holds it
    try:
        yield engine.execution_options(**{WRITES: True})
    finally:
        if has_turn:
            turn.release()


def _set_up_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    set_up(connection)


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def wipe(engine: Engine) -> None:
    """Rewrite the database without what was erased, its write-ahead log included. Raises StoreError where others read
    it just now: what was erased may still be found in the file until it is wiped again."""
    with engine.connect() as connection:
        direct = connection.execution_options(isolation_level="AUTOCOMMIT")
        if engine.dialect.name == "sqlite":
            driver = direct.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            if driver.in_transaction:
                driver.execute("COMMIT")
            driver.execute("VACUUM")
            busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                raise StoreError(
                    "What was deleted is no longer shown, but may still be found in the file: another program is "
                    "reading it. Do it again in a moment."
                )
        else:
            direct.exec_driver_sql("VACUUM FULL")


@contextmanager
def plain_errors(url: URL) -> Iterator[None]:
    """Turns what the database raises into a StoreError. The cause is cut off: its text may quote what was stored."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"The database {_name(url)} {_in_words(error)}") from None
    except (ValueError, TypeError):
        # What was read is not of its column's type. (What cannot be bound is a StatementError: our mistake.)
        raise StoreError(f"The database {_name(url)} {_DAMAGED}") from None


def require_intact(connection: Connection, url: URL) -> None:
    """SQLite's own check of the file, indexes included. Raises StoreError."""
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar() != "ok":
        raise StoreError(f"The database {_name(url)} {_DAMAGED}")


def _name(url: URL) -> str:
    if url.get_backend_name() == "sqlite" and url.database:
        return url.database
    return url.render_as_string(hide_password=True)


_DAMAGED = (
    "is damaged, or is not a precertain database. Nothing was written. Move it away and restore it from a backup; "
    "`sqlite3 FILE .recover` may still read parts of it."
)
_IN_WORDS = {
    "SQLITE_FULL": "has no room left: the disk is full. This was not recorded; what was recorded before is kept. "
    "Make room and try again.",
    "SQLITE_IOERR": "could not be read or written: the disk is full, at its quota, or failing. This was not recorded; "
    "what was recorded before is kept. Make room or check the disk, and try again.",
    "SQLITE_BUSY": "is locked: another program is writing to it and did not finish in time. This was not recorded. "
    "Try again; if it stays locked, close the other program.",
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_MISMATCH": _DAMAGED,
    "SQLITE_READONLY": "may only be read. This was not recorded. Make the file and its folder writable, "
    "or name another database in PRECERTAIN_DATABASE_URL.",
    "SQLITE_CANTOPEN": "cannot be opened. See that its folder exists and that you may write there, "
    "or name another database in PRECERTAIN_DATABASE_URL.",
}
"""By SQLite's primary result code."""


def _in_words(error: DBAPIError) -> str:
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorname", "")
        primary = "_".join(code.split("_")[:2])
        if primary in _IN_WORDS:
            return _IN_WORDS[primary]
        # Without a code it is the driver's: text that is no text, for one. A missing table is a plain SQLITE_ERROR.
        return _DAMAGED if primary in ("", "SQLITE_ERROR") else f"refused ({code}). This was not recorded."
    if isinstance(error, OperationalError):
        first_line = (str(error.orig).splitlines() or [""])[0]
        return f"cannot be reached or used: {first_line}. This was not recorded. Check the server and the URL."
    return f"refused ({type(error.orig).__name__}). This was not recorded."
