"""A copy of the whole store as one file, and the store made anew from one: whole or not at all, the old one kept.

The file is an SQLite database of the same tables, whatever the store is kept in; so a backup moves a practice from
SQLite to PostgreSQL and back.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, select

from engine.store.connection import connect, plain_errors, writing
from engine.store.location import locate, named, sqlite_file
from engine.store.opening import opened
from engine.store.records import StoreError
from engine.store.repository import Store
from engine.store.schema import begin_anew, every_table
from engine.store.screen_tables import DraftRow, SessionRow, UserRow
from engine.store.sqlite_file import flush_folder

_ROWS = 500


def backup(url: str | None, file: Path) -> int:
    """Write a consistent copy, readable by its owner alone, while others may write; returns its entries of the log.

    Raises StoreError; then there is no file.
    """
    if file.exists():
        raise StoreError(f"There is a file {file} already. Name another one: a backup is never written over.")
    with _beside(file, "backup") as fresh:
        located, engine = opened(url)
        with plain_errors(located):
            if from_file := sqlite_file(located):
                _copy_file(from_file, fresh)
            else:
                _copy_rows(engine, _new(fresh))
        engine.dispose()
        entries = _require_whole(fresh)
        try:
            os.link(fresh, file)
        except FileExistsError:
            raise StoreError(f"There is a file {file} already. Name another one.") from None
        flush_folder(file.parent)
    return entries


def restore(url: str | None, file: Path, at: datetime) -> Path | None:
    """Make the store anew from a backup; everybody is signed out. Returns where the old one was put, if there was one.

    Raises StoreError where the file is not a whole backup or the store is in use; then the store is as it was.
    """
    if not file.is_file():
        raise StoreError(f"There is no file {file}.")
    target = named(url)
    kept = f"before-restore-{at:%Y%m%d-%H%M%S}"
    path = sqlite_file(target)
    with _beside(path or file, "restore") as fresh:
        with plain_errors(named(f"sqlite:///{file}")):
            _copy_file(file, fresh)
        _require_whole(fresh)
        source = connect(named(f"sqlite:///{fresh}"))
        with source.begin() as connection:
            connection.execute(SessionRow.__table__.delete())  # type: ignore[attr-defined]
        if path is None:
            return _into_server(url, source, file.with_name(f"{file.name}.{kept}"))
        source.dispose()
        _settle(fresh, "WAL")
        old = path.with_name(f"{path.name}.{kept}") if path.exists() else None
        if old is not None:
            with plain_errors(target):
                _require_unused(path)
            os.link(path, old)
        os.replace(fresh, path)
        flush_folder(path.parent)
        return old


def _into_server(url: str | None, source: Engine, old: Path) -> Path | None:
    backup(url, old)
    located = locate(url)
    engine = connect(located)
    with plain_errors(located), writing(engine) as writer, writer.begin() as connection:
        begin_anew(connection)
        with source.connect() as reading:
            _copy(reading, connection)
    engine.dispose()
    source.dispose()
    return old


@contextmanager
def _beside(file: Path, what: str) -> Iterator[Path]:
    """A file beside this one, its owner's alone, that is gone afterwards unless it was moved."""
    try:
        for left in file.parent.glob(f".{file.name}-{what}-*"):  # of one that was killed
            left.unlink()
        handle, name = tempfile.mkstemp(prefix=f".{file.name}-{what}-", dir=file.parent)
    except OSError as error:
        raise StoreError(f"Nothing can be written in {file.parent}: {error.strerror}.") from None
    os.close(handle)
    fresh = Path(name)
    try:
        yield fresh
    finally:
        for left in (fresh, *(Path(f"{name}-{end}") for end in ("wal", "shm", "journal"))):
            left.unlink(missing_ok=True)


def _copy_file(source: Path, target: Path) -> None:
    address = f"{source.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as reading, closing(sqlite3.connect(target)) as to:
        try:
            reading.backup(to)
        except sqlite3.Error:
            raise StoreError(f"The file {source} is not a precertain database, or is damaged.") from None
    _settle(target, "DELETE")


def _settle(file: Path, journal: str) -> None:
    """Everything in the one file, and that on disk."""
    try:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA journal_mode = {journal}")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:
        raise StoreError(f"The file {file.name} is not a precertain database, or is damaged.") from None
    with file.open("rb+") as written:
        os.fsync(written.fileno())


def _new(file: Path) -> Engine:
    engine = connect(named(f"sqlite:///{file}"))
    with writing(engine) as writer, writer.begin() as connection:
        begin_anew(connection)
    return engine


def _copy_rows(source: Engine, target: Engine) -> None:
    snapshot = source.connect().execution_options(isolation_level="REPEATABLE READ")
    with snapshot as reading, writing(target) as writer, writer.begin() as connection:
        _copy(reading, connection)
    target.dispose()


def _copy(reading: Connection, writing_to: Connection) -> None:
    for table in every_table():
        rows = reading.execution_options(yield_per=_ROWS).execute(select(table)).mappings()
        for some in rows.partitions(_ROWS):
            writing_to.execute(insert(table), [dict(row) for row in some])
    if writing_to.dialect.name == "postgresql":
        for name in (UserRow.__tablename__, DraftRow.__tablename__):
            writing_to.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), COALESCE(MAX(id), 0) + 1, false) FROM {name}"
            )


def _require_whole(file: Path) -> int:
    """Brought up to date, read through and verified; returns how many entries its log has."""
    with closing(sqlite3.connect(file)) as connection:
        try:
            found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'precertain_log'").fetchone()
        except sqlite3.Error:
            found = None
    if found is None:
        raise StoreError("The file is not a backup of precertain, or is damaged. Nothing was changed.")
    with Store.open(f"sqlite:///{file}") as store:
        if broken := store.verify():
            raise StoreError(
                f"The log in it is not as it was written: entry {broken[0].sequence}, {broken[0].what}. "
                "Nothing was changed."
            )
        return store.length()


def _require_unused(path: Path) -> None:
    """Only the last connection can leave the write-ahead log: nobody else has the database open."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=1)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError:
            raise StoreError(
                f"The database {path} is in use. Stop `precertain serve` and whatever else has it open, and restore "
                "again. Nothing was changed."
            ) from None
