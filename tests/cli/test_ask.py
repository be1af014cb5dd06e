"""ask, run as a person runs it: the script, the answers, and what follows from them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import ROOT, run

DAY = ("--today", "2026-11-24")
UNLISTED = str(ROOT / "examples" / "medicare-advantage-unlisted-plan.yaml")
CASE = """
date_of_service: 2026-12-01
coverage: {payer: uhc-medicare-advantage, plan_type: hmo, state: OH, in_network: true}
provider: {discipline: OT, credential: OT}
site: {place_of_service: "11", modality: in_person}
lines: [{code: "97535", minutes: 30}]
plan_of_care: {starts_on: 2026-11-24, visits: 6, weeks: 6}
episode: {visit_number: 3, resident_of_nursing_facility: false, new_patient: true}
"""


@pytest.fixture
def case(tmp_path: Path) -> str:
    path = tmp_path / "case.yaml"
    path.write_text(CASE)
    return str(path)


def test_the_fewest_questions_are_asked_and_said_to_be(case: str) -> None:
    [question] = json.loads(run("ask", case, "--json", *DAY).stdout)
    assert (question["fact"], question["settles"]) == ("episode.evaluation_on", ["authorization"])
    assert "1 question settles it; no fewer would." in run("ask", case, *DAY).stdout


def test_an_answer_decides_again_and_is_recorded_with_who_gave_it(case: str, tmp_path: Path) -> None:
    told = run(
        "ask", case, "--answer", "episode.evaluation_on=2026-11-24", "--said-by", "our chart", "--reference", "R-1",
        *DAY, data=tmp_path,
    )  # fmt: skip
    assert "BOOK AND REQUEST" in told.stdout
    assert "Nothing is open" in told.stdout
    log = json.loads(run("log", "--json", data=tmp_path).stdout)
    assert [entry["kind"] for entry in log] == ["check", "answer", "check"]
    assert (log[1]["answered"], log[1]["check_id"]) == ("episode.evaluation_on", log[2]["check_id"])
    assert log[0]["headline"] == "book_and_request"
    assert "The log is as it was written." in run("log", "--verify", data=tmp_path).stdout


def test_the_case_is_written_with_its_answers_and_reads_back(case: str, tmp_path: Path) -> None:
    answered = tmp_path / "answered.yaml"
    run("ask", case, "--answer", "episode.evaluation_on=2026-11-24", "-o", str(answered), *DAY)
    decided = json.loads(run("check", str(answered), "--json", *DAY).stdout)
    assert decided["authorization"]["answer"] == "auto_approved"
    assert decided["questions"] == []


def test_a_payers_word_where_no_rule_is_published_is_noted_and_decides_nothing(tmp_path: Path) -> None:
    told = run("ask", UNLISTED, "--answer", "authorization=none needed", "--said-by", "Lee", *DAY, data=tmp_path)
    assert told.returncode == 0
    assert "CALL PAYER" in told.stdout
    assert json.loads(run("log", "--json", data=tmp_path).stdout)[1]["answered"] == "authorization"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("episode.evaluaton_on=2026-11-24", "did you mean episode.evaluation_on?"),
        ("episode.evaluation_on=yesterday", "episode.evaluation_on"),
        ("episode.evaluation_on", "PATH=VALUE"),
    ],
)
def test_a_wrong_answer_is_told_and_nothing_is_recorded(case: str, answer: str, message: str, tmp_path: Path) -> None:
    told = run("ask", case, "--answer", answer, *DAY, data=tmp_path)
    assert told.returncode == 2
    assert message in told.stderr
    assert json.loads(run("log", "--json", data=tmp_path).stdout) == []
