"""The newest schema of an SQLite database, as the migrations make it, in one script: a new database needs none of them.

After a new migration the script is written anew: python -m engine.store.newest
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

REVISION = "0011"
"""The newest migration; a test holds it to the migrations folder."""

VERSION_TABLE = "precertain_schema"
SCRIPT = Path(__file__).with_name("newest.sql")
_BETWEEN = ";\n\n"
"""Ends a statement; stands in none."""


def create(execute: Callable[[str], object]) -> None:
    """Every table of the newest revision, and its number; in the caller's transaction, in which ``execute`` works."""
    for statement in SCRIPT.read_text(encoding="utf-8").split(_BETWEEN):
        execute(statement)


def script() -> str:
    """What the migrations made of an empty database, in the order in which they made it."""
    from sqlalchemy import create_engine  # a new database needs neither

    from engine.store import schema

    with create_engine("sqlite://").begin() as connection:
        schema.migrate(connection)
        made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
        statements = [statement.strip() for (statement,) in made]
    statements.append(f"INSERT INTO {VERSION_TABLE} VALUES ('{REVISION}')")
    return _BETWEEN.join(statements) + "\n"


if __name__ == "__main__":
    SCRIPT.write_text(script(), encoding="utf-8")
