"""rules test as a maintainer and as a build server reads it: given, expected, got and why; JUnit and SARIF."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.command import ROOT, run

UHC = "uhc-medicare-advantage"
SIXTH = "the sixth visit of a new patient passes without review"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice's own copy of a ruleset whose six visits are five."""
    folder = tmp_path_factory.mktemp("broken")
    bundled = (ROOT / "rulesets" / "medicare-advantage" / "uhc.yaml").read_text()
    (folder / "uhc.yaml").write_text(bundled.replace("{at_most: 6}", "{at_most: 5}"))
    return folder


def test_a_failure_tells_given_expected_got_and_why(broken: Path, tmp_path: Path) -> None:
    xml, log = tmp_path / "test.xml", tmp_path / "test.sarif"
    told = run("rules", "test", UHC, "--rulesets", str(broken), "--junit", str(xml), "--sarif", str(log))
    assert told.returncode == 2
    _, _, shown = told.stdout.partition(f"{SIXTH}\n")
    assert [" ".join(line.split()) for line in shown.splitlines()[:6]] == [
        "given episode.visit_number: 6",
        "expect applies: true",
        "got applies: false",
        "why episode.visit_number is at most 5 — it is 6: false",
        "expect authorization: auto_approved",
        "got authorization: review_required",
    ]
    assert f"why     {UHC}/therapy-review: UnitedHealthcare Medicare" in shown
    _junit_holds_it(xml)
    _sarif_holds_it(log)


def _junit_holds_it(written: Path) -> None:
    whole = ElementTree.parse(written).getroot()
    cases = whole.findall("testsuite/testcase")
    assert int(whole.attrib["tests"]) == len(cases) > 100
    failed = {case.attrib["name"]: case.find("failure") for case in cases if case.find("failure") is not None}
    assert int(whole.attrib["failures"]) == len(failed)
    failure = failed[SIXTH]
    assert failure is not None
    assert failure.attrib["message"].startswith("applies: expected true, got false; authorization: expected")
    assert "given: episode.visit_number: 6" in (failure.text or "")
    (case,) = [case for case in cases if case.attrib["name"] == SIXTH]
    assert case.attrib["classname"] == f"{UHC}/first-six-visits"
    assert SIXTH in Path(case.attrib["file"]).read_text().splitlines()[int(case.attrib["line"]) - 1]


def _sarif_holds_it(written: Path) -> None:
    (sarif,) = json.loads(written.read_bytes())["runs"]
    codes = {result["ruleId"] for result in sarif["results"]}
    assert codes == {"failed-example"}
    assert any(SIXTH in result["message"]["text"] for result in sarif["results"])


def test_where_all_pass_junit_has_a_case_for_each_example_named_from_here(tmp_path: Path) -> None:
    xml = tmp_path / "test.xml"
    told = run("rules", "test", "self-pay", "--junit", str(xml))
    assert told.returncode == 0
    whole = ElementTree.parse(xml).getroot()
    assert told.stdout.startswith(f"{whole.attrib['tests']} examples, ")
    assert whole.attrib["failures"] == "0"
    files = {case.attrib["file"] for case in whole.iter("testcase")}
    assert {Path(file).name for file in files} == {"self-pay.yaml"}


def test_lint_writes_a_junit_case_for_each_file(tmp_path: Path) -> None:
    xml = tmp_path / "lint.xml"
    bundled = (ROOT / "rulesets" / "medicare-advantage" / "uhc.yaml").read_text()
    (tmp_path / "uhc.yaml").write_text(bundled.replace("{at_most: 6}", "{at_most: 60}"))
    lint = ("rules", "lint", UHC, "--rulesets", str(tmp_path), "--today", "2026-11-26", "--junit", str(xml))
    assert run(*lint).returncode == 2
    whole = ElementTree.parse(xml).getroot()
    failed = {Path(case.attrib["name"]).name for case in whole.iter("testcase") if case.find("failure") is not None}
    assert failed == {"uhc.yaml"}
    assert whole.attrib == {"name": "rules lint", "tests": "4", "failures": "1", "errors": "0", "skipped": "0"}


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    told = run("rules", "test", "self-pay", "--junit", str(tmp_path / "none" / "test.xml"))
    assert told.returncode == 2
    assert "there is no folder" in told.stderr


def test_an_example_says_on_which_lines_its_rule_applies(tmp_path: Path) -> None:
    """Four units a day count listed codes only: of two lines the listed one alone is over the limit."""
    bundled = (ROOT / "rulesets" / "commercial" / "anthem.yaml").read_text()
    (tmp_path / "anthem.yaml").write_text(bundled.replace("      line.code: {in: four-unit-codes}\n", ""))
    told = run("rules", "test", "anthem-commercial", "--rulesets", str(tmp_path))
    assert told.returncode == 2
    assert "1 failed" in told.stdout
    _, _, shown = told.stdout.partition("of a visit with task practice, the counted line alone is over the limit\n")
    found = [" ".join(line.split()) for line in shown.splitlines()]
    assert found[2:4] == ["expect applies_on_lines: [2]", "got applies_on_lines: [1, 2]"]
