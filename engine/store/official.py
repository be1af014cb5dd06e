"""Tables of official files in an SQLite file of their own, which holds no patient's data.

Each edition is a table. A new one is filled and swapped in within one transaction: whoever reads meanwhile, or opens
the file after the import was refused or killed, finds the editions that were there before.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from engine.official.editions import Edition, Term
from engine.official.tables import OfficialTables
from engine.problems import Problem, UserError

if TYPE_CHECKING:
    from engine.official.kinds import Kind, Row, Value

    Rows = Iterator[Row]

_APPLICATION = 0x70726563
"""Marks the file as ours: "prec"."""
_VERSION = 1
_BUSY_SECONDS = 5.0
_CATALOGUE = """
CREATE TABLE IF NOT EXISTS edition (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, title TEXT NOT NULL, publisher TEXT NOT NULL,
    name TEXT NOT NULL, first TEXT NOT NULL, last TEXT, stale_after TEXT NOT NULL,
    files TEXT NOT NULL, sha256 TEXT NOT NULL, rows INTEGER NOT NULL, imported_on TEXT NOT NULL,
    UNIQUE (kind, first)
)"""


def open_official(path: Path) -> OfficialTables:
    """The tables imported into this file. Raises UserError where there is none, or it cannot be read."""
    return OfficialTables(OfficialStore.open(path))


class OfficialStore:
    """An open file. What is read is as it was when first read, whatever is imported meanwhile. Raises UserError."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection
        self._one_at_a_time = Lock()
        self._tables: dict[Edition, int] | None = None

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> OfficialStore:
        """The store in this file; ``create`` makes file and folder where there are none."""
        if create:
            try:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise _problem(path, f"cannot be created: {error.strerror}") from None
        mode = "rwc" if create else "rw"
        with _plain_errors(path):
            connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}",
                uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False,
            )  # fmt: skip
            store = cls(path, connection)
            store._set_up()
        return store

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> OfficialStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def editions(self) -> tuple[Edition, ...]:
        """What is loaded, by kind and first day."""
        with self._one_at_a_time:
            return tuple(self._loaded())

    def find(self, edition: Edition, **wanted: Value) -> tuple[Row, ...]:
        """The rows of an edition with these values, by name of the field; without any, all."""
        with self._one_at_a_time, _plain_errors(self._path):
            query = f"SELECT * FROM rows_{self._loaded()[edition]}"
            if wanted:
                query += " WHERE " + " AND ".join(f"{field} = ?" for field in wanted)
            return tuple(self._connection.execute(query, tuple(wanted.values())))

    def load(self, kind: Kind, rows: Rows, finished: Callable[[int], Edition]) -> Edition:
        """Fill a new table with the rows and put the edition, made of their number, in place of what it replaces.

        What ``rows`` raises leaves everything as it was.
        """
        with self._writing() as connection:
            [table] = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM edition").fetchone()
            connection.execute(f"CREATE TABLE rows_{table} ({', '.join(kind.fields)})")
            marks = ", ".join("?" for _ in kind.fields)
            connection.executemany(f"INSERT INTO rows_{table} VALUES ({marks})", rows)
            [count] = connection.execute(f"SELECT count(*) FROM rows_{table}").fetchone()
            edition = finished(count)
            unique = "UNIQUE" if kind.unique else ""
            connection.execute(f"CREATE {unique} INDEX key_{table} ON rows_{table} ({', '.join(kind.key)})")
            for old, identity in self._loaded().items():
                if old.kind == kind.name and (kind.cumulative or old.term.first == edition.term.first):
                    _drop(connection, identity)
            connection.execute(f"INSERT INTO edition VALUES (?{', ?' * 11})", (table, *_stored(edition)))
        return edition

    def remove(self, edition: Edition) -> None:
        """Forget an edition."""
        with self._writing() as connection:
            _drop(connection, self._loaded()[edition])

    def _loaded(self) -> dict[Edition, int]:
        if self._tables is None:
            with _plain_errors(self._path):
                if not self._connection.in_transaction:
                    self._connection.execute("BEGIN")
                found = self._connection.execute("SELECT * FROM edition ORDER BY kind, first").fetchall()
            try:
                self._tables = {_edition(tuple(columns)): identity for identity, *columns in found}
            except (ValueError, TypeError):
                raise _problem(self._path, _DAMAGED) from None
        return self._tables

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it, or nothing."""
        connection = self._connection
        with self._one_at_a_time, _plain_errors(self._path):
            self._forget()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                self._forget()

    def _forget(self) -> None:
        """End the reading or the writing under way."""
        self._tables = None
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _set_up(self) -> None:
        connection = self._connection
        [application] = connection.execute("PRAGMA application_id").fetchone()
        [version] = connection.execute("PRAGMA user_version").fetchone()
        [tables] = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if application == _APPLICATION and version == _VERSION:
            return
        if application == _APPLICATION:
            raise _problem(self._path, "was written by a newer version of precertain: update precertain")
        if tables:
            raise _problem(self._path, "is another program's database: name another file in PRECERTAIN_REFERENCE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_CATALOGUE)
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {_VERSION}")
        connection.execute("COMMIT")


def _drop(connection: sqlite3.Connection, table: int) -> None:
    connection.execute(f"DROP TABLE rows_{table}")
    connection.execute("DELETE FROM edition WHERE id = ?", (table,))


def _stored(edition: Edition) -> tuple[str | int | None, ...]:
    """The columns of the catalogue after the identity."""
    term, files = edition.term, json.dumps(edition.files)
    days = term.first.isoformat(), term.last.isoformat() if term.last else None, term.stale_after.isoformat()
    loaded = files, edition.sha256, edition.rows, edition.imported_on.isoformat()
    return edition.kind, edition.title, edition.publisher, term.name, *days, *loaded


def _edition(columns: tuple[Any, ...]) -> Edition:
    kind, title, publisher, name, first, last, stale_after, files, sha256, rows, imported_on = columns
    day = date.fromisoformat
    term = Term(name, day(first), day(last) if last else None, day(stale_after))
    return Edition(kind, title, publisher, term, tuple(json.loads(files)), sha256, rows, day(imported_on))


@contextmanager
def _plain_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        name = "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])
        raise _problem(path, _IN_WORDS.get(name, f"refused: {error}")) from None


def _problem(path: Path, what: str) -> UserError:
    return UserError([Problem("reference-store", f"the file of official tables {path} {what}")])


_DAMAGED = "is damaged: move it away, and import the official files again"
_IN_WORDS = {
    "SQLITE_FULL": "has no room left: make room on the disk; what was loaded before is kept",
    "SQLITE_IOERR": "could not be read or written: is the disk full or failing? What was loaded before is kept",
    "SQLITE_BUSY": "is being written by another import: wait for it to end",
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_READONLY": "may only be read: make it and its folder writable, or name another in PRECERTAIN_REFERENCE",
    "SQLITE_CANTOPEN": "cannot be opened: see that its folder exists and that you may write there",
}
