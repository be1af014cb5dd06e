"""An authorization goes from state to state, is counted down, and says when it runs out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import UserError, load_rulesets
from engine.calendars import is_business_day
from engine.tracking.burn_down import burn_down
from engine.tracking.records import Amount, AuthorizationRecord, AuthorizationState, Visit, VisitLine
from engine.tracking.states import FOLLOWS, moved, with_grant
from engine.tracking.usage import left, used

TODAY = date(2026, 11, 24)
APPROVED = AuthorizationRecord(
    id="a1", episode_id="p1-ot", state="approved", codes=("97530",), granted=Amount(visits=4),
    valid_from=date(2026, 11, 1), valid_to=date(2027, 1, 31),
)  # fmt: skip
CLOCK = load_rulesets().for_payer("uhc-medicare-advantage").clocks["standard_decision"]  # type: ignore[union-attr]


def visit(
    day: date, status: str = "kept", code: str = "97530", units: int | None = 2, episode: str | None = None
) -> Visit:
    return Visit.model_validate(
        {"ids": (f"v{day}{code}",), "patient_id": "p1", "episode_id": episode, "status": status, "day": day,
         "starts_at": None, "lines": (VisitLine(code=code, units=units),)}
    )  # fmt: skip


KEPT = (visit(date(2026, 11, 10)), visit(date(2026, 11, 17)))
BOOKED = (visit(date(2026, 12, 1), "booked"),)


def test_kept_and_booked_visits_are_counted_apart() -> None:
    so_far = used(APPROVED, KEPT + BOOKED)
    assert (so_far.kept, so_far.booked, so_far.kept_units, so_far.booked_units) == (2, 1, 4, 2)
    assert (left(APPROVED, KEPT + BOOKED).visits, left(APPROVED, KEPT + BOOKED).visits_after_booked) == (2, 1)


@pytest.mark.parametrize(
    "outside",
    [
        visit(date(2026, 10, 31)),
        visit(date(2027, 2, 1)),
        visit(date(2026, 11, 12), code="97110"),
        visit(date(2026, 11, 12), status="cancelled"),
        visit(date(2026, 11, 12), status="no_show"),
        visit(date(2026, 11, 12), episode="another"),
    ],
    ids=["before", "after", "another code", "cancelled", "no show", "another episode"],
)
def test_a_visit_outside_the_authorization_uses_none_of_it(outside: Visit) -> None:
    assert used(APPROVED, (*KEPT, outside)) == used(APPROVED, KEPT)


def test_units_that_nobody_entered_are_not_taken_for_none() -> None:
    assert used(APPROVED, (*KEPT, visit(date(2026, 11, 12), units=None))).kept_units is None


def test_it_runs_out_at_the_pace_of_the_week_after_what_is_booked() -> None:
    found = burn_down(APPROVED, KEPT + BOOKED, TODAY, 1, CLOCK)
    assert [(point.on.isoformat(), point.left, point.left_after_booked) for point in found.points] == [
        ("2026-11-01", 4, 4), ("2026-11-10", 3, 3), ("2026-11-17", 2, 2), ("2026-11-24", 2, 2), ("2026-12-01", 2, 1),
    ]  # fmt: skip
    assert (found.last_covered, found.runs_out_on, found.by) == (date(2026, 12, 8), date(2026, 12, 15), "visits")
    # Seven calendar days for a standard decision.
    assert found.ask_by == date(2026, 12, 8)


def test_without_a_pace_only_what_is_booked_is_projected() -> None:
    found = burn_down(APPROVED, KEPT + BOOKED, TODAY, None, CLOCK)
    assert (found.runs_out_on, found.by) == (date(2027, 2, 1), "days")
    many = KEPT + tuple(visit(date(2026, 12, day), "booked") for day in (1, 3, 8))
    found = burn_down(APPROVED, many, TODAY, None, CLOCK)
    assert (found.last_covered, found.runs_out_on, found.by) == (date(2026, 12, 3), date(2026, 12, 8), "visits")


def test_the_last_day_binds_where_it_comes_first() -> None:
    short = APPROVED.model_copy(update={"valid_to": date(2026, 12, 4)})
    found = burn_down(short, KEPT + BOOKED, TODAY, 1, CLOCK)
    assert (found.last_covered, found.runs_out_on, found.by) == (date(2026, 12, 1), date(2026, 12, 8), "days")


def test_units_run_out_before_visits() -> None:
    by_units = APPROVED.model_copy(update={"granted": Amount(visits=20, units=7)})
    found = burn_down(by_units, KEPT + BOOKED, TODAY, 2, CLOCK)
    assert (found.last_covered, found.by) == (date(2026, 12, 1), "units")


def test_used_up_with_nothing_booked_says_so_without_a_day() -> None:
    found = burn_down(APPROVED.model_copy(update={"granted": Amount(visits=2)}), KEPT, TODAY, None, CLOCK)
    assert (found.by, found.runs_out_on, found.last_covered) == ("visits", None, date(2026, 11, 17))


def test_what_was_granted_is_not_known_and_so_is_nothing_after_it() -> None:
    unknown = AuthorizationRecord(id="a1", episode_id="p1-ot", state="approved")
    found = burn_down(unknown, KEPT, TODAY, 2, None)
    assert (found.unit if found.points else None, found.points, found.runs_out_on, found.by) == (None, (), None, None)


@given(st.integers(0, 12), st.sets(st.integers(-20, 40), max_size=14), st.integers(1, 5))
def test_no_more_visits_come_before_the_run_out_than_were_granted(granted: int, days: set[int], per_week: int) -> None:
    visits = tuple(
        visit(TODAY + timedelta(days=day), "kept" if day < 0 else "booked") for day in sorted(days)
    )  # fmt: skip
    authorization = AuthorizationRecord(id="a1", episode_id="e", state="approved", granted=Amount(visits=granted))
    found = burn_down(authorization, visits, TODAY, per_week, CLOCK)
    kept = sum(one.status == "kept" for one in visits)
    assert found.runs_out_on is not None
    before = [one for one in visits if one.day < found.runs_out_on]
    assert kept > granted or len(before) <= granted
    assert found.ask_by is None or (is_business_day(found.ask_by) and found.ask_by <= found.runs_out_on)
    lefts = [point.left_after_booked for point in found.points]
    assert lefts == sorted(lefts, reverse=True)


STATES: tuple[AuthorizationState, ...] = get_args(AuthorizationState)


@given(st.sampled_from(STATES), st.sampled_from(STATES))
def test_a_state_follows_only_where_it_may_and_the_refusal_names_what_may(
    old: AuthorizationState, new: AuthorizationState
) -> None:
    authorization = AuthorizationRecord(id="a1", episode_id="e1", state=old)
    if new in FOLLOWS[old]:
        assert moved(authorization, new, TODAY).state == new
    else:
        with pytest.raises(UserError, match=f"is {old} does not become {new}") as raised:
            moved(authorization, new, TODAY)
        assert all(state in str(raised.value) for state in FOLLOWS[old])


def test_every_open_state_can_be_cancelled_or_end_and_nothing_follows_the_ends() -> None:
    assert {state for state in STATES if not FOLLOWS[state]} == {"cancelled", "expired"}
    assert all("cancelled" in after for after in FOLLOWS.values() if after)


def test_sending_and_being_denied_start_the_payers_clock_and_the_appeals() -> None:
    sent = moved(AuthorizationRecord(id="a1", episode_id="e1"), "submitted", TODAY)
    assert sent.submitted_on == TODAY
    assert moved(sent, "denied", TODAY + timedelta(days=3)).denial_received_on == date(2026, 11, 27)


def test_what_the_payer_did_not_say_stays_and_days_out_of_order_are_refused() -> None:
    said = with_grant(APPROVED, number="N-1", granted=Amount(units=20), valid_from=None, valid_to=None)
    assert (said.number, said.granted, said.valid_to) == ("N-1", Amount(visits=4, units=20), APPROVED.valid_to)
    with pytest.raises(UserError, match="ends on 2026-01-01, before it begins"):
        with_grant(APPROVED, number=None, granted=Amount(), valid_from=None, valid_to=date(2026, 1, 1))
