"""Kills, crowds, full disks, locks and damage: what was acknowledged is there, and the error says what to do."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.engine import Engine

from engine.store import StoreError, open_store
from engine.store.repository import Store
from tests.forked import Worker, release
from tests.longer import longer
from tests.store.store_writer import (
    PATIENT,
    a_check,
    a_letter,
    checks,
    checks_of_another_user,
    checks_with_little_room,
)


def _assert_all_there(url: str, acknowledged: list[str]) -> None:
    with open_store(url) as store:
        assert store.verify() == ()
        assert set(acknowledged) <= {entry.check_id for entry in store.entries()}
        for check_id in acknowledged:
            assert store.find_check(check_id) == a_check(check_id, int(check_id.rpartition("-")[2]))
        store.record_check(a_check("still-writable"))


def test_kill_9_loses_nothing_that_was_acknowledged(url: str) -> None:
    chance = random.Random(1)
    writers = [Worker(checks, url, f"writer{number}") for number in range(4)]
    acknowledged = []
    for pair in (writers[:2], writers[2:]):
        release(*pair)
        acknowledged += [writer.acknowledged() for writer in pair]
        for writer in pair:
            time.sleep(0.1 + chance.random() / 5)
            writer.kill()
            acknowledged += writer.rest()
            assert writer.exit_status == -9, "it was still writing"
    assert len(acknowledged) > len(writers)
    _assert_all_there(url, acknowledged)


def test_kill_9_while_the_database_is_created_leaves_one_that_opens(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path}/{number}.db" for number in range(4)]
    for number, url in enumerate(urls):
        writer = Worker(checks, url, "writer")
        release(writer)
        time.sleep(0.003 + number * 0.012)
        writer.kill()
        _assert_all_there(url, writer.rest())


def test_writers_at_once_make_one_chain(url: str) -> None:
    writers = [Worker(checks, url, f"writer{number}", 30) for number in range(3)]
    release(*writers)
    acknowledged = [told for writer in writers for told in writer.rest()]
    assert len(acknowledged) == 3 * 30
    _assert_all_there(url, acknowledged)
    with open_store(url) as store:
        assert [entry.sequence for entry in store.entries()] == list(range(3 * 30 + 1, 0, -1))


@pytest.mark.sqlite
def test_a_disk_that_takes_no_more_is_said_and_keeps_what_was_acknowledged(url: str) -> None:
    writer = Worker(checks_with_little_room, url, "writer", 300_000)
    release(writer)
    *acknowledged, error = writer.rest()
    assert "Make room or check the disk, and try again" in error
    assert PATIENT not in error
    assert acknowledged
    _assert_all_there(url, acknowledged)


@pytest.fixture
def no_room() -> Iterator[None]:
    """Every database opened meanwhile is full at 60 pages."""

    def limit(connection: sqlite3.Connection, _entry: object) -> None:
        connection.execute("PRAGMA max_page_count = 60")

    event.listen(Engine, "connect", limit)
    yield
    event.remove(Engine, "connect", limit)


@pytest.mark.usefixtures("no_room")
@pytest.mark.sqlite
def test_a_full_database_refuses_a_batch_whole(store: Store) -> None:
    store.record_check(a_check("before"))
    with pytest.raises(StoreError, match=r"the disk is full\. This was not recorded; .* Make room") as raised:
        store.record_check(*(a_check(f"check-{number}") for number in range(100)))
    assert PATIENT not in str(raised.value)
    assert [entry.check_id for entry in store.entries()] == ["before"]
    assert store.verify() == ()


def test_a_locked_database_is_said_and_may_still_be_read(store: Store, url: str, path: Path) -> None:
    store.record_check(a_check("before"))
    with open_store(f"{url}?timeout=0.2") as waiting:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match=r"locked: another program .* Try again"):
                waiting.record_check(a_check("refused"))
            assert [entry.check_id for entry in waiting.entries()] == ["before"]
        waiting.record_check(a_check("after"))
    assert [entry.check_id for entry in store.entries()] == ["after", "before"]


def test_a_writer_waits_for_another_to_finish(store: Store, path: Path, url: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writer = Worker(checks, url, "writer", 1)
        release(writer)
        time.sleep(0.3)
        assert store.entries() == ()
    assert writer.rest() == ["writer-0"]


def test_of_one_process_all_get_their_turn_to_write(path: Path) -> None:
    people = 8
    with open_store(f"sqlite:///{path}?timeout=0") as one, open_store(f"sqlite:///{path}?timeout=0") as other:

        def write(who: int) -> None:
            for number in range(5):
                (one, other)[who % 2].record_check(a_check(f"{who}-{number}"))

        with ThreadPoolExecutor(people) as threads:
            list(threads.map(write, range(people)))
        assert one.length() == people * 5
        assert one.verify() == ()


def test_a_folder_that_may_not_be_written_is_said() -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o555)
        writer = Worker(checks_of_another_user, f"sqlite:///{folder}/precertain.db", "writer", 65534)
        release(writer)
        (error,) = writer.rest()
        assert "cannot be created: Permission denied. Make its folder exist and be writable" in error
    finally:
        shutil.rmtree(folder)


def test_a_database_that_may_only_be_read_lists_and_says_so_on_writing(store: Store, path: Path) -> None:
    store.record_check(a_check("before"))
    with open_store(f"sqlite:///file:{path}?mode=ro&uri=true") as reading:
        assert [entry.check_id for entry in reading.entries()] == ["before"]
        with pytest.raises(StoreError, match="may only be read"):
            reading.record_check(a_check("refused"))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "cannot be read. Write it like"),
        ("", "cannot be read. Write it like"),
        ("oracle://user:hunter2@host/name", "No driver for a database of the kind 'oracle'"),
        ("nosuch://user:hunter2@host/name", "No driver for a database of the kind 'nosuch'"),
        ("sqlite:////no-such-folder/precertain.db", "No such file or directory"),
        (f"sqlite:///{__file__}/precertain.db", "Not a directory"),
        (f"sqlite:///{__file__}", "damaged, or is not a precertain database"),
        (f"sqlite:///{Path(__file__).parent}", "cannot be opened"),
    ],
)
def test_a_url_that_leads_nowhere_says_why_and_keeps_its_password(url: str, said: str) -> None:
    with pytest.raises(StoreError) as raised:
        open_store(url)
    assert said in str(raised.value)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(("kept", "said"), [(0.0, "is empty: it was cut off"), (0.5, "damaged"), (0.001, "damaged")])
def test_a_database_cut_off_is_said(url: str, path: Path, kept: float, said: str) -> None:
    with open_store(url) as store:
        store.record_check(*(a_check(f"check-{number}") for number in range(50)))
    os.truncate(path, int(path.stat().st_size * kept))
    with pytest.raises(StoreError, match=said), open_store(url) as store:
        store.verify()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "precertain.db"
    with open_store(f"sqlite:///{path}") as store:
        store.record_check(*(a_check(f"check-{number}", number) for number in range(6)))
        store.record_letter(a_letter("check-3"))
    return path


@longer(80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), garbage=st.binary(min_size=1, max_size=200))
def test_bytes_overwritten_are_never_taken_for_the_records(
    sound: Path, tmp_path: Path, place: float, garbage: bytes
) -> None:
    original = sound.read_bytes()
    start = int(place * len(original))
    damaged = (original[:start] + garbage + original[start + len(garbage) :])[: len(original)]
    copy = Path(tempfile.mkdtemp(dir=tmp_path)) / "precertain.db"
    copy.write_bytes(damaged)
    with suppress(StoreError), open_store(f"sqlite:///{copy}") as store:
        for use in (
            store.entries,
            partial(store.find_check, "check-3"),
            partial(store.record_letter, a_letter("check-3")),
        ):
            with suppress(StoreError):
                use()
        if store.verify() == ():
            with open_store(f"sqlite:///{sound}") as whole:
                assert store.entries()[-7:] == whole.entries()
                assert store.find_check("check-5") == whole.find_check("check-5")
