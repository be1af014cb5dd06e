"""Records in versions, and visits by what happened to them: two people at once lose nothing and overwrite nothing."""

from __future__ import annotations

import time
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest

from engine.store import Conflict, Refused, StoreError, open_store
from engine.store.repository import Store
from engine.tracking.fold import fold
from engine.tracking.records import Amount, AuthorizationRecord, Episode, Patient, VisitEvent
from tests.forked import Worker, release
from tests.store.store_writer import a_check
from tests.store.visit_writer import MORNING, a_booking, a_keeping, a_patient, an_episode, visits

REQUEST = AuthorizationRecord(id="a1", episode_id="p1-ot", requested=Amount(visits=12))


@pytest.fixture
def tracked(store: Store) -> Store:
    store.tracking.add(a_patient("p1"), an_episode("p1-ot", "p1"), REQUEST, who="Lee", at=MORNING)
    return store


def test_a_record_comes_back_with_who_wrote_it_and_when(tracked: Store, url: str) -> None:
    with open_store(url) as other:
        saved = other.tracking.find(AuthorizationRecord, "a1")
    assert (saved.record, saved.version, saved.who, saved.at) == (REQUEST, 1, "Lee", MORNING)


def test_the_second_of_two_who_edit_one_record_is_told_and_overwrites_nothing(tracked: Store, url: str) -> None:
    later = MORNING + timedelta(minutes=5)
    with open_store(url) as other:
        mine = tracked.tracking.find(AuthorizationRecord, "a1")
        theirs = other.tracking.find(AuthorizationRecord, "a1")
        sent = theirs.record.model_copy(update={"state": "submitted"})
        other.tracking.change(sent, read_at=theirs.version, who="Kim", at=later)
        dropped = mine.record.model_copy(update={"state": "cancelled"})
        with pytest.raises(Conflict, match=r"Kim changed this authorization on 2026-11-24 at 09:05:00 UTC") as raised:
            tracked.tracking.change(dropped, read_at=mine.version, who="Lee", at=later)
    assert (raised.value.who, raised.value.at) == ("Kim", later)
    history = tracked.tracking.history(AuthorizationRecord, "a1")
    assert [(one.version, one.who, one.record.state) for one in history] == [
        (1, "Lee", "draft"),
        (2, "Kim", "submitted"),
    ]
    assert tracked.verify() == ()


def test_of_many_who_save_at_the_same_moment_one_wins_and_every_other_is_told(tracked: Store, url: str) -> None:
    people = [f"person {number}" for number in range(6)]
    together = Barrier(len(people))
    outcomes: list[str] = []

    def edit(who: str) -> None:
        with open_store(url) as store:
            saved = store.tracking.find(AuthorizationRecord, "a1")
            together.wait()
            try:
                changed = saved.record.model_copy(update={"number": who})
                store.tracking.change(changed, read_at=saved.version, who=who, at=MORNING)
                outcomes.append(who)
            except Conflict as conflict:
                outcomes.append(f"lost to {conflict.who}")

    threads = [Thread(target=edit, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [outcome for outcome in outcomes if outcome in people]
    assert sorted(outcomes) == sorted([winner] + [f"lost to {winner}"] * 5)
    assert tracked.tracking.find(AuthorizationRecord, "a1").record.number == winner


def test_what_belongs_to_nothing_is_refused_whole(store: Store) -> None:
    with pytest.raises(StoreError, match="no patient 'nobody': add it first"):
        store.tracking.add(a_patient("p1"), an_episode("e1", "nobody"), who="Lee", at=MORNING)
    assert store.tracking.all(Patient) == ()
    assert store.entries() == ()


def test_a_record_that_is_there_is_not_added_again(tracked: Store) -> None:
    with pytest.raises(StoreError, match="Already recorded: episode 'p1-ot'"):
        tracked.tracking.add(an_episode("p1-ot", "p1"), who="Kim", at=MORNING)
    assert [saved.who for saved in tracked.tracking.history(Episode, "p1-ot")] == ["Lee"]


def test_a_visit_is_one_patients_and_is_known_before_it_is_kept(tracked: Store) -> None:
    tracked.tracking.add(a_patient("p2"), who="Lee", at=MORNING)
    with pytest.raises(StoreError, match="no visit 'v1': book or import it first"):
        tracked.tracking.append(a_keeping("v1", "p1"))
    tracked.tracking.append(a_booking("v1", "p1"))
    with pytest.raises(StoreError, match="another patient's"):
        tracked.tracking.append(a_keeping("v1", "p2"))
    assert [visit.status for visit in fold(tracked.tracking.events())] == ["booked"]


def test_an_event_that_comes_twice_is_written_once_and_never_replaced(tracked: Store) -> None:
    booking = a_booking("v1", "p1")
    assert [tracked.tracking.append(booking), tracked.tracking.append(booking)] == [1, 0]
    with pytest.raises(StoreError, match="Another event has the id"):
        tracked.tracking.append(booking.model_copy(update={"who": "Kim"}))
    assert tracked.tracking.events("p1") == (booking,)


def test_changes_stand_in_the_log_without_a_name_and_are_taken_for_no_check(tracked: Store) -> None:
    tracked.record_check(a_check("a15"))
    assert [entry.headline for entry in tracked.entries() if entry.kind == "event"] == [
        "authorization draft, version 1", "episode, version 1", "patient, version 1",
    ]  # fmt: skip
    assert "Mary" not in repr(tracked.entries())
    assert tracked.find_check("a1").check_id == "a15", "the authorization a1 is no check"


def test_two_processes_at_once_lose_no_kept_visit(tracked: Store, url: str) -> None:
    writers = [Worker(visits, url, name, 20) for name in ("north", "south")]
    release(*writers)
    acknowledged = [told for writer in writers for told in writer.rest()]
    assert len(acknowledged) == 2 * 2 * 20
    # Both book the same days with the same code: the same appointments, so the same visits.
    assert [visit.status for visit in fold(tracked.tracking.events())] == ["kept"] * 20
    assert tracked.verify() == ()


def test_a_killed_writer_loses_nothing_that_was_acknowledged(tracked: Store, url: str) -> None:
    writers = [Worker(visits, url, name) for name in ("north", "south")]
    release(*writers)
    acknowledged = [writer.acknowledged() for writer in writers]
    time.sleep(0.1)
    for writer in writers:
        writer.kill()
        acknowledged += writer.rest()
        assert writer.exit_status == -9, "it was still writing"
    assert set(acknowledged) <= {event.id for event in tracked.tracking.events()}
    assert tracked.verify() == ()


def test_the_store_itself_refuses_a_state_that_may_not_follow(tracked: Store) -> None:
    saved = tracked.tracking.find(AuthorizationRecord, "a1")
    gone = saved.record.model_copy(update={"state": "cancelled"})
    version = tracked.tracking.change(gone, read_at=saved.version, who="Lee", at=MORNING)
    approved = gone.model_copy(update={"state": "approved"})
    with pytest.raises(Refused, match="that is cancelled does not become approved: record the new request"):
        tracked.tracking.change(approved, read_at=version, who="Lee", at=MORNING)
    assert tracked.tracking.find(AuthorizationRecord, "a1").record.state == "cancelled"


def test_a_record_stays_with_what_it_belongs_to(tracked: Store) -> None:
    tracked.tracking.add(a_patient("p2"), an_episode("p2-ot", "p2"), who="Lee", at=MORNING)
    for moved in (an_episode("p1-ot", "p2"), REQUEST.model_copy(update={"episode_id": "p2-ot"})):
        with pytest.raises(Refused, match="is another"):
            tracked.tracking.change(moved, read_at=1, who="Lee", at=MORNING)


def test_who_says_what_became_of_a_visit_that_somebody_changed_meanwhile_is_told(tracked: Store) -> None:
    tracked.tracking.append(a_booking("v1", "p1"), a_booking("v2", "p1", 1))
    read_at = len(tracked.tracking.events("p1"))
    gone = a_keeping("v1", "p1", 5).model_copy(update={"id": "gone", "kind": "cancelled"})
    tracked.tracking.tell(gone, read_at=read_at)
    with pytest.raises(Conflict, match="Kim changed this visit"):
        tracked.tracking.tell(a_keeping("v1", "p1", 6), read_at=read_at)
    tracked.tracking.tell(a_keeping("v2", "p1", 7), read_at=read_at)
    assert [visit.status for visit in fold(tracked.tracking.events("p1"))] == ["cancelled", "kept"]


def test_what_is_told_of_a_visit_comes_after_what_was_read_also_on_a_clock_set_back(tracked: Store) -> None:
    booking = a_booking("v1", "p1")
    tracked.tracking.append(booking)
    for number, hours in enumerate((0, -2), start=1):
        at = booking.at + timedelta(hours=hours)
        moved = VisitEvent(id=f"a{number}", visit_id="v1", patient_id="p1", kind="corrected", who="Kim", at=at,
                           day=date(2026, 12, 1 + number))  # fmt: skip
        tracked.tracking.tell(moved, read_at=number)
        assert [visit.day for visit in fold(tracked.tracking.events("p1"))] == [moved.day]


def test_what_is_tracked_of_one_patient_is_what_is_tracked_of_all_without_the_others(tracked: Store) -> None:
    everything = tracked.tracking.of_patient("p1")
    tracked.tracking.add(a_patient("p2"), an_episode("p2-ot", "p2"), who="Lee", at=MORNING)
    tracked.tracking.append(a_booking("v9", "p2"))
    assert tracked.tracking.of_patient("p1") == everything
    assert tracked.tracking.of_patient("nobody").patients == ()
