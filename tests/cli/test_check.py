"""check: the verdict first, the exit status, problems told all together, and an answer whatever the store does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import ROOT, run

EXAMPLES = ROOT / "examples"
ADVANTAGE = str(EXAMPLES / "stroke-uhc-medicare-advantage.yaml")
MEDICARE = str(EXAMPLES / "stroke-original-medicare.yaml")
DAY = ("--today", "2026-11-24")


@pytest.mark.parametrize(
    ("example", "status", "word"),
    [
        ("stroke-original-medicare", 0, "BOOK"),
        ("stroke-uhc-medicare-advantage", 10, "BOOK AND REQUEST"),
        ("stroke-after-three-weeks", 20, "AUTHORIZE FIRST"),
        ("medicare-advantage-unlisted-plan", 30, "CALL PAYER"),
    ],
)
def test_the_verdict_stands_first_and_the_exit_status_says_it(example: str, status: int, word: str) -> None:
    told = run("check", str(EXAMPLES / f"{example}.yaml"), *DAY)
    assert told.stdout.splitlines()[0] == word
    assert told.returncode == status
    assert told.stderr == ""


def test_what_medicare_never_covers_is_not_covered() -> None:
    case = "{date_of_service: 2026-12-01, coverage: {payer: medicare-part-b}, provider: {discipline: OT}, "
    case += "lines: [{code: '97535', minutes: 30, purpose: wellness}]}"
    told = run("check", "-", given=case.encode())
    assert (told.returncode, told.stdout.splitlines()[0]) == (40, "NOT COVERED")


def test_piped_output_fits_80_columns_without_colour_and_only_addresses_are_longer() -> None:
    told = run("check", ADVANTAGE, MEDICARE, *DAY)
    long = [line for line in told.stdout.splitlines() if len(line) > 80]
    assert all(line.strip().startswith("http") for line in long)
    assert "\x1b" not in told.stdout
    assert not [line for line in told.stdout.splitlines() if line != line.rstrip()]


def test_of_several_cases_the_status_is_the_highest_and_json_is_an_array() -> None:
    told = run("check", MEDICARE, ADVANTAGE, "--json", *DAY)
    assert [decision["headline"] for decision in json.loads(told.stdout)] == ["book", "book_and_request"]
    assert told.returncode == 10


def test_the_same_case_rulesets_and_day_give_the_same_bytes() -> None:
    first, second = (run("check", ADVANTAGE, "--json", *DAY) for _ in range(2))
    assert first.stdout == second.stdout


def test_all_problems_of_all_files_are_told_together_and_nothing_is_decided(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("date_of_service: 2026-02-30\ncoverage: {payor: x}\nlines: [{code: '97535', minutes: -5}]\n")
    told = run("check", MEDICARE, str(broken), str(tmp_path / "absent.yaml"))
    assert told.returncode == 2
    assert told.stdout == ""
    for expected in (
        "broken.yaml:1:",
        "broken.yaml:2:",
        "broken.yaml:3:",
        "did you mean payer?",
        "absent.yaml",
        "problems",
    ):
        assert expected in told.stderr


def test_keep_going_decides_the_good_cases_and_still_says_2(tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    good = {
        "id": "good",
        "date_of_service": "2026-12-01",
        "coverage": {"payer": "self-pay"},
        "lines": [{"code": "97535"}],
    }
    cases.write_text(json.dumps(good) + '\n{"id": "bad"}\n')
    told = run("check", str(cases), "--keep-going", "--json")
    assert json.loads(told.stdout)["id"] == "good"
    assert told.returncode == 2
    assert "cases.jsonl:2:" in told.stderr


def test_strict_turns_each_presumption_into_a_question() -> None:
    usual = json.loads(run("check", ADVANTAGE, "--json", *DAY).stdout)
    strict = json.loads(run("check", ADVANTAGE, "--json", "--strict", *DAY).stdout)
    assert usual["assumptions"]
    assert strict["assumptions"] == []
    assert strict["headline"] == "call_payer"
    assert {"coverage.active_from"} <= {question["fact"] for question in strict["questions"]}


def test_a_store_that_fails_is_told_and_the_answer_still_stands(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/no/such/folder/x.db"
    told = run("check", MEDICARE, *DAY, PRECERTAIN_DATABASE_URL=url)
    assert told.returncode == 0
    assert told.stdout.startswith("BOOK\n")
    assert told.stderr.startswith("Not recorded: ")


def test_text_of_a_case_cannot_steer_the_terminal() -> None:
    case = {
        "id": "\u001b[2Jx\u202e",
        "date_of_service": "2026-12-01",
        "coverage": {"payer": "self-pay"},
        "lines": [{"code": "97535"}],
    }
    told = run("check", "-", given=json.dumps(case).encode())
    assert "\x1b" not in told.stdout
    assert "\u202e" not in told.stdout


def test_a_wrong_day_or_option_is_told_with_status_2() -> None:
    assert "--today takes a date" in run("check", MEDICARE, "--today", "soon").stderr
    assert run("check", MEDICARE, "--today", "soon").returncode == 2
    assert run("check", MEDICARE, "--no-such-option").returncode == 2
    assert run("check").returncode == 2


def test_a_practices_own_ruleset_wins_over_the_bundled_one_and_the_decision_says_so(tmp_path: Path) -> None:
    own = (ROOT / "rulesets" / "self-pay.yaml").read_text().replace('version: "2026.11.1"', 'version: "own.1"')
    (tmp_path / "self-pay.yaml").write_text(own)
    told = run("check", str(EXAMPLES / "self-pay.yaml"), "--json", "--rulesets", str(tmp_path), *DAY)
    decision = json.loads(told.stdout)
    assert decision["rulesets"][0]["version"] == "own.1"
    assert "precertain/own-ruleset" in {finding["rule"] for finding in decision["findings"]}
    assert run("check", MEDICARE, "--rulesets", str(tmp_path / "absent")).returncode == 2


def test_warnings_about_the_paper_stand_together_after_the_reasons_and_once_for_two_coverages() -> None:
    case = """
date_of_service: 2026-12-01
coverage: {payer: medicare-part-b, secondary: {payer: uhc-commercial, visit_limit: 4, visits_used: 4}}
provider: {discipline: OT, credential: OT}
site: {place_of_service: "11", modality: in_person}
lines: [{code: "97535", minutes: 30, activities: [stairs]}]
plan_of_care: {goals: [{text: Will do ten repetitions}]}
"""
    told = run("check", "-", *DAY, given=case.encode()).stdout
    first, second = told.split("SECOND COVERAGE")
    assert first.index("\nWhy\n") < first.index("\nBefore you send it\n") < first.index("\nPresumed\n")
    assert first.count("Goal 1 lacks") == first.count("these activities usually stand elsewhere") == 1
    assert "Goal 1 lacks" not in second
    warned = first[first.index("\nBefore you send it\n") : first.index("\nPresumed\n")]
    assert "Denial risk, insufficient documentation" in warned


@pytest.mark.parametrize("path", ["provider.npi", "referral.physician.npi"])
def test_the_check_digit_of_every_npi_is_verified_at_reading(path: str) -> None:
    wrong = run("whatif", MEDICARE, "--set", f"{path}=1234567890", *DAY)
    assert wrong.returncode == 2
    assert f"({path})" in wrong.stderr
    assert "ten digits whose last is the check digit" in wrong.stderr
    assert run("whatif", MEDICARE, "--set", f"{path}=1234567893", *DAY).returncode == 0


def test_a_terminal_that_lacks_letters_shows_the_answer_all_the_same() -> None:
    case = str(EXAMPLES / "self-pay.yaml")
    whole, shown = (run("check", case, *DAY, PYTHONIOENCODING=encoding) for encoding in ("utf-8", "ascii"))
    assert (shown.returncode, shown.stderr) == (whole.returncode, "")
    assert shown.stdout == whole.stdout.encode("ascii", "replace").decode()
    assert not whole.stdout.isascii()


def test_a_payer_without_a_ruleset_whose_id_is_nearly_another_is_told_with_that_one() -> None:
    case = "{date_of_service: 2026-12-01, coverage: {payer: %s}, lines: [{code: '97535'}]}"
    told = run("check", "-", *DAY, "--json", given=(case % "uhc-medicare-advantge").encode())
    assert (told.returncode, json.loads(told.stdout)["payer"]) == (30, "uhc-medicare-advantge")
    assert "warning: payer-misspelt: no ruleset answers for 'uhc-medicare-advantge'" in told.stderr
    assert "did you mean uhc-medicare-advantage?" in told.stderr
    assert run("check", "-", *DAY, given=(case % "oscar-commercial").encode()).stderr == ""
