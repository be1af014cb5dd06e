"""Lines: activities of another code, minutes that do not add up, time that is counted twice."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.facts.dictionary import ACTIVITIES
from tests.engine.paperwork.paper import LIBRARY, decide, names, warnings


def told(*activities: Any, code: str = "97535", **more: Any) -> list[tuple[str, str]]:
    named = tuple({"name": one} if isinstance(one, str) else one for one in activities)
    return warnings(decide(lines__1__code=code, lines__1__activities=named, **more))


def test_activities_of_the_code_are_left_alone() -> None:
    assert told("dressing", "adaptive_equipment") == []
    assert told("stairs", code="97116") == []
    assert told("stairs", code="97530") == []
    assert told("strengthening", "range_of_motion", code="97110") == []


def test_an_activity_that_usually_stands_under_other_codes_is_pointed_out() -> None:
    assert told("dressing", "stairs", "lifting") == [
        (
            "activity-elsewhere",
            "Line 1 is 97535, and these activities usually stand elsewhere: stairs under 97116 or 97530; lifting "
            "under 97530. Check which is meant (precertain codes 97535 stairs lifting); this is information, never "
            "coding advice.",
        )
    ]


@given(
    st.sampled_from(["97165", "97150", "97750", "97124", "97545", "97550", "97533", "0001A"]),
    st.lists(st.sampled_from(ACTIVITIES), min_size=1, max_size=5),
)
def test_a_code_that_is_not_told_apart_may_hold_any_activity(code: str, activities: list[str]) -> None:
    assert "activity-elsewhere" not in [name for name, _ in told(*activities, code=code)]


@given(st.sampled_from(ACTIVITIES), st.sampled_from(["97535", "97530", "97110", "97112", "97116", "92507"]))
def test_an_activity_is_pointed_out_under_every_code_that_it_does_not_fit_and_under_no_other(
    activity: str, code: str
) -> None:
    from engine.activities import load_activities

    fits = code in load_activities(LIBRARY.reference.folder).fits[activity]
    assert [name for name, _ in told(activity, code=code)] == ([] if fits else ["activity-elsewhere"])


def test_an_unknown_activity_is_told_once_and_fits_nothing() -> None:
    assert [name for name, _ in told("dresing")] == ["unknown-activity"]


def minutes(name: str, spent: int | None) -> dict[str, Any]:
    return {"name": name} if spent is None else {"name": name, "minutes": spent}


@pytest.mark.parametrize(
    ("dressing", "bathing", "agrees"),
    [(20, 10, True), (20, 20, False), (10, 10, False), (10, None, True), (30, None, True), (31, None, False)],
)
def test_the_minutes_of_activities_add_up_to_those_of_the_line(
    dressing: int, bathing: int | None, agrees: bool
) -> None:
    found = dict(told(minutes("dressing", dressing), minutes("bathing", bathing)))
    assert set(found) == (set() if agrees else {"activity-minutes"})
    if not agrees:
        total = dressing + (bathing or 0)
        assert found["activity-minutes"] == (
            f"The activities of line 1 add up to {total} minutes, but the line has 30."
        )


def test_where_the_line_has_no_minutes_there_is_nothing_to_compare() -> None:
    assert told(minutes("dressing", 50), lines__1__minutes=None) == []


def test_minutes_given_in_parts_are_compared_as_their_sum() -> None:
    parts = {"lines__1__therapist_minutes": 20, "lines__1__assistant_minutes": 10, "lines__1__joint_minutes": 0}
    assert told(minutes("dressing", 31), lines__1__minutes=None, **parts)[0][0] == "activity-minutes"


def test_a_timed_line_without_time_of_its_own_beside_another_is_pointed_out() -> None:
    beside = {"lines__2__code": "97530", "lines__2__minutes": 15}
    assert warnings(decide(**beside, lines__2__separate_time=False)) == [
        ("minutes-overlap", "Line 2 (97530) has no interval of its own: each minute counts on one line only.")
    ]
    assert names(decide(**beside, lines__2__separate_time=True)) == []
    assert names(decide(**beside)) == []


def test_a_line_alone_an_untimed_one_and_one_that_an_edit_bundles_are_left_alone() -> None:
    assert names(decide(lines__1__separate_time=False)) == []
    untimed = decide(lines__2__code="97165", lines__1__separate_time=False)
    assert "minutes-overlap" not in names(untimed)
    bundled = decide(lines__1__separate_time=False, lines__2__code="97150", lines__2__minutes=30)
    assert bundled.lines[0].reason == "bundled"
    assert "minutes-overlap" not in names(bundled)


def test_an_excluded_purpose_is_told_by_its_rule_alone() -> None:
    decision = decide(lines__1__purpose="wellness")
    assert decision.lines[0].reason == "excluded"
    assert names(decision) == []
