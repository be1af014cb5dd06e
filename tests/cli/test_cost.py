"""What a person reads about the cost of a visit, and what a program gets."""

from __future__ import annotations

import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.command import ROOT, run

DAY = ("--today", "2026-11-24")
PRACTICE = str(ROOT / "examples" / "practice")
MEDICARE = str(ROOT / "examples" / "stroke-original-medicare.yaml")
SELF_PAY = str(ROOT / "examples" / "self-pay.yaml")
VISIT = """
date_of_service: 2026-12-01
coverage: {payer: %s, in_network: true, visit_limit: none, copay: 0, coinsurance: 0.2}
provider: {discipline: OT, credential: OT}
site: {place_of_service: "11", modality: in_person, locality: national}
lines: [{code: "97535", minutes: 15}]
plan_of_care: {visits: 4}
"""


def check(payer: str, *options: str) -> CompletedProcess[str]:
    return run("check", "-", *DAY, *options, given=(VISIT % payer).encode())


def told(found: CompletedProcess[str]) -> str:
    return " ".join(found.stdout.split())


def test_a_range_is_told_in_one_plain_line() -> None:
    said = told(check("medicare-part-b"))
    assert '"You would owe between $6.48 and $32.40 if the visit is covered."' in said
    assert "allowed $32.40; payer $0.00 to $25.92; patient $6.48 to $32.40" in said


def test_an_exact_share_is_told_in_one_plain_line() -> None:
    assert 'Tell the patient: "You would owe $11.26 if the visit is covered."' in told(run("check", MEDICARE, *DAY))
    assert 'Tell the patient: "You would owe $183.50."' in told(run("check", SELF_PAY, *DAY))


def test_of_two_coverages_the_first_ones_share_is_told_less_what_the_second_pays() -> None:
    two = (VISIT % "uhc-commercial").replace(
        "copay: 0", "deductible_remaining: 0, copay: 0, secondary: {payer: medicare-part-b}"
    )
    found = run("check", "-", *DAY, "--rulesets", PRACTICE, given=two.encode())
    assert '"You would owe $6.30 if the visit is covered, less what your second coverage pays."' in told(found)
    assert found.stdout.count("You would owe") == 1


def test_a_visit_that_is_not_covered_promises_the_patient_no_share() -> None:
    refused = run(
        "check", "-", *DAY, given=(VISIT % "medicare-part-b").replace("minutes", "purpose: wellness, minutes").encode()
    )
    assert refused.returncode == 40
    assert "You would owe" not in refused.stdout
    assert "the patient may owe the practice's charge in full" in told(refused)


def test_the_practices_rates_price_the_visit_and_stand_among_the_rulesets() -> None:
    found = check("uhc-commercial", "--rulesets", PRACTICE)
    said = told(found)
    assert "Example agreement with UnitedHealthcare, amendment 2: 97535 31.50 a unit" in said
    assert "between $6.30 and $31.50" in said
    assert "contract-rates/rates 2026.1 (" in said
    decision = json.loads(check("uhc-commercial", "--rulesets", PRACTICE, "--json").stdout)
    assert decision["cost"]["patient_range"] == {"from": "6.30", "to": "31.50"}
    assert decision["cost"]["allowed_range"] is None
    assert decision["lines"][0]["claim_lines"][0]["allowed"] == "31.50"


def test_the_planned_course_and_the_years_total_are_told() -> None:
    said = told(run("check", MEDICARE, *DAY))
    assert "OT total of the year with this visit: $56.28; visit 45, this one the first, would take it over" in said
    assert "All planned visits: not exactly known: amounts and deductible are those of 2026" in said
    met = run(
        "check", "-", *DAY, given=(VISIT % "medicare-part-b").replace("copay: 0", "deductible_remaining: 0").encode()
    )
    assert "All planned visits: patient $25.92; 4 visits like this one" in told(met)


@pytest.mark.parametrize("command", [["check", MEDICARE], ["rules", "lint"], ["rules", "test", "self-pay"]])
def test_a_broken_table_stops_every_command_that_would_read_it(command: list[str], tmp_path: Path) -> None:
    text = Path(PRACTICE, "rates.yaml").read_text().replace("uhc-commercial", "uhc-comercial")
    (tmp_path / "rates.yaml").write_text(text)
    found = run(*command, "--rulesets", str(tmp_path))
    assert found.returncode == 2
    assert found.stdout == ""
    assert "rates.yaml:6:5: unknown-payer: no ruleset answers for 'uhc-comercial'" in found.stderr
    assert "did you mean uhc-commercial?" in found.stderr


def test_replay_says_that_the_rates_have_changed(tmp_path: Path) -> None:
    rates = Path(PRACTICE, "rates.yaml").read_text()
    own, data = tmp_path / "own", tmp_path / "data"
    own.mkdir()
    (own / "rates.yaml").write_text(rates)
    case = (VISIT % "uhc-commercial").encode()
    first = json.loads(run("check", "-", "--json", "--rulesets", str(own), *DAY, given=case, data=data).stdout)
    (own / "rates.yaml").write_text(rates.replace("31.50", "32.50").replace("2026.1", "2026.2"))
    again = run("replay", first["check_id"], "--rulesets", str(own), data=data)
    assert "contract-rates/rates was 2026.1" in told(again)
    assert "cost.allowed" in again.stdout
