"""runs-out and why --cliffs, run as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import ROOT, run

DAY = ("--today", "2026-11-24")
EXAMPLES = ROOT / "examples"
AUTHORIZED = """
date_of_service: 2026-12-01
coverage:
  payer: uhc-medicare-advantage
  plan_type: hmo
  state: OH
  in_network: true
  authorization:
    {number: A-77, valid_from: 2026-11-20, valid_to: %s, visits_approved: %s, visits_used: 2, codes: ["97535"]}
provider: {discipline: OT, credential: OT}
site: {place_of_service: "11", modality: in_person}
lines: [{code: "97535", minutes: 30, purpose: restore}]
plan_of_care: {starts_on: 2026-11-24, visits: 24, weeks: 12}
episode: {visit_number: 9, new_patient: true, evaluation_on: 2026-11-10, resident_of_nursing_facility: false}
documents: {evaluation: true, plan_of_care: true, progress_report: true}
"""


def turns(case: str, per_week: int) -> list[dict[str, object]]:
    told = run("runs-out", case, "--per-week", str(per_week), "--json", *DAY)
    assert told.returncode == 0, told.stderr
    return list(json.loads(told.stdout)["turns"])


@pytest.mark.parametrize(
    ("valid_to", "approved", "visit", "on", "ask_by"),
    [
        # Two visits are used; the ninth to the fourteenth use six more: the fifteenth is a review again.
        ("2026-12-31", 8, 15, "2026-12-22", "2026-12-15"),
        # Visits are left, but the authorization ends first.
        ("2026-12-11", 20, 13, "2026-12-15", "2026-12-08"),
    ],
)
def test_approved_visits_or_days_run_out(
    valid_to: str, approved: int, visit: int, on: str, ask_by: str, tmp_path: Path
) -> None:
    case = tmp_path / "case.yaml"
    case.write_text(AUTHORIZED % (valid_to, approved))
    first = turns(str(case), 2)[0]
    assert first["differs"] == [{"answer": "authorization", "before": "satisfied", "after": "review_required"}]
    assert (first["visit"], first["on"], first["ask_by"]) == (visit, on, ask_by)


def test_the_free_visits_of_a_new_patient_run_out_at_the_seventh() -> None:
    found = turns(str(EXAMPLES / "stroke-uhc-medicare-advantage.yaml"), 3)
    assert (found[0]["visit"], found[0]["differs"]) == (
        7,
        [{"answer": "authorization", "before": "auto_approved", "after": "review_required"}],
    )


def test_the_dollars_of_the_year_run_out_where_kx_begins(tmp_path: Path) -> None:
    text = (EXAMPLES / "stroke-original-medicare.yaml").read_text()
    case = tmp_path / "case.yaml"
    case.write_text(text.replace("allowed_ytd: {ot:", "allowed_ytd: {ot: 2350, pt_slp:").partition("history:")[0]
                    + "history: {allowed_ytd: {ot: 2350, pt_slp: 0}}\n")  # fmt: skip
    # Each visit of two units counts 56.28 dollars: 2350 and three of them pass 2480.
    assert next(turn for turn in turns(str(case), 3) if turn["modifiers_added"])["visit"] == 3


def test_a_used_up_benefit_is_told(tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    case.write_text(
        "date_of_service: 2026-12-01\n"
        "coverage: {payer: anthem-commercial, plan_type: ppo, state: ME, in_network: true,\n"
        "           visit_limit: 20, visits_used: 18}\n"
        "provider: {discipline: OT, credential: OT}\nsite: {place_of_service: '11', modality: in_person}\n"
        "lines: [{code: '97535', minutes: 30, purpose: restore}]\nplan_of_care: {visits: 6, weeks: 3}\n"
        "episode: {visit_number: 3}\n"
    )
    first = turns(str(case), 2)[0]
    assert first["visit"] == 5
    assert {"answer": "coverage", "before": "covered", "after": "not_covered"} in first["differs"]  # type: ignore[operator]


def test_where_nothing_runs_out_it_is_said() -> None:
    told = run("runs-out", str(EXAMPLES / "self-pay.yaml"), "--per-week", "1", *DAY)
    assert "Nothing runs out" in told.stdout


def test_the_cliffs_of_a_work_injury_name_the_day_before_the_review() -> None:
    found = json.loads(run("why", str(EXAMPLES / "california-work-injury.yaml"), "--cliffs", "--json", *DAY).stdout)
    assert found[0]["kind"] == "scheduling"
    assert found[0]["change"] == "see the patient on 2026-12-09"
    assert found[0]["differs"] == [{"answer": "authorization", "before": "review_required", "after": "not_required"}]
    assert (found[0]["easier"], found[0]["headline"]) == (True, "book")


def test_the_day_after_an_authorization_ends_is_the_nearest_that_needs_another() -> None:
    example = EXAMPLES / "knee-stairs-goal-met.yaml"
    assert "valid_to: 2027-01-05" in example.read_text()
    found = json.loads(run("why", str(example), "--cliffs", "--json", *DAY).stdout)
    days = [(one["change"], one["headline"]) for one in found if one["change"].startswith("see the patient on")]
    assert days == [("see the patient on 2027-01-06", "authorize_first")]


def test_papers_on_file_are_a_paperwork_option() -> None:
    found = json.loads(run("whatif", str(EXAMPLES / "knee-stairs.yaml"), "--json", *DAY).stdout)
    assert [one["change"] for one in found if one["kind"] == "paperwork"] == ["put on file: Plan of care, Evaluation"]


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_option_touches_what_the_clinician_found(example: Path) -> None:
    found = json.loads(run("why", str(example), "--cliffs", "--json", *DAY).stdout)
    for one in found:
        assert one["kind"] in ("scheduling", "paperwork")
        for clinical in ("diagnos", "minutes", "purpose", "goal", "units"):
            assert clinical not in one["change"]


def test_a_single_word_path_can_be_set() -> None:
    told = run("whatif", str(EXAMPLES / "knee-stairs.yaml"), "--set", "date_of_service=2027-01-20", *DAY)
    assert (told.returncode, told.stderr) == (0, "")
    assert "AUTHORIZE FIRST" in told.stdout
