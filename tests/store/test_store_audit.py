"""Every view and change of a patient is an entry of the chain, found by who, whom and when, without patient data."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from engine.store.repository import Store
from engine.tracking.records import AuthorizationRecord
from tests.store.visit_writer import MORNING, a_booking, a_patient, an_episode


@pytest.fixture
def audited(store: Store) -> Store:
    request = AuthorizationRecord(id="a1", episode_id="p1-ot")
    store.tracking.add(a_patient("p1"), an_episode("p1-ot", "p1"), request, who="Lee", at=MORNING)
    store.tracking.append(a_booking("v1", "p1"))
    store.tracking.add(a_patient("p2"), who="Kim", at=MORNING)
    store.audit.seen("listed", ["p1", "p2", "p1"], who="Kim", at=MORNING + timedelta(hours=1))
    store.audit.seen("viewed", ["p1"], who="Kim", at=MORNING + timedelta(days=1), detail="authorizations")
    return store


def _said(store: Store, **asked: object) -> list[tuple[str, str, str | None, str | None]]:
    found = store.audit.trail(**asked)  # type: ignore[arg-type]
    return [(entry.who, entry.what, entry.patient_id, entry.detail) for entry in found]


def test_changes_of_whatever_is_a_patients_and_views_are_found_by_the_patient(audited: Store) -> None:
    assert _said(audited, patient_id="p1") == [
        ("Kim", "viewed", "p1", "authorizations"),
        ("Kim", "listed", "p1", None),
        ("Lee", "changed", "p1", "visit booked"),
        ("Lee", "changed", "p1", "authorization draft, version 1"),
        ("Lee", "changed", "p1", "episode, version 1"),
        ("Lee", "changed", "p1", "patient, version 1"),
    ]


def test_the_trail_is_found_by_person_and_by_day_and_is_read_on_from_an_entry(audited: Store) -> None:
    next_day = MORNING + timedelta(days=1)
    assert len(_said(audited, who="Kim")) == 4
    assert _said(audited, since=next_day) == [("Kim", "viewed", "p1", "authorizations")]
    assert _said(audited, who="Kim", until=MORNING + timedelta(hours=1)) == [
        ("Kim", "changed", "p2", "patient, version 1")
    ]
    everything = audited.audit.trail()
    assert audited.audit.trail(limit=3) + audited.audit.trail(before=everything[2].sequence) == everything
    assert audited.audit.people() == ("Kim", "Lee")
    assert "Mary" not in repr(everything)


def test_views_do_not_fill_the_list_of_checks_and_changes(audited: Store) -> None:
    assert {entry.kind for entry in audited.entries()} == {"event"}


@pytest.mark.parametrize(
    "tampering",
    ["UPDATE {} SET who = 'Nobody' WHERE who = 'Kim'", "UPDATE {} SET patient_id = 'p3'", "DELETE FROM {}"],
)
def test_the_trail_can_be_neither_changed_nor_cut_unseen(audited: Store, path: Path, tampering: str) -> None:
    statement = tampering.format("precertain_audit")
    with closing(sqlite3.connect(path)) as connection, connection:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
        assert audited.verify() == ()
        for operation in ("update", "delete"):
            connection.execute(f"DROP TRIGGER precertain_audit_no_{operation}")
        connection.execute(statement)
    assert audited.verify() != ()
