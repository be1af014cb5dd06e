"""Checks appended to an SQLite file by the driver alone: to load the database libraries takes longer than to record."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from engine.store import newest
from engine.store.chain import GENESIS, Link, link, link_hash
from engine.store.records import CheckRecord
from engine.store.sqlite_file import default_file, ensure_file, set_up

_END = "SELECT sequence, hash FROM precertain_log ORDER BY sequence DESC LIMIT 1"
_LOG = (
    "INSERT INTO precertain_log (sequence, kind, at, check_id, payer, headline, date_of_service, rulesets, "
    "previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_CHECK = "INSERT INTO precertain_check (sequence, case_json, decision_json) VALUES (?, ?, ?)"


def plain_file(url: str | None) -> Path | None:
    """The SQLite file that the URL of a store names plainly, without options; None for any other. Raises StoreError."""
    if url is None:
        return default_file()
    kind, _, path = url.partition(":///")
    plain = kind == "sqlite" and path and not path.startswith((":memory:", "file:")) and not {"?", "%"} & set(path)
    return Path(path) if plain else None


def append_checks(url: str | None, checks: Iterable[CheckRecord]) -> bool:
    """Whether all the checks are appended, and on disk.

    Where they are not, none is: ``Store`` then does it, which knows every database, waits for others, brings an older
    schema up to date and says what is wrong. Raises StoreError where there can be no file.
    """
    path = plain_file(url)
    if path is None:
        return False
    ensure_file(path)
    try:
        # Closing takes back what was not committed.
        with closing(_connect(path)) as connection:
            set_up(connection)
            connection.execute("BEGIN IMMEDIATE")
            if not _is_newest(connection):
                return False
            _append(connection, checks)
            connection.execute("COMMIT")
            return True
    except (sqlite3.Error, ValueError):
        return False


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=0)


def _is_newest(connection: sqlite3.Connection) -> bool:
    """Whether the schema is the newest, to which that of a new database is made."""
    if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        newest.create(connection.execute)
    found: tuple[str] | None = connection.execute(f"SELECT version_num FROM {newest.VERSION_TABLE}").fetchone()
    return found == (newest.REVISION,)


def _append(connection: sqlite3.Connection, checks: Iterable[CheckRecord]) -> None:
    end: tuple[int, str] = connection.execute(_END).fetchone() or (0, GENESIS)
    for check in checks:
        log = link(check, "check", check.at, end)
        case, decision = check.case_json, check.decision_json
        hashed = link_hash(log, {"check": {"case_json": case, "decision_json": decision}})
        connection.execute(_LOG, (*_stored(log), hashed))
        connection.execute(_CHECK, (log.sequence, case, decision))
        end = (log.sequence, hashed)


def _stored(log: Link) -> tuple[int | str, ...]:
    """As SQLAlchemy's types keep it in SQLite."""
    return (
        log.sequence,
        log.kind,
        log.at.strftime("%Y-%m-%d %H:%M:%S.%f"),
        log.check_id,
        log.payer,
        log.headline,
        log.date_of_service.isoformat(),
        json.dumps(log.rulesets),
        log.previous_hash,
    )
