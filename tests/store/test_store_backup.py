"""A backup is whole while others write, and a restore is whole or did not happen."""

from __future__ import annotations

import signal
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from engine.language.authored_files import AuthoredFiles, TableFile
from engine.store import StoreError, open_store
from engine.store.backup import backup, restore
from engine.store.people import People
from engine.store.repository import Store
from engine.tracking.records import Patient
from tests.forked import Worker, release
from tests.store.restorer import AT, restored_until
from tests.store.store_writer import a_check
from tests.store.visit_writer import MORNING, a_patient

DRAFT = AuthoredFiles(b"id: self-pay", (TableFile("codes.csv", b"code\n97535\n"), TableFile("limits.xlsx", b"PK\0")))


@pytest.fixture
def filled(store: Store, url: str) -> Store:
    store.record_check(*(a_check(f"check-{number}", number) for number in range(20)))
    store.tracking.add(a_patient("p1"), who="Lee", at=MORNING)
    people = People.open(url)
    robin = people.add_first("Robin", "hash", AT)
    assert robin
    people.signed_in(robin, "token", AT)
    people.close()
    store.drafts.begin("self-pay", DRAFT, who="Robin", at=AT)
    return store


@pytest.fixture
def kept(filled: Store, url: str, tmp_path: Path) -> Path:
    backup(url, tmp_path / "kept.db")
    return tmp_path / "kept.db"


def _ids(url: str) -> list[str]:
    with open_store(url) as store:
        assert store.verify() == ()
        return [entry.check_id for entry in store.entries()]


def test_a_backup_restores_what_was_there_and_keeps_what_it_replaces(filled: Store, kept: Path, url: str) -> None:
    before = _ids(url)
    filled.record_check(a_check("later", 30))
    filled.close()
    old = restore(url, kept, AT)
    assert _ids(url) == before
    assert old is not None
    assert _ids(f"sqlite:///{old}") == ["later", *before]
    people = People.open(url)
    assert [person.name for person in people.all()] == ["Robin"]
    assert people.whose("token", AT) is None, "signed out"


def test_a_backup_of_one_kind_of_database_restores_into_another(
    filled: Store, kept: Path, url: str, tmp_path: Path
) -> None:
    before, file = _ids(url), f"sqlite:///{tmp_path / 'elsewhere.db'}"
    assert restore(file, kept, AT) is None
    with open_store(file) as other:
        other.record_check(a_check("on-sqlite", 40))
    backup(file, tmp_path / "back.db")
    filled.close()
    restore(url, tmp_path / "back.db", AT)
    assert _ids(url) == ["on-sqlite", *before]
    with open_store(url) as store:
        store.record_check(a_check("goes-on", 41))
        store.drafts.save("self-pay", DRAFT, "proposed", read_at=1, who="Robin", at=AT)
        assert [one.version for one in store.drafts.history("self-pay")] == [2, 1]
        assert store.drafts.newest("self-pay").files == DRAFT
        assert store.tracking.find(Patient, "p1").record == a_patient("p1")
        assert store.verify() == ()


def test_backup_and_database_are_their_owners_alone(kept: Path, url: str, path: Path) -> None:
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    path.unlink()
    assert restore(url, kept, AT) is None, "there was nothing to keep"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in kept.parent.glob(".*")] == []


def test_a_backup_taken_while_others_write_is_whole(filled: Store, url: str, tmp_path: Path) -> None:
    done: list[int] = []

    def write() -> None:
        with open_store(url) as other:
            while not done:
                other.record_check(a_check(f"busy-{len(done)}"))

    writer = Thread(target=write)
    writer.start()
    try:
        lengths = [backup(url, tmp_path / f"backup-{number}.db") for number in range(3)]
    finally:
        done.append(1)
        writer.join()
    assert lengths == sorted(lengths)
    assert all(length >= 21 for length in lengths)
    assert filled.verify() == ()


def test_a_backup_is_never_written_over(kept: Path, url: str) -> None:
    before = kept.read_bytes()
    with pytest.raises(StoreError, match="never written over"):
        backup(url, kept)
    assert kept.read_bytes() == before


def _damaged(kept: Path) -> None:
    with kept.open("r+b") as file:
        file.truncate(kept.stat().st_size // 2)


def _no_backup(kept: Path) -> None:
    kept.write_text("Something else\n" * 500)


def _newer(kept: Path) -> None:
    with closing(sqlite3.connect(kept)) as connection, connection:
        connection.execute("UPDATE precertain_schema SET version_num = '9999'")


def _tampered(kept: Path) -> None:
    with closing(sqlite3.connect(kept)) as connection, connection:
        connection.execute("DROP TRIGGER precertain_log_no_update")
        connection.execute("UPDATE precertain_log SET headline = 'not_covered' WHERE sequence = 3")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_damaged, "damaged"),
        (_no_backup, "not a precertain database"),
        (_newer, "newer version"),
        (_tampered, "not as it was written: entry 3"),
        (Path.unlink, "no file"),
    ],
)
def test_a_spoilt_backup_changes_nothing(
    filled: Store, kept: Path, url: str, path: Path, spoil: object, said: str
) -> None:
    filled.close()
    before = path.read_bytes()
    spoil(kept)  # type: ignore[operator]
    with pytest.raises(StoreError, match=said):
        restore(url, kept, AT)
    assert path.read_bytes() == before
    assert len(_ids(url)) == 21
    assert list(path.parent.glob("*before-restore*")) == []


@pytest.mark.sqlite
def test_a_database_in_use_is_not_replaced_under_its_users(filled: Store, kept: Path, url: str) -> None:
    with open_store(url) as other:
        other.record_check(a_check("meanwhile", 30))
        with pytest.raises(StoreError, match="Stop `precertain serve`"):
            restore(url, kept, AT)
        other.record_check(a_check("after", 31))
    assert _ids(url)[:2] == ["after", "meanwhile"]


def test_a_restore_killed_anywhere_leaves_the_old_or_the_new(filled: Store, kept: Path, url: str, path: Path) -> None:
    before = _ids(url)
    filled.record_check(a_check("later", 30))
    filled.close()
    outcomes = set()
    for step in (2, 4, 6, 8, 9, 10, 11, 12, 99):
        restoring = Worker(restored_until, url, kept, step)
        release(restoring)
        told = restoring.rest()
        assert (told, restoring.exit_status) in ((["done"], 0), ([], -signal.SIGKILL))
        found = _ids(url)
        assert found in (before, ["later", *before])
        outcomes.add((restoring.exit_status, len(found)))
        for left in path.parent.glob("*before-restore*"):
            left.unlink()
    assert {(0, 21), (-signal.SIGKILL, 22)} <= outcomes, "killed before and run to the end"
