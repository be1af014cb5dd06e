"""Common denials: each told before the visit where the decision shows its cause, and only there."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from engine import check
from engine.own_findings import ABOUT_PAPER
from engine.paperwork.risks import load_risks
from tests.engine.paperwork.paper import LIBRARY, decide, names, warnings
from tests.laws.cases import LIBRARY as LAWS
from tests.laws.cases import TODAY, dotted_cases, treatment


def test_complete_paper_runs_no_risk() -> None:
    assert names(decide()) == []


@pytest.mark.parametrize("on_file", [False, None])
def test_a_required_paper_that_is_missing_or_unknown_is_a_risk(on_file: bool | None) -> None:
    decision = decide(documents__evaluation=on_file)
    assert warnings(decision) == [
        (
            "risk-documentation",
            "Denial risk, insufficient documentation (reason code 226 or 252): not on file, as far as is known: "
            "Evaluation.",
        )
    ]
    [finding] = [one for one in decision.findings if one.rule == "precertain/risk-documentation"]
    assert finding.facts == (("documents.evaluation", on_file),)


def test_necessity_that_is_not_written_down_is_a_risk() -> None:
    found = warnings(decide(necessity__prior_level=None, necessity__skilled_need=" "))
    assert found == [
        (
            "risk-necessity",
            "Denial risk, no medical necessity shown (reason code 50): not written down: the prior level and the need "
            "for a therapist's skill.",
        )
    ]


def test_an_edit_whose_separateness_is_unknown_is_a_risk_and_a_settled_one_is_not() -> None:
    group = {"lines__2__code": "97150", "lines__2__minutes": 30}
    assert warnings(decide(**group)) == [
        (
            "risk-modifiers",
            "Denial risk, improper modifiers (reason code 4, 97 or 236): paid only for time of its own: 97535 beside "
            "97150; find that out before a modifier goes on.",
        )
    ]
    assert names(decide(**group, lines__1__separate_time=True)) == []
    assert names(decide(**group, lines__1__separate_time=False)) == []
    assert names(decide(lines__2__code="97530", lines__2__minutes=15)) == []


REVIEWED: dict[str, Any] = {
    "coverage__payer": "uhc-medicare-advantage",
    "coverage__plan_type": "hmo",
    "coverage__state": "OH",
    "coverage__in_network": True,
    "episode__visit_number": 7,
    "episode__new_patient": True,
    "episode__resident_of_nursing_facility": False,
}


def test_an_authorization_that_is_wanted_and_not_on_file_is_a_risk() -> None:
    decision = decide(**REVIEWED)
    assert decision.authorization.answer == "review_required"
    assert (
        "risk-authorization",
        "Denial risk, missing authorization (reason code 197): the payer wants an authorization, and none is on file.",
    ) in warnings(decision)


def on_file(used: int) -> dict[str, Any]:
    given = {
        "valid_from": "2026-09-01",
        "valid_to": "2026-12-31",
        "visits_approved": 8,
        "visits_used": used,
        "codes": (),
    }
    return {"coverage__authorization": given}


def test_an_authorization_that_is_used_up_is_another_and_one_with_room_is_none() -> None:
    exceeded = dict(warnings(decide(**REVIEWED, **on_file(8))))
    assert exceeded["risk-authorization"].startswith("Denial risk, authorization exceeded (reason code 198): ")
    satisfied = decide(**REVIEWED, **on_file(7))
    assert satisfied.authorization.answer == "satisfied"
    assert "risk-authorization" not in names(satisfied)


def test_an_authorization_that_is_not_known_to_be_wanted_is_asked_for_and_no_risk() -> None:
    decision = decide(coverage__payer="medicare-advantage")
    assert decision.authorization.answer == "unknown"
    assert "risk-authorization" not in names(decision)


LIMITED: dict[str, Any] = {
    "coverage__payer": "anthem-commercial",
    "coverage__plan_type": "ppo",
    "coverage__state": "ME",
    "coverage__in_network": True,
    "coverage__visit_limit": 20,
}


@pytest.mark.parametrize(("used", "risk"), [(10, False), (11, True), (19, True)])
def test_more_visits_planned_than_the_benefit_has_left_is_a_risk(used: int, risk: bool) -> None:
    found = dict(warnings(decide(**LIMITED, coverage__visits_used=used)))
    assert ("risk-over-use" in found) is risk
    if risk:
        assert found["risk-over-use"] == (
            f"Denial risk, over-use (reason code 119): visits still planned: 10, left in the benefit: {20 - used}."
        )


def test_no_limit_and_an_unknown_number_of_used_visits_are_no_risk() -> None:
    assert names(decide(**LIMITED)) == []
    assert names(decide(**LIMITED | {"coverage__visit_limit": "none"})) == []


@pytest.mark.parametrize(("before", "risk"), [("2000", False), ("2470", True), (None, False)])
def test_passing_the_yearly_threshold_is_a_risk_where_it_is_certain(before: str | None, risk: bool) -> None:
    assert ("risk-over-use" in names(decide(history__allowed_ytd__ot=before))) is risk


def test_nobody_denies_a_patient_who_pays_and_a_refused_visit_has_its_answer() -> None:
    bare = dict.fromkeys(("documents__evaluation", "necessity__prior_level", "necessity__skilled_need"))
    assert names(decide(coverage__payer="self-pay", **bare)) == []
    refused = decide(lines__1__purpose="wellness", **bare)
    assert (refused.headline, names(refused)) == ("not_covered", [])


def test_every_risk_has_its_reason_codes_and_a_source() -> None:
    for risk in load_risks(LIBRARY.reference.folder).values():
        assert risk.reason_codes
        assert all(code.isdecimal() for code in risk.reason_codes)
        assert risk.source.title


@settings(max_examples=100)
@given(dotted_cases)
def test_at_most_one_warning_a_risk_and_each_is_a_documented_one(case: dict[str, Any]) -> None:
    decision = check(treatment(case), LAWS, today=TODAY)
    own = [finding for finding in decision.findings if finding.rule.startswith("precertain/")]
    risks = [finding.rule for finding in own if finding.rule in ABOUT_PAPER and "/risk-" in finding.rule]
    assert len(risks) == len(set(risks))
    assert all((one.source.title, one.source.level, one.certainty) == ("precertain", "own", "certain") for one in own)
