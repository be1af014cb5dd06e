"""What a patient owes who pays alone."""

from __future__ import annotations

from tests.engine.cost.cases import cost, decide, shares

ALONE = {"coverage.payer": "self-pay", "lines.2.code": "97530", "lines.2.minutes": 15}


def test_the_patient_owes_the_charges_of_all_lines() -> None:
    found = cost({**ALONE, "lines.1.charge": "90.00", "lines.2.charge": "45.50"})
    assert shares(found) == ("135.50", "0.00", "135.50")
    assert found.basis == "the practice's charges: 97530 45.50, 97535 90.00"


def test_a_charge_is_for_the_whole_line_whatever_its_units_are() -> None:
    assert cost({**ALONE, "lines.1.charge": 90, "lines.2.charge": 45, "lines.1.minutes": None}).allowed == "135.00"


def test_each_line_of_the_claim_carries_its_charge() -> None:
    decision = decide({**ALONE, "lines.1.charge": 90, "lines.2.charge": 45})
    assert [claim.allowed for line in decision.lines for claim in line.claim_lines] == ["90.00", "45.00"]


def test_a_missing_charge_leaves_the_visit_open_and_names_its_line() -> None:
    found = cost({**ALONE, "lines.1.charge": 90})
    assert (found.allowed, found.patient_share, found.patient_range) == (None, None, None)
    assert found.payer_share == "0.00"
    assert found.basis == "the practice's charges: 97535 90.00; the charge for 97530 is not known"


def test_a_planned_course_costs_its_visits_times_the_charges_in_any_year() -> None:
    plan = {"plan_of_care.visits": 12, "plan_of_care.starts_on": "2026-11-24", "plan_of_care.weeks": 12}
    course = cost({**ALONE, **plan, "lines.1.charge": 90, "lines.2.charge": 45}).course
    assert course is not None
    assert course.as_json() == {"visits": 12, "patient_share": "1620.00", "basis": "12 visits like this one"}
