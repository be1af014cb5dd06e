"""A patient's data given out whole, and deleted so that nothing of it is left and the log still verifies."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import orjson
import pytest

from engine.decision import RulesetUsed
from engine.store import AnswerRecord, CheckRecord, LetterRecord, Refused, StoreError, open_store
from engine.store.repository import Store
from engine.tracking.packets import Packet
from engine.tracking.records import AuthorizationRecord, Patient, VisitEvent
from engine.treatment import PlannedTreatment
from tests.store.visit_writer import MORNING, a_booking, a_patient, an_episode

GONE = "Zebedee Quillfeather"
LATER = MORNING + timedelta(days=2)


def _check(check_id: str, name: str | None, born: str | None = None) -> CheckRecord:
    told = {"case": {"patient": {key: value for key, value in (("name", name), ("birth_date", born)) if value}}}
    return CheckRecord(
        check_id, MORNING, orjson.dumps(told), orjson.dumps({"said of": name}), (RulesetUsed("self-pay", "1", "ab"),),
        "self-pay", "book", MORNING.date(),
    )  # fmt: skip


@pytest.fixture
def filled(store: Store) -> Store:
    patient = Patient(id="p1", name=GONE, birth_date=date(1950, 2, 3))
    request = AuthorizationRecord(id="a1", episode_id="p1-ot")
    store.tracking.add(patient, an_episode("p1-ot", "p1"), request, a_patient("p2"), who="Lee", at=MORNING)
    store.record_check(
        _check("named", f"{GONE.split()[1]}, {GONE.split()[0]}"), _check("of-the-visit", None),
        _check("Mary's", "Mary Example"),
    )  # fmt: skip
    store.record_letter(LetterRecord("named", "appeal", f"{GONE}.pdf", "ef" * 32, "pdf", False, MORNING))
    store.record_answers(AnswerRecord("named", "coverage.in_network", f"yes for {GONE}", GONE, "R-1", MORNING))
    visit = a_booking("v1", "p1").model_copy(update={"check_id": "of-the-visit"})
    store.tracking.append(VisitEvent.model_validate(visit.model_dump()), a_booking("v2", "p2"))
    case = PlannedTreatment.model_validate(
        {
            "coverage": {"payer": "self-pay"}, "patient": {"name": GONE}, "provider": {"discipline": "OT"},
            "lines": [{"code": "97530"}], "date_of_service": "2026-12-01",
        },
        strict=False,
    )  # fmt: skip
    store.tracking.add(Packet(id="k1", kind="appeal", case=case), who="Lee", at=MORNING)
    store.uploads.keep("day.csv", GONE.encode(), b"{}", user_id=1, at=MORNING)
    return store


def _erase(store: Store) -> int:
    erased = store.patient_data.erase("p1", who="Robin", at=LATER, why="asked for in writing")
    store.wipe()
    return erased


def test_an_export_holds_everything_that_is_held(filled: Store) -> None:
    told = filled.patient_data.export("p1")
    assert [one["record_id"] for one in told["records"]] == ["p1", "p1-ot", "a1", "k1"]
    assert [one["content"]["visit_id"] for one in told["visits"]] == ["v1"]
    assert [one["about"] for one in told["checks"]] == ["named", "of-the-visit"]
    assert [one["file_name"] for one in told["letters"]] == [f"{GONE}.pdf"]
    assert [one["reference"] for one in told["answers"]] == ["R-1"]
    assert [one["who"] for one in told["audit"]] == ["Lee"] * 4
    assert "Mary" not in orjson.dumps(told).decode()
    with pytest.raises(StoreError, match="no patient 'p9'"):
        filled.patient_data.export("p9")


def test_nothing_of_a_deleted_patient_is_left_in_the_file(filled: Store, path: Path) -> None:
    assert _contains(path, GONE.split()[1])
    assert _erase(filled) == 9
    for word in (*GONE.split(), "R-1"):
        assert not _contains(path, word)
    assert _contains(path, "Mary Example"), "that of others stays"


def test_the_check_of_another_with_that_name_is_left_alone(filled: Store) -> None:
    filled.record_check(_check("namesake", GONE, "1999-09-09"))
    _erase(filled)
    assert filled.find_check("namesake").decision_json


def _contains(path: Path, word: str) -> bool:
    files = [path, *path.parent.glob(f"{path.name}-*")]
    return any(word.casefold().encode() in file.read_bytes().lower() for file in files)


def test_the_log_verifies_after_a_deletion_and_says_who_deleted_and_why(filled: Store) -> None:
    before = [(entry.sequence, entry.hash) for entry in filled.entries()]
    _erase(filled)
    assert filled.verify() == ()
    assert [(entry.sequence, entry.hash) for entry in filled.entries()] == before
    (newest, *_) = filled.audit.trail(patient_id="p1")
    assert (newest.who, newest.what, newest.at, newest.detail) == ("Robin", "deleted", LATER, "asked for in writing")
    assert filled.patient_data.erased_at("p1") == LATER
    assert {entry.who for entry in filled.audit.trail(patient_id="p1")} == {"Robin", "Lee"}


def test_a_deleted_patient_is_shown_nowhere_and_does_not_come_back(filled: Store, url: str) -> None:
    _erase(filled)
    with open_store(url) as store:
        assert [patient.id for patient in store.tracking.everything().patients] == ["p2"]
        assert [event.visit_id for event in store.tracking.events()] == ["v2"]
        assert store.tracking.patients_on(a_booking("v1", "p1").day or MORNING.date()) == ("p2",)
        assert store.checks(["named", "Mary's"]).keys() == {"Mary's"}
        for again in (lambda: store.patient_data.export("p1"), lambda: store.find_check("named")):
            with pytest.raises(StoreError, match=r"no patient|No check"):
                again()
        with pytest.raises(Refused, match="'p1' was deleted"):
            store.tracking.add(a_patient("p1"), who="Lee", at=LATER)
        with pytest.raises(Refused, match="'p1' was deleted"):
            store.tracking.append(a_booking("v9", "p1"))
        store.tracking.append(a_booking("v3", "p2"))
        assert store.verify() == ()


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE precertain_record SET who = 'Nobody' WHERE record_id = 'p1'",
        "UPDATE precertain_record SET content = x'7B7D' WHERE record_id = 'p1'",
        "UPDATE precertain_log SET at = '2026-01-01 00:00:00.000000' WHERE sequence = 1",
        "DELETE FROM precertain_erased WHERE sequence = 1",
        "UPDATE precertain_erased SET remains = 'ab' WHERE sequence = 1",
        "UPDATE precertain_audit SET covers = NULL",
        "UPDATE precertain_audit SET detail = 'no reason' WHERE what = 'deleted'",
        "INSERT INTO precertain_erased SELECT 4, tombstone, remains FROM precertain_erased WHERE sequence = 1",
        "INSERT INTO precertain_erased SELECT 4, 4, remains FROM precertain_erased WHERE sequence = 1",
    ],
)
def test_a_deletion_does_not_open_the_log_to_tampering(filled: Store, path: Path, tampering: str) -> None:
    _erase(filled)
    with closing(sqlite3.connect(path)) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(tampering)
    assert filled.verify() != ()


def test_what_was_not_erased_cannot_be_changed_by_the_way(filled: Store, path: Path) -> None:
    _erase(filled)
    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute("UPDATE precertain_record SET content = '' WHERE record_id = 'p2'")
