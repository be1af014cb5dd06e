"""The ABN worksheet: ten blanks, the patient's left open, only where a notice is due, only for Original Medicare."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine import UserError
from letters import Letter, compose, render
from letters.letter import Table
from tests.letters.cases import TODAY, altered, decided, example

GOALS_MET = example("goals-met-medicare")
NO_REASON: dict[str, Any] = {"necessity": {}}
WELLNESS: dict[str, Any] = {**NO_REASON, "lines.1.purpose": "wellness"}


def worksheet(facts: dict[str, Any] | None = None, **more: Any) -> Letter:
    treatment, today = altered(GOALS_MET, facts or {}), more.pop("today", TODAY)
    return compose("abn", treatment, decided(treatment, today), today=today, **more)


def text(letter: Letter) -> str:
    return " ".join(render(letter, "txt").decode().split())


def entries(letter: Letter) -> dict[str, str]:
    """What stands in each blank."""
    (table,) = [block for part in letter.parts for block in part.blocks if isinstance(block, Table)]
    return {str(row[0]): str(row[2]) for row in table.rows}


def refused(facts: dict[str, Any], **more: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(UserError) as raised:
        worksheet(facts, **more)
    return [(problem.code, problem.hint) for problem in raised.value.problems]


def test_the_ten_blanks_are_filled_but_for_the_patients_three() -> None:
    service = "Daily living and home skills training (97535), 30 minutes a visit"
    assert entries(worksheet()) == {
        "A": "Juniper Test, OTR/L, Example Therapy, 2 Sample Street, Sampleville, OH 00000, phone 555-0102",
        "B": "Hazel Sample",
        "C": "goals-met-medicare (the practice's own number)",
        "D": service,
        "E": GOALS_MET.necessity.expected_denial,
        "F": "$96.00 for each visit (the practice's charge)",
        "G": f"Left to the patient, on the form. D stands here again: {service}",
        "H": "Visit of December 15, 2026",
        "I": "Left to the patient, on the form",
        "J": "Left to the patient, on the form",
    }


def test_it_says_plainly_that_it_is_not_the_notice() -> None:
    told = text(worksheet())
    assert "It is not that notice and does not replace it. Copy the entries onto the official form" in told
    assert "Signature:" not in told
    assert "CMS-R-131" in told


def test_the_members_number_is_never_in_it() -> None:
    assert "1EG4-TE5-MK73" not in text(worksheet({"coverage.member_id": "1EG4-TE5-MK73", "id": None}))
    assert entries(worksheet({"id": None}))["C"] == ""


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (date(2026, 11, 24), "the edition to use is the one that expires March 31, 2029"),
        (date(2026, 5, 12), "the edition to use is the one that expires March 31, 2029"),
        (date(2026, 5, 11), "the edition to use is the one that expires January 31, 2026"),
        (date(2023, 6, 29), "Which edition of the form is to be used on June 29, 2023 is not known here"),
    ],
)
def test_the_edition_of_the_form_goes_by_the_day(today: date, told: str) -> None:
    assert told in text(worksheet(today=today))


def test_no_notice_is_given_as_a_routine() -> None:
    ((code, hint),) = refused(NO_REASON)
    assert code == "notice-not-needed"
    assert hint is not None
    assert "necessity.expected_denial" in hint
    draft = worksheet(NO_REASON, draft=True)
    assert [gap.path for gap in draft.gaps] == ["necessity.expected_denial"]
    assert entries(draft)["E"] == "[missing: necessity.expected_denial]"
    assert "courtesy" not in text(draft)


def test_for_what_medicare_never_covers_the_notice_is_a_courtesy_with_the_rule_as_reason() -> None:
    letter = worksheet(WELLNESS)
    assert entries(letter)["E"] == (
        "General wellness, fitness and lifestyle advice are not a therapy benefit, whoever gives them."
    )
    assert "the notice is a courtesy" in text(letter)
    assert "courtesy" not in text(worksheet())


def test_only_the_services_that_medicare_never_covers_are_in_a_courtesy_notice() -> None:
    lines = [{"code": "97535", "minutes": 30, "purpose": "wellness", "charge": 80}, {"code": "97530", "minutes": 15}]
    entry = entries(worksheet({**NO_REASON, "lines": lines}))
    assert (entry["D"], entry["F"]) == (
        "Daily living and home skills training (97535), 30 minutes a visit",
        "$80.00 for each visit (the practice's charge)",
    )


def test_the_cost_is_the_charge_or_the_fee_schedules_amount_or_asked_for() -> None:
    assert entries(worksheet({"lines.1.charge": None}))["F"] == (
        "$56.28 for each visit (the amount of Medicare's fee schedule)"
    )
    unpriced = {"lines.1.charge": None, "site.locality": None}
    with pytest.raises(UserError) as raised:
        worksheet(unpriced)
    assert [problem.key for problem in raised.value.problems] == ["lines.1.charge"]
    assert entries(worksheet(unpriced, draft=True))["F"] == "[missing: lines.1.charge]"
    assert [code for code, _ in refused({**WELLNESS, "lines.1.charge": None})] == ["missing-fact"]


@pytest.mark.parametrize(
    ("payer", "hint"),
    [
        ("uhc-medicare-advantage", "organization-determination"),
        ("medicare-advantage", "organization-determination"),
        ("some-other-medicare-advantage", "organization-determination"),
        ("aetna-commercial", "payer's own form"),
        ("self-pay", "payer's own form"),
        ("a-payer-without-rules", "payer's own form"),
    ],
)
def test_anybody_but_original_medicare_is_refused(payer: str, hint: str) -> None:
    for draft in (False, True):
        ((code, said),) = refused({"coverage.payer": payer}, draft=draft)
        assert code == "wrong-payer"
        assert said is not None
        assert hint in said


def test_a_notice_after_the_visit_is_none() -> None:
    assert [code for code, _ in refused({}, today=date(2026, 12, 16), draft=True)] == ["too-late"]
    assert entries(worksheet(today=date(2026, 12, 15)))["B"] == "Hazel Sample"


def test_the_decision_asks_for_the_notice_and_marks_the_line() -> None:
    unsigned = decided(GOALS_MET)
    assert {paper.id: paper.status for paper in unsigned.documents}["abn"] == "missing"
    assert unsigned.lines[0].modifiers == ("GO", "GZ")
    signed = decided(altered(GOALS_MET, {"documents.abn_signed_on": date(2026, 12, 15)}))
    assert {paper.id: paper.status for paper in signed.documents}["abn"] == "on_file"
    assert signed.lines[0].modifiers == ("GO", "GA")


def test_a_member_of_medicare_advantage_gets_a_request_for_a_determination() -> None:
    treatment = example("stroke-uhc-medicare-advantage")
    letter = compose("organization-determination", treatment, decided(treatment), today=TODAY)
    assert "to determine, before the visit, whether the plan covers occupational therapy" in text(letter)
    original = example("stroke-original-medicare")
    with pytest.raises(UserError, match="wrong-payer"):
        compose("organization-determination", original, decided(original), today=TODAY)
