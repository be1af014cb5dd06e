"""The schema's version: a cheap look on each opening, Alembic only where an older one is brought up to date."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, Table, inspect
from sqlmodel import SQLModel

from engine.store import newest
from engine.store.connection import writing
from engine.store.newest import REVISION, VERSION_TABLE
from engine.store.records import StoreError

_MIGRATING = 7_262_617
"""PostgreSQL's lock under which one process migrates; any number that no other program uses there."""
MIGRATIONS = Path(__file__).parent / "migrations"


def bring_up_to_date(engine: Engine) -> None:
    """Raises StoreError where a newer precertain wrote the database."""
    with engine.connect() as connection:
        if _revision(connection) == REVISION:
            return
    with writing(engine) as writer, writer.begin() as connection:
        if connection.dialect.name == "postgresql":  # SQLite holds its write lock already
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATING})")
        # Another process may have migrated while this one waited for the lock.
        revision = _revision(connection)
        if revision is None:
            _make(connection)
        elif revision < REVISION:
            migrate(connection)
        elif revision > REVISION:
            raise StoreError(
                "The database was written by a newer version of precertain. Update precertain, "
                "or name another database in PRECERTAIN_DATABASE_URL."
            )


def begin_anew(connection: Connection) -> None:
    """The newest tables, empty, in place of those that are there; in the caller's transaction."""
    if connection.dialect.name == "postgresql":
        for table in every_table():
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table.name} CASCADE")
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {VERSION_TABLE}")
        for function in ("precertain_append_only", "precertain_erased_only"):
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {function}()")
    _make(connection)


def every_table() -> list[Table]:
    """Each after those that it refers to."""
    from engine.store import record_tables, screen_tables  # noqa: F401  (a table is known once it is described)

    return SQLModel.metadata.sorted_tables


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    revision: str | None = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar()
    return revision


def _make(connection: Connection) -> None:
    """The newest tables where none are."""
    if connection.dialect.name == "sqlite":
        newest.create(connection.exec_driver_sql)
    else:
        migrate(connection)


def migrate(connection: Connection) -> None:
    """Run the migrations that the database has not seen yet; in the caller's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, "head")
