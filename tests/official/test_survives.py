"""Kills, crowds and damage: the old table stays, a reader sees one state, and the error says what to do."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from engine import Library, UserError
from engine.official.importing import import_edition
from engine.official.kinds import Row
from engine.official.registry import KINDS
from engine.store.official import OfficialStore, open_official
from tests.forked import Worker, release
from tests.official import make_files as make
from tests.official.importer import imports
from tests.official.loading import PAIRS, TODAY, file_of, load, rows, tables, written

ON = date(2026, 8, 1)


def run_sql(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement)


@pytest.mark.parametrize("written_bytes", [0, 4_000_000], ids=["as it begins", "in mid-write"])
def test_an_import_that_is_killed_leaves_the_old_table(
    store: OfficialStore, tmp_path: Path, written_bytes: int
) -> None:
    load(store, "ncci-ptp", written(tmp_path, "ccipra-v322r0-f1.txt", make.ncci(PAIRS)))
    before, path = (store.editions(), rows(store, "ncci-ptp")), file_of(tmp_path)
    count = 200_000
    files = make.write_ncci(tmp_path, "v323r0", make.made_up_pairs(count, count // 2), count, parts=1)
    log = path.with_name(path.name + "-wal")
    killed = Worker(imports, path, "ncci-ptp", files, TODAY)
    release(killed)
    assert killed.acknowledged() == "opened"
    while killed.at_work and (not log.exists() or log.stat().st_size < written_bytes):
        time.sleep(0.005)
    killed.kill()
    assert killed.rest() == []
    assert killed.exit_status == -9
    with OfficialStore.open(path) as survived:
        assert (survived.editions(), rows(survived, "ncci-ptp")) == before
        assert import_edition(KINDS["ncci-ptp"], files, survived, today=TODAY).rows == count


def test_a_reader_sees_the_same_editions_until_it_opens_anew(store: OfficialStore, tmp_path: Path) -> None:
    load(store, "ncci-ptp", written(tmp_path, "ccipra-v322r0-f1.txt", make.ncci(PAIRS)))
    reading = open_official(file_of(tmp_path))
    edits = Library(imported=reading).reference.edits
    assert edits.lookup("97150", "97535", ON) is not None
    load(store, "ncci-ptp", written(tmp_path, "ccipra-v323r0-f1.txt", make.ncci([*PAIRS[:1] * 5])))
    seen = edits.lookup("97530", "97535", ON)
    assert seen is not None
    assert seen.source is not None
    assert seen.source.section == "edition 2026Q3"
    anew = Library(imported=tables(store)).reference.edits
    assert anew.lookup("97530", "97535", ON) is None


def test_of_two_imports_at_a_time_one_waits_or_is_refused(
    store: OfficialStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(store, "ncci-ptp", written(tmp_path, "ccipra-v322r0-f1.txt", make.ncci(PAIRS)))
    path, file = file_of(tmp_path), written(tmp_path, "ccipra-v323r0-f1.txt", make.ncci(PAIRS))
    monkeypatch.setattr("engine.store.official._BUSY_SECONDS", 0.3)
    with OfficialStore.open(path) as waiting, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UserError, match="is being written by another import: wait for it to end"):
            load(waiting, "ncci-ptp", file)


def test_what_goes_wrong_while_rows_are_read_leaves_no_trace(store: OfficialStore, tmp_path: Path) -> None:
    def cut_off() -> Iterator[Row]:
        yield ("97110", 6, 3)
        raise KeyboardInterrupt

    edition = load(store, "mue", written(tmp_path, "Eff_10-01-2026.csv", make.mue([("97110", 6, "3")])))
    with pytest.raises(KeyboardInterrupt):
        store.load(KINDS["mue"], cut_off(), lambda count: edition)
    assert store.editions() == (edition,)
    assert rows(store, "mue") == [("97110", 6, 3)]


def test_the_room_of_a_replaced_edition_is_used_again(store: OfficialStore, tmp_path: Path) -> None:
    pairs = list(make.made_up_pairs(20_000, 10_000))
    sizes = []
    for version in ("v320r0", "v321r0", "v322r0", "v323r0"):
        load(store, "ncci-ptp", written(tmp_path, f"ccipra-{version}-f1.txt", make.ncci(pairs)))
        run_sql(file_of(tmp_path), "PRAGMA wal_checkpoint(TRUNCATE)")
        sizes.append(file_of(tmp_path).stat().st_size)
    assert sizes[3] == sizes[1]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"not a database, and longer than its header of a hundred bytes. " * 9, "is damaged: move it away"),
        (None, "is another program's database"),
    ],
)
def test_a_file_that_is_not_ours_is_told_and_left_alone(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "reference.db"
    if content is None:
        run_sql(path, "CREATE TABLE theirs (a)")
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(UserError, match=says):
        OfficialStore.open(path, create=True)
    assert path.read_bytes() == before


def test_a_catalogue_that_makes_no_sense_is_told(store: OfficialStore, tmp_path: Path) -> None:
    load(store, "mue", written(tmp_path, "Eff_10-01-2026.csv", make.mue([("97110", 6, "3")])))
    run_sql(file_of(tmp_path), "UPDATE edition SET first = 'soon'")
    with OfficialStore.open(file_of(tmp_path)) as damaged, pytest.raises(UserError, match="is damaged"):
        damaged.editions()


def test_a_file_of_a_newer_version_is_told(store: OfficialStore, tmp_path: Path) -> None:
    run_sql(file_of(tmp_path), "PRAGMA user_version = 2")
    with pytest.raises(UserError, match="newer version"):
        OfficialStore.open(file_of(tmp_path))


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="cannot be created"):
        OfficialStore.open(tmp_path / "file" / "reference.db", create=True)
