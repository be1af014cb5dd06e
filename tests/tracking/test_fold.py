"""Visits are what their events say, whatever order these arrive in, and however often."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.tracking.fold import fold
from engine.tracking.records import Amount, AuthorizationRecord, VisitEvent, VisitLine, VisitStatus
from engine.tracking.usage import used

MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TUESDAY, THURSDAY = date(2026, 12, 1), date(2026, 12, 3)
LINES = (VisitLine(code="97530", units=2),)


def event(kind: str, minute: int, visit: str = "v1", **more: object) -> VisitEvent:
    says = {"id": f"{visit}-{kind}-{minute}", "visit_id": visit, "patient_id": "p1", "kind": kind, "who": "Lee"}
    return VisitEvent.model_validate(says | {"at": MORNING + timedelta(minutes=minute)} | more)


def booked(minute: int, visit: str = "v1", day: date = TUESDAY, starts_at: time = time(9)) -> VisitEvent:
    return event("booked", minute, visit, day=day, starts_at=starts_at, lines=LINES)


def imported(minute: int, status: VisitStatus, visit: str = "x1", day: date = TUESDAY) -> VisitEvent:
    return event("imported", minute, visit, status=status, day=day, starts_at=time(9), lines=LINES)


def statuses(*events: VisitEvent) -> list[tuple[date, str]]:
    return [(visit.day, visit.status) for visit in fold(events)]


def test_a_visit_is_what_happened_to_it_last() -> None:
    assert statuses(booked(0), event("kept", 2), event("cancelled", 1)) == [(TUESDAY, "kept")]


def test_events_of_the_same_moment_go_by_their_ids() -> None:
    assert statuses(booked(0), event("kept", 1, id="a"), event("no_show", 1, id="b")) == [(TUESDAY, "no_show")]


def test_the_same_appointment_booked_by_two_people_is_one_visit() -> None:
    (visit,) = fold([booked(0, "v1"), booked(1, "v2"), event("kept", 2, "v2")])
    assert (visit.ids, visit.status) == (("v1", "v2"), "kept")


def test_another_time_of_the_day_is_another_visit() -> None:
    assert len(fold([booked(0, "v1"), booked(1, "v2", starts_at=time(15))])) == 2


def test_an_import_of_a_booked_appointment_is_that_visit() -> None:
    assert statuses(booked(0), imported(1, "kept")) == [(TUESDAY, "kept")]


def test_an_import_that_repeats_itself_leaves_what_a_person_said_since() -> None:
    since = (event("cancelled", 2, "x1"), event("corrected", 3, "x1", day=THURSDAY, starts_at=time(9)))
    assert statuses(imported(0, "kept"), *since, imported(4, "kept")) == [(THURSDAY, "cancelled")]
    assert statuses(imported(0, "kept"), *since, imported(4, "kept", "other-id")) == [(THURSDAY, "cancelled")]


def test_an_import_that_says_something_new_counts() -> None:
    assert statuses(imported(0, "booked"), event("kept", 1, "x1"), imported(2, "cancelled")) == [(TUESDAY, "cancelled")]


def test_a_booking_repeated_does_not_undo_a_kept_visit() -> None:
    assert statuses(booked(0), event("kept", 1), booked(2, "v2"), imported(3, "booked")) == [(TUESDAY, "kept")]


def test_a_cancelled_appointment_that_is_booked_again_is_booked() -> None:
    assert statuses(booked(0), event("cancelled", 1), booked(2, "v2")) == [(TUESDAY, "booked")]


def test_a_correction_replaces_day_lines_and_status_where_it_names_them() -> None:
    correction = event("corrected", 2, day=THURSDAY, status="booked", lines=(VisitLine(code="97535"),))
    (visit,) = fold([booked(0), event("kept", 1), correction])
    assert (visit.day, visit.status, visit.lines) == (THURSDAY, "booked", (VisitLine(code="97535"),))


def test_a_visit_whose_booking_has_not_arrived_is_none_yet() -> None:
    assert fold([event("kept", 1)]) == ()


@pytest.mark.parametrize(
    ("kind", "more", "said"),
    [
        ("booked", {}, "needs its day"),
        ("imported", {"day": TUESDAY}, "needs its status"),
        ("kept", {"status": "kept"}, "leave status out"),
        ("kept", {"at": datetime(2026, 11, 24)}, "timezone"),
    ],
)
def test_an_event_that_says_too_little_or_too_much_is_refused(kind: str, more: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        event(kind, 0, **more)


VISITS = st.sampled_from(["v1", "v2", "v3"])
DAYS = st.sampled_from([TUESDAY, THURSDAY])
MINUTES = st.integers(0, 6)
EVENTS = st.lists(
    st.one_of(
        st.builds(booked, MINUTES, VISITS, DAYS),
        st.builds(imported, MINUTES, st.sampled_from(["booked", "kept", "cancelled", "no_show"]), VISITS, DAYS),
        st.builds(event, st.sampled_from(["kept", "cancelled", "no_show"]), MINUTES, VISITS),
        st.builds(lambda minute, visit, day: event("corrected", minute, visit, day=day), MINUTES, VISITS, DAYS),
    ),
    max_size=14,
    unique_by=lambda one: one.id,
)


@given(EVENTS, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(events: list[VisitEvent], chance: object) -> None:
    shuffled = list(events)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(shuffled) == fold(events)
    assert fold(events + shuffled) == fold(events)


@given(EVENTS, st.sets(st.sampled_from(["97530", "97110"])), st.dates(date(2026, 11, 30), date(2026, 12, 4)))
def test_used_never_exceeds_what_was_kept(events: list[VisitEvent], codes: set[str], last: date) -> None:
    visits = fold(events)
    narrow = AuthorizationRecord(
        id="a1", episode_id="e1", codes=tuple(codes), valid_to=last, granted=Amount(visits=4), state="approved"
    )
    so_far = used(narrow, visits)
    kept = [visit for visit in visits if visit.status == "kept"]
    assert so_far.kept <= len(kept) <= len({each.visit_id for each in events})
    assert so_far.kept + so_far.booked <= len(visits)
    everything = used(AuthorizationRecord(id="a1", episode_id="e1"), visits)
    known = all(visit.lines for visit in kept)
    assert (everything.kept, everything.kept_units) == (len(kept), 2 * len(kept) if known else None)
