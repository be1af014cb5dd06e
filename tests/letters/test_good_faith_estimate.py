"""Good-faith estimates: charges summed over the planned visits, rights as cited clauses, only for self-pay."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import UserError
from letters import Letter, compose, render
from tests.command import ROOT, run
from tests.letters.cases import TODAY, altered, decided, example

SELF_PAY = example("self-pay")


def estimate(facts: dict[str, Any] | None = None, **more: Any) -> Letter:
    treatment = altered(SELF_PAY, facts or {})
    return compose("good-faith-estimate", treatment, decided(treatment), today=TODAY, **more)


def text(letter: Letter) -> str:
    return " ".join(render(letter, "txt").decode().split())


def test_the_services_are_itemized_and_summed_over_the_planned_visits() -> None:
    told = text(estimate())
    for stated in (
        "Alder Sample", "February 2, 1970", "Juniper Test, OTR/L", "1234567893", "00-0000000", "2 Sample Street",
        "Main service: Daily living and home skills training (occupational therapy), on December 16, 2026",
        "97535", "3 units, 45 minutes", "$135.00", "$810.00", "97530", "1 unit, 15 minutes", "$48.50", "$291.00",
        "Expected charge for each visit: $183.50", "Expected charge for all planned visits: $1,101.00 for 6 visits",
        "M18.11", "Unilateral primary osteoarthritis of first carpometacarpal joint, right hand",
        "November 30, 2026, counted from November 24, 2026",
    ):  # fmt: skip
        assert stated in told


def test_the_rights_of_the_patient_stand_in_it_with_their_source() -> None:
    told = text(estimate())
    for stated in ("is an estimate", "$400 above", "within 120 days", "no contract", "45 CFR 149.610"):
        assert stated in told


charges = st.decimals(0, 10_000, places=2)


@given(st.lists(charges, min_size=1, max_size=4), st.integers(1, 60))
def test_the_totals_are_those_of_the_lines(amounts: list[Decimal], visits: int) -> None:
    lines = [{"code": "97535", "minutes": 15, "charge": amount} for amount in amounts]
    told = text(estimate({"lines": lines, "plan_of_care": {"visits": visits}}))
    assert f"Expected charge for each visit: ${sum(amounts):,.2f}" in told
    assert f"Expected charge for all planned visits: ${sum(amounts) * visits:,.2f} for {visits} visit" in told


def test_without_planned_visits_it_is_for_one_and_the_sender_is_told() -> None:
    letter = estimate({"plan_of_care": {}})
    assert "all planned visits" not in text(letter)
    assert any("plan_of_care.visits" in note for note in letter.notes)


def test_without_an_address_there_is_room_to_write_it_and_the_sender_is_told() -> None:
    letter = estimate({"provider.address": None})
    assert "Place of the visits: ____" in text(letter)
    assert any("provider.address" in note for note in letter.notes)
    assert "____" not in text(estimate())


@pytest.mark.parametrize(
    "absent",
    ["patient.name", "patient.birth_date", "provider.name", "provider.npi", "provider.tax_id", "diagnoses",
     "lines.1.charge", "lines.2.charge"],
)  # fmt: skip
def test_each_required_fact_is_asked_for(absent: str) -> None:
    with pytest.raises(UserError) as raised:
        estimate({absent: None})
    assert [(problem.code, problem.key) for problem in raised.value.problems] == [("missing-fact", absent)]
    draft = estimate({absent: None}, draft=True)
    assert [gap.path for gap in draft.gaps] == [absent]
    assert f"[missing: {absent}]" in text(draft) or absent == "diagnoses"


@pytest.mark.parametrize("payer", ["medicare-part-b", "uhc-medicare-advantage", "aetna-commercial", "no-such-payer"])
def test_patients_with_a_payer_get_none(payer: str) -> None:
    with pytest.raises(UserError) as raised:
        estimate({"coverage.payer": payer}, draft=True)
    (problem,) = raised.value.problems
    assert problem.code == "wrong-payer"
    assert "uninsured or pay themselves" in problem.message


def test_before_the_law_none_is_owed() -> None:
    with pytest.raises(UserError, match="notice-not-needed"):
        estimate({"date_of_service": date(2021, 12, 31)})


def test_one_estimate_covers_at_most_twelve_months() -> None:
    assert "52 weeks" in text(estimate({"plan_of_care.weeks": 52}))
    with pytest.raises(UserError, match="twelve months"):
        estimate({"plan_of_care.weeks": 53})


def test_the_command_refuses_an_insured_patient_and_writes_nothing(tmp_path: Path) -> None:
    case = str(ROOT / "examples" / "aetna-new-jersey.yaml")
    refused = run("letter", "good-faith-estimate", case, "-o", str(tmp_path / "estimate.pdf"))
    assert refused.returncode == 2
    assert "wrong-payer" in refused.stderr
    assert list(tmp_path.iterdir()) == []
