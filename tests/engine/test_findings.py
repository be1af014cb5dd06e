"""What the product itself has to say about a case."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine import Decision, PlannedTreatment, check, load_rulesets

LIBRARY = load_rulesets()


def decide(line: dict[str, Any], payer: str = "medicare-part-b", **more: Any) -> Decision:
    case = {
        "date_of_service": "2026-12-01",
        "coverage": {"payer": payer},
        "provider": {"discipline": "OT", "credential": "OT"},
        "site": {"place_of_service": "11", "modality": "in_person", "locality": "national"},
        "lines": ({"code": "97535", **line},),
        **more,
    }
    return check(PlannedTreatment.model_validate(case), LIBRARY, today=date(2026, 11, 24))


def messages(decision: Decision) -> dict[str, str]:
    return {finding.rule: finding.message for finding in decision.findings if finding.source.level == "own"}


def test_stated_units_that_disagree_with_the_minutes_are_told() -> None:
    told = messages(decide({"minutes": 30, "units": 3}))
    assert told["precertain/units-disagree"].startswith("Line 1 states 3 units, but its minutes give 2")
    assert "precertain/units-disagree" not in messages(decide({"minutes": 30, "units": 2}))
    assert "precertain/units-disagree" not in messages(decide({"units": 3}))


def test_an_activity_that_nobody_knows_is_told_with_the_nearest() -> None:
    told = messages(decide({"activities": ({"name": "dresing"}, {"name": "bathing"})}))
    assert told["precertain/unknown-activity"].endswith("did you mean dressing?")


def test_a_code_and_a_payer_without_rules_are_told_and_stay_unknown() -> None:
    unknown_code = decide({"code": "0001A"})
    assert "precertain/unknown-code" in messages(unknown_code)
    assert unknown_code.lines[0].answer == "unknown"
    unknown_payer = decide({}, payer="some-other-plan")
    assert "precertain/no-ruleset" in messages(unknown_payer)
    assert {unknown_payer.coverage.answer, unknown_payer.authorization.answer} == {"unknown"}


@pytest.mark.parametrize("payer", LIBRARY.payers)
def test_every_finding_has_a_title_of_its_source_and_its_dates(payer: str) -> None:
    for finding in decide({"minutes": 30}, payer=payer).findings:
        assert finding.source.title
        assert finding.message


def test_a_claim_line_carries_its_allowed_amount_where_it_is_exactly_known() -> None:
    assert decide({"minutes": 30}).lines[0].claim_lines[0].allowed == "56.28"
    assert decide({"minutes": 30}, payer="uhc-medicare-advantage").lines[0].claim_lines[0].allowed is None


def test_coinsurance_is_a_fraction_with_up_to_six_decimals() -> None:
    decide({}, coverage={"payer": "anthem-commercial", "coinsurance": "0.333333"})
    with pytest.raises(ValueError, match="fraction"):
        decide({}, coverage={"payer": "anthem-commercial", "coinsurance": "20"})
