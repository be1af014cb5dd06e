"""The planned visits together, and the yearly totals that each of them moves."""

from __future__ import annotations

from typing import Any

import pytest

from engine.cost.answer import BucketAfter, CourseCost
from tests.engine.cost.cases import MEDICARE, cost

PLAN = {"plan_of_care.visits": 5, "plan_of_care.starts_on": "2026-11-16", "plan_of_care.weeks": 6}
CARD = {
    "lines.1.contract_rate": "31.50",
    "coverage.deductible_remaining": 0,
    "coverage.copay": 0,
    "coverage.coinsurance": 0.2,
}


def course(facts: dict[str, Any]) -> CourseCost:
    found = cost(facts).course
    assert found is not None
    return found


def told(found: CourseCost) -> tuple[int, str | None, str]:
    return found.visits, found.patient_share, found.basis


def test_without_a_number_of_planned_visits_there_is_no_course() -> None:
    assert cost(CARD).course is None


def test_visits_of_one_cost_are_added_up() -> None:
    assert told(course({**CARD, **PLAN})) == (5, "63.00", "5 visits like this one")
    medicare = course({**MEDICARE, **PLAN, "coverage.deductible_remaining": 0})
    assert told(medicare) == (5, "56.30", "5 visits like this one")


def test_the_deductible_runs_out_over_the_visits() -> None:
    found = course({**CARD, **PLAN, "coverage.deductible_remaining": 100})
    # 63.00, then 37.00 and a fifth of 26.00, then a fifth of 63.00 three times
    assert told(found) == (5, "143.00", "5 visits like this one, from a deductible of 100.00 on")


def test_where_one_visit_is_open_so_is_the_course() -> None:
    found = course({**CARD, **PLAN, "coverage.copay": None})
    assert told(found) == (5, None, "not exactly known, as the share of one visit is not")


@pytest.mark.parametrize(
    "changed", [{"plan_of_care.weeks": 7}, {"plan_of_care.starts_on": "2025-12-31", "plan_of_care.weeks": 50}]
)
@pytest.mark.parametrize("payer", [CARD, {**MEDICARE, "coverage.deductible_remaining": 0}])
def test_a_course_beyond_the_year_is_not_added_up(payer: dict[str, Any], changed: dict[str, Any]) -> None:
    found = course({**payer, **PLAN, **changed})
    assert found.patient_share is None
    assert "are those of 2026-01-01 to 2026-12-31" in found.basis


def test_a_course_of_unknown_length_is_added_up_on_the_condition_that_it_stays_in_the_year() -> None:
    found = course({**CARD, **PLAN, "plan_of_care.weeks": None})
    assert told(found) == (5, "63.00", "5 visits like this one, all from 2026-01-01 to 2026-12-31")


def test_a_course_beyond_the_visit_limit_is_not_added_up() -> None:
    limit = {"coverage.visit_limit": 20, "coverage.visits_used": 16}
    found = course({**CARD, **PLAN, **limit})
    assert told(found) == (5, None, "not exactly known: only 4 of 5 visits are left under the visit limit")
    assert course({**CARD, **PLAN, **limit, "coverage.visits_used": 15}).patient_share == "63.00"


@pytest.mark.parametrize(
    ("before", "amount", "over"),
    [("0", "56.28", 45), ("2367.44", "2423.72", 3), ("2424", "2480.28", 1), ("3000", "3056.28", 1)],
)
def test_a_visit_moves_the_total_of_its_bucket_and_the_visit_that_passes_the_threshold_is_told(
    before: str, amount: str, over: int
) -> None:
    found = cost({**MEDICARE, "history.allowed_ytd.ot": before, "history.allowed_ytd.pt_slp": 100})
    assert found.bucket_after == (BucketAfter("ot", amount, "2480.00", over),)


def test_equal_to_the_threshold_is_not_over_it() -> None:
    [bucket] = cost({**MEDICARE, "history.allowed_ytd.ot": "2423.72"}).bucket_after
    assert (bucket.amount, bucket.over_on_visit) == ("2480.00", 2)


def test_a_visit_of_two_disciplines_moves_both_totals() -> None:
    both = {"lines.2.code": "97110", "lines.2.minutes": 15, "lines.2.discipline": "PT", "lines.2.credential": "PT"}
    ytd = {"history.allowed_ytd.ot": 0, "history.allowed_ytd.pt_slp": 1000}
    found = cost({**MEDICARE, **both, **ytd})
    assert [(bucket.bucket, bucket.amount) for bucket in found.bucket_after] == [("ot", "56.28"), ("pt_slp", "1022.21")]


def test_of_equal_units_in_two_buckets_neither_total_is_known() -> None:
    both = {"lines.2.code": "97535", "lines.2.minutes": 30, "lines.2.discipline": "PT", "lines.2.credential": "PT"}
    ytd = {"history.allowed_ytd.ot": 0, "history.allowed_ytd.pt_slp": 0}
    found = cost({**MEDICARE, **both, **ytd})
    assert found.allowed == "104.04"
    assert found.bucket_after == ()


def test_without_a_threshold_for_the_year_none_is_told() -> None:
    found = cost({**MEDICARE, "history.allowed_ytd.ot": 0, "date_of_service": "2027-01-05"})
    assert found.bucket_after == ()
    assert found.allowed is None
