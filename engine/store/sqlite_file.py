"""An SQLite database's file: made whole, connected so that what was acknowledged stays."""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from engine.store.folder import data_folder
from engine.store.records import StoreError


def default_file() -> Path:
    """The database in the user's data folder, which is made. Raises StoreError."""
    path = data_folder() / "precertain.db"
    _make_folder(path.parent)
    return path


def set_up(connection: sqlite3.Connection) -> None:
    """What every connection begins with."""
    # FULL: a commit returns once it is on disk. fullfsync: macOS alone needs it to mean that. secure_delete: what is
    # erased is overwritten.
    for pragma in ("synchronous = FULL", "fullfsync = ON", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The folder {folder} cannot be created: {error.strerror}. Make it writable, "
            "or name another database in PRECERTAIN_DATABASE_URL."
        ) from None


def ensure_file(path: Path) -> None:
    """Create the file where there is none. Raises StoreError."""
    try:
        if not path.exists():
            _create(path)
        elif path.stat().st_size == 0:
            # SQLite would take it for a new database, and forget what is still in its write-ahead log.
            raise StoreError(
                f"The database {path} is empty: it was cut off. Restore it from a backup, "
                "or move it away to start a new one."
            )
    except OSError as error:
        raise StoreError(
            f"The database {path} cannot be created: {error.strerror}. Make its folder exist and be writable, "
            "or name another database in PRECERTAIN_DATABASE_URL."
        ) from None
    except sqlite3.Error:
        raise StoreError(
            f"The database {path} cannot be created. See that the disk has room, "
            "or name another database in PRECERTAIN_DATABASE_URL."
        ) from None


def _create(path: Path) -> None:
    """An empty database in WAL mode, readable by its owner only.

    It is made under another name and moved: it appears at once and whole, whoever else creates it or is killed.
    """
    handle, name = tempfile.mkstemp(prefix=".precertain-", suffix=".db", dir=path.parent)
    os.close(handle)
    fresh = Path(name)
    try:
        with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA user_version = 1")
        with fresh.open("rb+") as written:  # all of it at once, in place of SQLite's step by step
            os.fsync(written.fileno())
        if sys.platform == "win32":
            fresh.rename(path)
        else:
            os.link(fresh, path)
            flush_folder(path.parent)
    except FileExistsError:
        pass  # Another process was first: its database is the one.
    finally:
        fresh.unlink(missing_ok=True)


def flush_folder(folder: Path) -> None:
    """A new file survives a power cut only once its folder's own entry is on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
