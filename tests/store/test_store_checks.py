"""Checks that a command records: all or none of them, at the chain's end, whoever else writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from engine.decision import RulesetUsed
from engine.store import CheckRecord, StoreError, open_store
from engine.store.repository import Store
from tests.store.store_writer import a_check

EAST = timezone(timedelta(hours=3))
CHECKS = (
    a_check("plain"),
    replace(a_check("other-zone", 1), at=datetime(2026, 11, 24, 1, 2, 3, 40, tzinfo=EAST)),
    replace(a_check("on-the-second", 2), at=datetime(2026, 11, 24, tzinfo=UTC)),
    replace(a_check("own-payer", 3), payer="own\ud800é"),
    replace(a_check("own-rules", 4), rulesets=(RulesetUsed("é", "ü", '"'),)),
    replace(a_check("no-rules", 5), rulesets=(), decision_json=b"\x00\xff"),
)


def _record(url: str, checks: Sequence[CheckRecord]) -> None:
    with open_store(url) as store:
        store.record_check(*checks)


def test_checks_go_on_after_those_of_who_wrote_meanwhile(url: str) -> None:
    _record(url, CHECKS[:1])
    with open_store(url) as store:
        store.record_check(CHECKS[1])
        _record(url, CHECKS[2:])
        assert [entry.check_id for entry in store.entries()] == [check.check_id for check in reversed(CHECKS)]
        assert store.verify() == ()


def test_what_the_database_refuses_is_told_and_nothing_of_it_kept(store: Store, url: str, path: Path) -> None:
    store.record_check(CHECKS[0])
    with closing(sqlite3.connect(path)) as connection, connection:
        refuse = "CREATE TRIGGER refuse BEFORE INSERT ON precertain_check WHEN NEW.sequence = 3 BEGIN SELECT RAISE"
        connection.execute(f"{refuse}(ABORT, 'no'); END")
    with pytest.raises(StoreError, match="refused"):
        _record(url, CHECKS[1:])
    assert [entry.check_id for entry in store.entries()] == ["plain"]
    assert store.verify() == ()


def test_another_program_that_writes_is_waited_for(store: Store, url: str, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other, ThreadPoolExecutor(1) as thread:
        other.execute("BEGIN IMMEDIATE")
        recorded = thread.submit(_record, url, CHECKS)
        with pytest.raises(TimeoutError):
            recorded.result(timeout=0.3)
        other.execute("COMMIT")
        recorded.result()
    assert store.length() == len(CHECKS)


@pytest.mark.parametrize(
    ("named", "file"), [("with space.db", "with space.db"), ("half%20.db", "half .db"), ("é#.db", "é#.db")]
)
def test_the_file_is_the_one_that_the_url_names(tmp_path: Path, named: str, file: str) -> None:
    _record(f"sqlite:///{tmp_path / named}", CHECKS[:1])
    assert (tmp_path / file).is_file()
    with open_store(f"sqlite:///{tmp_path / file}") as store:
        assert [entry.check_id for entry in store.entries()] == ["plain"]
