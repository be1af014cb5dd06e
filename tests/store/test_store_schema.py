"""The schema comes from the migrations, is append-only, and tampering shows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel, create_engine

from engine.store import StoreError, newest, open_store, schema
from engine.store.connection import connect, writing
from engine.store.location import locate
from engine.store.repository import Store
from tests.store.store_writer import a_check, a_letter, an_answer
from tests.store.visit_writer import a_booking, a_patient


@pytest.fixture
def filled(store: Store) -> Store:
    for number in range(4):
        store.record_check(a_check(f"check-{number}", number))
    store.record_letter(a_letter("check-1"))
    store.record_check(a_check("last", 9))
    store.record_answers(an_answer("last"))
    store.tracking.add(a_patient("p1"), who="Lee", at=datetime(2026, 11, 24, 11, tzinfo=UTC))
    store.tracking.append(a_booking("v1", "p1"))
    return store


def _run(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def _drop_triggers(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    return [f"DROP TRIGGER {name}" for (name,) in names]


def test_the_migrations_make_the_tables_that_the_models_describe(store: Store, url: str) -> None:
    with create_engine(url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": schema.VERSION_TABLE})
        schema.every_table()  # which brings in the models of all tables
        assert compare_metadata(context, SQLModel.metadata) == []
        assert context.get_current_revision() == schema.REVISION


def _schema_of(path: Path) -> list[tuple[str, ...]]:
    """Every table, index and trigger in SQLite's own words, and the revision."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()
        return found + connection.execute(f"SELECT * FROM {schema.VERSION_TABLE}").fetchall()


def test_a_new_database_is_what_the_migrations_make(store: Store, path: Path) -> None:
    migrated = path.with_name("migrated.db")
    with writing(connect(locate(f"sqlite:///{migrated}"))) as writer, writer.begin() as connection:
        schema.migrate(connection)
    assert ("trigger", "precertain_log_no_delete") in [row[:2] for row in _schema_of(path)]
    assert _schema_of(path) == _schema_of(migrated), "write the script anew: python -m engine.store.newest"
    assert newest.SCRIPT.read_text(encoding="utf-8") == newest.script()


def test_the_revision_looked_for_on_opening_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.REVISION]


def test_an_answer_to_a_check_that_is_not_recorded_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="not recorded"):
        store.record_answers(an_answer("nothing"))


def test_a_folder_with_a_percent_sign_is_migrated_too(tmp_path: Path) -> None:
    folder = tmp_path / "50% done"
    folder.mkdir()
    with open_store(f"sqlite:///{folder}/precertain.db") as store:
        assert store.entries() == ()


def test_a_database_of_a_newer_version_is_left_alone(store: Store, url: str, path: Path) -> None:
    _run(path, "UPDATE precertain_schema SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"newer version of precertain\. Update"):
        open_store(url)


@pytest.mark.sqlite
def test_a_commit_is_on_disk_when_it_returns(url: str) -> None:
    with connect(locate(url)).connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2, "FULL"


@pytest.mark.parametrize(
    "table",
    [
        "precertain_log",
        "precertain_check",
        "precertain_letter",
        "precertain_answer",
        "precertain_record",
        "precertain_visit_event",
    ],
)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET sequence = sequence", "DELETE FROM {}", "INSERT OR REPLACE INTO {0} SELECT * FROM {0}"],
)
def test_what_was_written_can_be_neither_changed_nor_removed(
    filled: Store, path: Path, table: str, statement: str
) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=f"{table} is append-only"):
        _run(path, statement.format(table))
    assert filled.verify() == ()


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("UPDATE precertain_check SET decision_json = x'00' WHERE sequence = 2", [2]),
        ("UPDATE precertain_check SET case_json = x'00' WHERE sequence = 6", [6]),
        ("UPDATE precertain_log SET headline = 'not_covered' WHERE sequence = 3", [3]),
        ("UPDATE precertain_log SET at = '2026-01-01 00:00:00.000000' WHERE sequence = 1", [1]),
        ("UPDATE precertain_log SET rulesets = '[]' WHERE sequence = 1", [1]),
        ("UPDATE precertain_letter SET draft = 0", [5]),
        ("UPDATE precertain_log SET hash = previous_hash WHERE sequence = 2", [2, 3]),
        ("DELETE FROM precertain_letter", [5]),
        ("UPDATE precertain_answer SET value = 'no'", [7]),
        ("UPDATE precertain_answer SET said_by = NULL", [7]),
        ("DELETE FROM precertain_answer", [7]),
        ("UPDATE precertain_record SET content = x'00'", [8]),
        ("UPDATE precertain_record SET who = 'Kim'", [8]),
        ("UPDATE precertain_visit_event SET content = x'00'", [9]),
        ("DELETE FROM precertain_visit_event", [9]),
        ("DELETE FROM precertain_check WHERE sequence = 6", [6]),
        ("DELETE FROM precertain_log WHERE sequence = 6", [6, 7]),
        ("DELETE FROM precertain_log WHERE sequence = 3", [3, 4]),
        ("DELETE FROM precertain_log WHERE sequence = 1", [1, 2]),
        ("UPDATE precertain_check SET sequence = 9 WHERE sequence = 1", [1, 9]),
    ],
)
def test_tampering_past_the_triggers_is_detected(filled: Store, path: Path, tampering: str, broken: list[int]) -> None:
    _run(path, *_drop_triggers(path), tampering)
    assert sorted({found.sequence for found in filled.verify()}) == broken


def test_an_entry_rewritten_with_a_hash_of_its_own_breaks_the_next(filled: Store, path: Path) -> None:
    other = path.with_name("other.db")
    with open_store(f"sqlite:///{other}") as forged:
        forged.record_check(a_check("forged"))
    _run(
        path,
        *_drop_triggers(path),
        f"ATTACH '{other}' AS other",
        "REPLACE INTO precertain_log SELECT * FROM other.precertain_log",
        "REPLACE INTO precertain_check SELECT * FROM other.precertain_check",
    )
    (found,) = filled.verify()
    assert found.sequence == 2
    assert "does not follow" in found.what
