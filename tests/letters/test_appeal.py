"""Appeals: the denial quoted, the payer's own rules against the reason given, and nothing that the rules do not say."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine import UserError
from letters import Letter, compose, render
from tests.command import ROOT, run
from tests.letters.cases import TODAY, altered, decided, example
from tests.letters.reading import squeezed

DENIED = example("denied-appeal")
NECESSITY = ("functional_limitation", "prior_level", "current_level", "skilled_need")
AUTHORIZED = {"number": "A-77", "valid_from": date(2026, 10, 22), "valid_to": date(2026, 12, 20),
              "visits_approved": 8, "visits_used": 3, "codes": ["97535"]}  # fmt: skip


def appeal(facts: dict[str, Any] | None = None, **more: Any) -> Letter:
    treatment = altered(DENIED, facts or {})
    return compose("appeal", treatment, decided(treatment), today=more.pop("today", TODAY), **more)


def text(letter: Letter) -> str:
    return " ".join(render(letter, "txt").decode().split())


def argument(letter: Letter) -> str:
    told = text(letter)
    start = told.find("What answers the denial")
    return told[start : told.index("Enclosures")] if start >= 0 else ""


def test_the_denial_is_quoted_with_level_and_last_day() -> None:
    told = text(appeal())
    for stated in (
        "November 20, 2026", "November 17, 2026", "EXAMPLE-CLAIM-0012", "CO-50",
        "“The service is not covered because the plan does not deem it a medical necessity.”",
        "Appeal to the plan (reconsideration)", "January 21, 2027; where the notice of denial names another day",
    ):  # fmt: skip
        assert stated in told


def test_the_payers_own_rules_stand_with_their_sources_and_the_facts_that_meet_them() -> None:
    told = argument(appeal())
    assert "Medicare covers therapy that needs a therapist's skill" in told
    assert "Jimmo v. Sebelius" in told
    assert "The plan of care is on file" in told
    assert "The first six visits" not in told


def test_a_denial_for_want_of_authorization_is_answered_by_the_rules_on_authorization() -> None:
    told = argument(appeal({"denial.reason_code": "CO-197"}))
    assert "The first six visits within eight weeks of the evaluation pass without clinical review" in told
    assert "This visit's number in the payer's own count: 4" in told
    assert "Medicare covers therapy" not in told


def test_where_the_rules_side_with_the_payer_the_letter_argues_nothing_and_says_so_to_the_sender() -> None:
    letter = appeal({"denial.reason_code": "197", "episode.visit_number": 7})
    assert decided(altered(DENIED, {"episode.visit_number": 7})).authorization.answer == "review_required"
    assert argument(letter) == ""
    assert any("No published rule" in note for note in letter.notes)


def test_an_authorization_on_file_answers_that_there_is_none() -> None:
    for code in ("197", "198"):
        letter = appeal({"denial.reason_code": code, "coverage.authorization": AUTHORIZED})
        assert "A-77" in argument(letter)
        assert "December 20, 2026" in argument(letter)
        assert not any("No published rule" in note for note in letter.notes)
    assert "A-77" not in argument(appeal({"coverage.authorization": AUTHORIZED}))


def test_a_bundled_service_is_answered_by_its_own_time() -> None:
    lines = [{"code": "97535", "minutes": 30, "separate_time": True}, {"code": "97150", "minutes": 30}]
    facts = {"denial.reason_code": "97", "coverage.payer": "medicare-part-b", "lines": lines}
    told = argument(appeal(facts))
    assert "the second service has a time of its own" in told
    assert "97535 beside 97150: an interval or encounter of its own" in told
    assert "GO, 59" in told
    together = argument(appeal({**facts, "lines": [{**lines[0], "separate_time": False}, lines[1]]}))
    assert "time of its own" not in together


@pytest.mark.parametrize("code", ["N115", "CO-96", "the plan's own code 7Q"])
def test_a_code_that_is_not_in_the_table_is_quoted_and_answered_by_facts_alone(code: str) -> None:
    letter = appeal({"denial.reason_code": code})
    assert code in text(letter)
    assert argument(letter) == ""
    assert "In our words" not in text(letter)
    assert "Cannot fasten clothing" in text(letter)


def test_a_reason_in_words_needs_no_code() -> None:
    told = text(appeal({"denial.reason_code": None}))
    assert "does not deem it a medical necessity" in told


def test_what_the_reason_needs_is_missing_and_what_it_does_not_need_is_not() -> None:
    without = {f"necessity.{name}": None for name in NECESSITY}
    with pytest.raises(UserError) as raised:
        appeal(without)
    assert [problem.key for problem in raised.value.problems] == [f"necessity.{name}" for name in NECESSITY]
    told = text(appeal({**without, "denial.reason_code": "CO-197"}))
    assert "skill is needed" not in told


@pytest.mark.parametrize(
    ("absent", "gap"),
    [
        ("patient.name", "patient.name"),
        ("patient.birth_date", "patient.birth_date"),
        ("coverage.member_id", "coverage.member_id"),
        ("provider.name", "provider.name"),
        ("provider.npi", "provider.npi"),
        ("denial.received_on", "denial.received_on"),
        ("denial.claim_number", "denial.claim_number"),
        ("denial.level", "denial.level"),
        ("diagnoses", "diagnoses"),
        ("lines.1.minutes", "lines.1.minutes"),
    ],
)
def test_each_fact_that_identifies_the_denial_is_asked_for(absent: str, gap: str) -> None:
    with pytest.raises(UserError) as raised:
        appeal({absent: None})
    assert [problem.key for problem in raised.value.problems] == [gap]
    assert all(problem.hint for problem in raised.value.problems)
    assert f"[missing: {gap}]" in text(appeal({absent: None}, draft=True)) or gap in ("diagnoses", "lines.1.minutes")


def test_a_denial_without_any_reason_is_asked_for_one() -> None:
    with pytest.raises(UserError) as raised:
        appeal({"denial.reason_code": None, "denial.reason_text": " "})
    assert [problem.key for problem in raised.value.problems] == ["denial.reason_code"]


def test_without_a_day_that_starts_the_clock_the_notice_tells_the_last_day() -> None:
    letter = appeal({"denial.notice_on": None})
    assert "Last day: The one that the notice received on November 20, 2026 names." in text(letter)
    assert any("denial.notice_on" in note for note in letter.notes)


def test_a_last_day_that_is_past_is_told_to_the_sender_and_not_to_the_payer() -> None:
    letter = appeal(today=date(2027, 1, 22))
    assert "January 21, 2027" not in text(letter)
    assert any("was due by 2027-01-21" in note for note in letter.notes)
    assert "January 21, 2027" in text(appeal(today=date(2027, 1, 21)))


def test_a_level_that_no_clock_measures_is_told() -> None:
    letter = appeal({"denial.level": "second level"})
    assert "second level" in text(letter)
    assert any("external review" in note for note in letter.notes)


def test_papers_that_are_not_on_file_are_not_enclosed_and_the_sender_is_told() -> None:
    letter = appeal({"documents.evaluation": False})
    enclosures = text(letter).split("Enclosures")[1]
    assert "Evaluation" not in enclosures
    assert "Plan of care" in enclosures
    assert any("Evaluation and Progress report" in note for note in letter.notes)


def test_nobody_appeals_to_nobody() -> None:
    with pytest.raises(UserError, match="wrong-payer"):
        appeal({"coverage.payer": "self-pay"}, draft=True)


def test_the_command_writes_the_appeal_and_its_notes(tmp_path: Path) -> None:
    case, target = str(ROOT / "examples" / "denied-appeal.yaml"), tmp_path / "appeal.md"
    result = run("letter", "appeal", case, "-o", str(target), "--today", TODAY.isoformat())
    assert result.returncode == 0
    assert "Note: The plan's reconsideration is asked for within 65 days" in result.stderr
    assert "Progress report" in result.stderr
    assert squeezed("Appeal of a denial") in squeezed(target.read_text())
