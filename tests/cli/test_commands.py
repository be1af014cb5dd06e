"""why, ask, whatif, units, log, replay, letter and rules, run as a person runs them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.command import ROOT, run

EXAMPLES = ROOT / "examples"
KNEE = str(EXAMPLES / "knee-stairs.yaml")
UNLISTED = str(EXAMPLES / "medicare-advantage-unlisted-plan.yaml")
ADVANTAGE = str(EXAMPLES / "stroke-uhc-medicare-advantage.yaml")
MEDICARE = str(EXAMPLES / "stroke-original-medicare.yaml")
DAY = ("--today", "2026-11-24")


def test_why_shows_each_condition_of_a_rule_with_value_and_truth() -> None:
    told = run("why", KNEE, "first-six-visits", *DAY)
    assert "[true]  episode.visit_number is at most 6 — it is 3" in told.stdout
    assert "[unknown]  episode.new_condition is yes — it is unknown" in told.stdout


def test_why_explains_a_rule_that_did_not_fire() -> None:
    tree = json.loads(run("why", KNEE, "home", "--json", *DAY).stdout)[0]
    assert tree["state"] == "does not apply"
    assert tree["condition"]["truth"] == "false"


def test_why_covers_every_rule_of_the_payer() -> None:
    explained = {tree["rule"] for tree in json.loads(run("why", KNEE, "--json", *DAY).stdout)}
    rules = json.loads(run("rules", "show", "uhc-medicare-advantage", "--json").stdout)
    listed = {rule["id"] for rule in rules if rule["scope"] != "pair"}  # the case has no pair with an edit
    assert explained == listed


def test_a_rule_that_there_is_not_is_told_with_the_nearest() -> None:
    told = run("why", KNEE, "first-sx-visits")
    assert told.returncode == 2
    assert "did you mean first-six-visits?" in told.stderr


def test_ask_prints_only_the_questions_that_decide_with_room_for_the_answers() -> None:
    told = run("ask", UNLISTED, *DAY)
    assert "Do these services need authorization, and from which visit on?" in told.stdout
    assert "Representative's name: ____" in told.stdout
    assert "Reference number: ____" in told.stdout
    asked = json.loads(run("ask", UNLISTED, "--json", *DAY).stdout)
    decided = json.loads(run("check", UNLISTED, "--json", *DAY).stdout)
    assert asked == decided["questions"]


def test_ask_says_where_nothing_is_open() -> None:
    assert "no call is needed" in run("ask", MEDICARE, *DAY).stdout


def test_whatif_shows_both_decisions_and_what_differs() -> None:
    told = json.loads(run("whatif", KNEE, "--set", "episode.visit_number=7", "--json", *DAY).stdout)
    assert (told["before"]["headline"], told["after"]["headline"]) == ("book_and_request", "authorize_first")
    places = {one["path"] for one in told["differences"]}
    assert {"headline", "authorization.answer"} <= places
    assert "AUTHORIZE FIRST" in run("whatif", KNEE, "--set", "episode.visit_number=7", *DAY).stdout


def test_whatif_takes_a_fact_away_and_changes_items_of_lists() -> None:
    told = json.loads(run("whatif", KNEE, "--set", "episode.evaluation_on=", "--json", *DAY).stdout)
    assert told["after"]["authorization"]["answer"] == "unknown"
    more = json.loads(run("whatif", KNEE, "--set", "lines.3.code=97110", "--json", *DAY).stdout)
    assert [line["code"] for line in more["after"]["lines"]][2] == "97110"


def test_whatif_sets_a_fact_that_stands_in_no_group() -> None:
    told = json.loads(run("whatif", KNEE, "--set", "date_of_service=2027-01-20", "--json", *DAY).stdout)
    assert told["after"]["date_of_service"] == "2027-01-20"


def test_whatif_tells_every_wrong_setting() -> None:
    told = run("whatif", KNEE, "--set", "episode.visit_nmber=7", "--set", "foo", "--set", "lines.9.code=97110")
    assert told.returncode == 2
    assert "did you mean episode.visit_number?" in told.stderr
    assert "PATH=VALUE" in told.stderr
    assert "skips an item" in told.stderr


@pytest.mark.parametrize(
    ("arguments", "units"),
    [
        (("--rule", "cms", "97535=33", "97110=7"), [2, 1]),
        (("--rule", "spm", "97535=33", "97110=7"), [2, 0]),
        (("97535=30",), [2]),
        (("97535=8", "97530=8"), [None, 1]),
    ],
)
def test_units_by_either_rule_and_by_both(arguments: tuple[str, ...], units: list[int | None]) -> None:
    told = json.loads(run("units", *arguments, "--json").stdout)
    assert [line["units"] for line in told["lines"]] == units


def test_units_tells_every_wrong_line() -> None:
    told = run("units", "9753=8", "97530=9000", "--rule", "x")
    assert told.returncode == 2
    assert told.stderr.count("\n") >= 4


def test_a_check_is_logged_and_replayed_without_difference(tmp_path: Path) -> None:
    check_id = json.loads(run("check", ADVANTAGE, "--json", *DAY, data=tmp_path).stdout)["check_id"]
    entry = json.loads(run("log", "--json", data=tmp_path).stdout)[0]
    assert (entry["check_id"], entry["headline"]) == (check_id, "book_and_request")
    told = run("replay", check_id[:6], data=tmp_path)
    assert "Nothing differs." in told.stdout
    assert "The log is as it was written." in run("log", "--verify", data=tmp_path).stdout


def test_replay_under_a_changed_ruleset_shows_what_differs_and_why(tmp_path: Path) -> None:
    check_id = json.loads(run("check", KNEE, "--json", *DAY, data=tmp_path).stdout)["check_id"]
    own = tmp_path / "own"
    own.mkdir()
    bundled = (ROOT / "rulesets" / "medicare-advantage" / "uhc.yaml").read_text()
    (own / "uhc.yaml").write_text(
        bundled.replace("episode.visit_number: {at_most: 6}", "episode.visit_number: {at_most: 2}")
    )
    told = json.loads(run("replay", check_id, "--json", "--rulesets", str(own), data=tmp_path).stdout)
    assert told["after"]["headline"] == "authorize_first"
    assert any(one["path"] == "authorization.answer" for one in told["differences"])
    assert any("uhc-medicare-advantage" in cause for cause in told["causes"])


def test_a_check_that_was_never_recorded_is_told(tmp_path: Path) -> None:
    told = run("replay", "0123", data=tmp_path)
    assert told.returncode == 2
    assert "No check '0123' is recorded" in told.stderr


def test_the_log_names_no_patient(tmp_path: Path) -> None:
    run("check", ADVANTAGE, *DAY, data=tmp_path)
    run("letter", "prior-authorization", ADVANTAGE, "-o", str(tmp_path / "x.md"), *DAY, data=tmp_path)
    for told in (run("log", data=tmp_path), run("log", "--json", data=tmp_path)):
        assert "prior-authorization" in told.stdout
        assert "Aster" not in told.stdout


def test_rules_list_names_every_payer_with_its_version() -> None:
    listed = json.loads(run("rules", "list", "--json").stdout)
    assert {"medicare-part-b", "uhc-medicare-advantage", "self-pay"} <= {one["payer"] for one in listed}
    assert all(one["verified"] and one["version"] for one in listed)
    assert "medicare-part-b" in run("rules", "list").stdout


def test_rules_show_reads_like_the_policy() -> None:
    told = " ".join(run("rules", "show", "uhc-medicare-advantage", "first-six-visits").stdout.split())
    assert "For visits from 13 Jan 2025 on:" in told
    assert "The request is due 10 business days after the day of the evaluation." in told
    assert "the day of the visit is no more than 56 days after the day of the evaluation" in told
    assert "the rule “The visit falls under the authorization program” applies" in told
    assert run("rules", "show", "uhc-medicare-advantge").returncode == 2


@pytest.mark.parametrize("payer", ["anthem-commercial", "medicare-part-b", "texas-medicaid", "california-workers-comp"])
def test_rules_show_names_no_fact_by_its_path_and_says_where_rules_come_from(payer: str) -> None:
    told = run("rules", "show", payer).stdout
    assert not re.search(r"\b(line|site|episode|coverage|provider|plan_of_care|pair|documents)\.[a-z_]+", told)
    assert "TAKEN OVER FROM: What all payers share" in told


def test_rules_show_tells_a_long_list_of_codes_once_and_whole() -> None:
    told = run("rules", "show", "uhc-medicare-advantage").stdout
    assert "the code billed is on the list “reviewed codes” (39 codes)" in told
    assert told.count("The list “reviewed codes”") == 1
    assert "97799, G0283" in told


def test_an_edit_that_breaks_an_example_fails_rules_test_and_names_the_sentence(tmp_path: Path) -> None:
    bundled = (ROOT / "rulesets" / "medicare-advantage" / "uhc.yaml").read_text()
    (tmp_path / "uhc.yaml").write_text(bundled.replace("{at_most: 6}", "{at_most: 5}"))
    told = run("rules", "test", "uhc-medicare-advantage", "--rulesets", str(tmp_path))
    assert told.returncode == 2
    assert "the sixth visit of a new patient passes without review" in told.stdout


def test_a_boundary_without_an_example_beyond_it_is_a_lint_error(tmp_path: Path) -> None:
    bundled = (ROOT / "rulesets" / "medicare-advantage" / "uhc.yaml").read_text()
    (tmp_path / "uhc.yaml").write_text(bundled.replace("{at_most: 6}", "{at_most: 60}"))
    lint = run("rules", "lint", "uhc-medicare-advantage", "--rulesets", str(tmp_path))
    assert lint.returncode == 2
    assert "boundary-without-example" in lint.stderr


def test_the_shipped_schema_and_reference_pages_are_those_generated_today(tmp_path: Path) -> None:
    assert run("rules", "schema").stdout == (ROOT / "rulesets" / "schema.json").read_text()
    run("rules", "docs", "-o", str(tmp_path / "docs"))
    for page in (tmp_path / "docs").iterdir():
        assert page.read_text() == (ROOT / "docs" / page.name).read_text(), page.name


def test_version_and_help() -> None:
    assert run("--version").stdout.startswith("precertain ")
    for command in ("check", "why", "ask", "whatif", "units", "letter", "log", "replay", "rules"):
        assert command in run("--help").stdout
