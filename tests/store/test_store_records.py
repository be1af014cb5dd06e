"""What is recorded comes back, and is found."""

from __future__ import annotations

import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.decision import RulesetUsed
from engine.store import CheckRecord, StoreError, open_store
from engine.store.location import locate
from engine.store.repository import Store
from tests.longer import longer
from tests.store.store_writer import PATIENT, a_check, a_letter

ROOT = Path(__file__).parents[2]
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
CHECKS = st.builds(
    CheckRecord,
    check_id=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    at=st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=ZONES),
    case_json=st.binary(min_size=1, max_size=50),  # an emptied case is one whose patient was deleted
    decision_json=st.binary(max_size=50),
    rulesets=st.lists(st.builds(RulesetUsed, TEXT, TEXT, TEXT), max_size=3).map(tuple),
    payer=TEXT,
    headline=TEXT,
    date_of_service=st.dates(),
)


@longer(25)
@given(st.lists(CHECKS, min_size=1, max_size=5, unique_by=lambda check: check.check_id))
def test_whatever_is_recorded_comes_back_as_it_was_and_the_chain_verifies(checks: list[CheckRecord]) -> None:
    with open_store("sqlite://") as store:
        store.record_check(*checks)
        assert [store.find_check(check.check_id) for check in checks] == checks
        assert [entry.sequence for entry in store.entries()] == list(range(len(checks), 0, -1))
        assert store.verify() == ()


def test_the_log_survives_closing(url: str) -> None:
    with open_store(url) as store:
        store.record_check(a_check("first"))
        store.record_letter(a_letter("first"))
        written = store.entries()
    with open_store(url) as store:
        assert store.entries() == written
        assert store.find_check("first") == a_check("first")


def test_the_log_is_newest_first_and_stops_at_the_limit(store: Store) -> None:
    store.record_check(a_check("one"), a_check("two", 1), a_check("three", 2))
    assert [entry.check_id for entry in store.entries(limit=2)] == ["three", "two"]


def test_a_letters_entry_carries_its_checks_payer_date_and_rulesets(store: Store) -> None:
    store.record_check(a_check("first"))
    store.record_letter(a_letter("first"))
    letter, check = store.entries()
    assert (letter.kind, letter.letter_kind, letter.at) == ("letter", "medical-necessity", a_letter("first").at)
    assert (check.kind, check.letter_kind) == ("check", None)
    assert (letter.payer, letter.headline, letter.date_of_service, letter.rulesets) == (
        check.payer,
        check.headline,
        date(2026, 12, 1),
        a_check("first").rulesets,
    )


def test_the_log_holds_no_patient_name(store: Store) -> None:
    store.record_check(a_check("first"))
    assert PATIENT.encode() in store.find_check("first").case_json
    assert PATIENT not in repr(store.entries())


def test_a_letter_without_its_check_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="record the check first"):
        store.record_letter(a_letter("never"))
    assert store.entries() == ()


def test_a_file_name_or_payer_that_is_no_text_is_recorded_escaped(store: Store) -> None:
    store.record_check(replace(a_check("first"), payer="own\ud800"))
    store.record_letter(replace(a_letter("first"), file_name="letter\udcff.pdf"))
    assert store.entries()[0].payer == "own\\ud800"
    assert store.verify() == ()


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        replace(a_check("first"), at=datetime(2026, 11, 24))


def test_times_are_given_back_in_utc(store: Store) -> None:
    store.record_check(replace(a_check("first"), at=datetime(2026, 11, 24, 1, tzinfo=timezone(timedelta(hours=3)))))
    at = store.entries()[0].at
    assert (at.isoformat(), at.tzinfo) == ("2026-11-23T22:00:00+00:00", UTC)


def test_a_check_is_found_by_the_beginning_of_its_id(store: Store) -> None:
    store.record_check(a_check("abc1"), a_check("abd2"), a_check("ab"))
    assert store.find_check("abc").check_id == "abc1"
    assert store.find_check("ab").check_id == "ab", "an id in full wins over longer ones that begin with it"


def test_recorded_twice_the_newer_is_found(store: Store) -> None:
    store.record_check(a_check("same", 1))
    store.record_check(a_check("same", 2))
    assert store.find_check("sa") == a_check("same", 2)
    assert len(store.entries()) == 2


def test_a_beginning_that_fits_several_names_them(store: Store) -> None:
    store.record_check(a_check("abc1"), a_check("abd2"), a_check("xyz"))
    with pytest.raises(StoreError, match=r"Several checks begin with 'ab': abc1, abd2\. Give more"):
        store.find_check("ab")


@pytest.mark.parametrize("wildcard", ["%", "_____", "a%", "abc_"])
def test_an_id_is_not_a_pattern(store: Store, wildcard: str) -> None:
    store.record_check(a_check("abcde"))
    with pytest.raises(StoreError, match="No check"):
        store.find_check(wildcard)


def test_a_mistyped_id_is_answered_with_the_nearest(store: Store) -> None:
    store.record_check(a_check("4f2c9"), a_check("aaaaa"))
    with pytest.raises(StoreError, match=r"No check '4f2d9' is recorded\. The nearest is '4f2c9'"):
        store.find_check("4f2d9")


def test_a_new_store_is_its_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with open_store(None) as store:
        store.record_check(a_check("first"))
        folder = tmp_path / "precertain"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert modes == {f"precertain.db{ending}": 0o600 for ending in ("", "-wal", "-shm")}


@pytest.mark.parametrize(
    ("platform", "environment", "folder"),
    [
        ("linux", {}, ".local/share/precertain"),
        ("linux", {"XDG_DATA_HOME": "relative"}, ".local/share/precertain"),
        ("darwin", {}, "Library/Application Support/precertain"),
        ("win32", {}, "AppData/Roaming/precertain"),
    ],
)
def test_the_store_lies_where_the_system_keeps_a_users_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, environment: dict[str, str], folder: str
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_DATA_HOME", "APPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert locate(None).database == str(tmp_path / folder / "precertain.db")


def test_importing_loads_no_database_library_and_opening_a_current_store_no_migrations(url: str) -> None:
    open_store(url).close()
    _require_no_migrations(url)


def test_making_a_new_store_loads_no_migrations(url: str, path: Path) -> None:
    assert not path.exists()
    _require_no_migrations(url)
    with open_store(url) as store:
        assert store.entries() == ()


def _require_no_migrations(url: str) -> None:
    program = (
        "import sys, engine.store\n"
        "assert not {'sqlalchemy', 'sqlmodel', 'alembic'} & set(sys.modules)\n"
        "engine.store.open_store(sys.argv[1])\n"
        "assert 'sqlmodel' in sys.modules and 'alembic' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program, url], check=True, cwd=ROOT)
