"""Checks that a command records: the same rows whoever appends them, and the store where the driver alone cannot."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from engine.decision import RulesetUsed
from engine.store import StoreError, open_store, record_checks
from engine.store.repository import Store
from tests.store.store_writer import a_check

ROOT = Path(__file__).parents[2]
EAST = timezone(timedelta(hours=3))
CHECKS = (
    a_check("plain"),
    replace(a_check("other-zone", 1), at=datetime(2026, 11, 24, 1, 2, 3, 40, tzinfo=EAST)),
    replace(a_check("on-the-second", 2), at=datetime(2026, 11, 24, tzinfo=UTC)),
    replace(a_check("own-payer", 3), payer="own\ud800é"),
    replace(a_check("own-rules", 4), rulesets=(RulesetUsed("é", "ü", '"'),)),
    replace(a_check("no-rules", 5), rulesets=(), decision_json=b"\x00\xff"),
)


def _rows(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        schema = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()
        names = [name for kind, name, _ in schema if kind == "table"]
        return schema + [
            (name, *row, *map(type, row)) for name in names for row in connection.execute(f"SELECT * FROM {name}")
        ]


def test_the_rows_are_the_same_whoever_appends_them(tmp_path: Path) -> None:
    direct, through_the_store = tmp_path / "direct.db", tmp_path / "store.db"
    for batch in (CHECKS[:2], CHECKS[2:]):
        record_checks(f"sqlite:///{direct}", batch)
        with open_store(f"sqlite:///{through_the_store}") as store:
            store.record_check(*batch)
    assert _rows(direct) == _rows(through_the_store)
    with open_store(f"sqlite:///{direct}") as store:
        assert store.verify() == ()


def test_checks_go_on_where_the_store_left_off_and_the_other_way_round(url: str) -> None:
    record_checks(url, CHECKS[:1])
    with open_store(url) as store:
        store.record_check(CHECKS[1])
        record_checks(url, CHECKS[2:])
        assert [entry.check_id for entry in store.entries()] == [check.check_id for check in reversed(CHECKS)]
        assert store.verify() == ()


def test_to_record_in_sqlite_loads_no_database_library(tmp_path: Path) -> None:
    program = (
        "import sys; from engine.store import record_checks; from tests.store.store_writer import a_check; "
        f"record_checks('sqlite:///{tmp_path}/new.db', [a_check('one')]); "
        "print([name for name in ('sqlalchemy', 'sqlmodel', 'alembic') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
    with open_store(f"sqlite:///{tmp_path}/new.db") as store:
        assert [entry.check_id for entry in store.entries()] == ["one"]


def test_an_unknown_schema_is_left_alone_and_told(store: Store, url: str, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE precertain_schema SET version_num = '9999'")
    before = _rows(path)
    with pytest.raises(StoreError, match="newer version of precertain"):
        record_checks(url, CHECKS)
    assert _rows(path) == before


def test_what_the_database_refuses_is_told_and_nothing_of_it_kept(store: Store, url: str, path: Path) -> None:
    store.record_check(CHECKS[0])
    with closing(sqlite3.connect(path)) as connection, connection:
        refuse = "CREATE TRIGGER refuse BEFORE INSERT ON precertain_check WHEN NEW.sequence = 3 BEGIN SELECT RAISE"
        connection.execute(f"{refuse}(ABORT, 'no'); END")
    with pytest.raises(StoreError, match="refused"):
        record_checks(url, CHECKS[1:])
    assert [entry.check_id for entry in store.entries()] == ["plain"]
    assert store.verify() == ()


def test_another_program_that_writes_is_waited_for(store: Store, url: str, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other, ThreadPoolExecutor(1) as thread:
        other.execute("BEGIN IMMEDIATE")
        recorded = thread.submit(record_checks, url, CHECKS)
        with pytest.raises(TimeoutError):
            recorded.result(timeout=0.3)
        other.execute("COMMIT")
        recorded.result()
    assert store.length() == len(CHECKS)


@pytest.mark.parametrize("name", ["with space.db", "half%20.db", "é#.db"])
def test_the_file_is_the_one_that_the_url_names(tmp_path: Path, name: str) -> None:
    url = f"sqlite:///{tmp_path / name}"
    record_checks(url, CHECKS[:1])
    with open_store(url) as store:
        assert [entry.check_id for entry in store.entries()] == ["plain"]
