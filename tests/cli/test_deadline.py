"""deadline, run as a person runs it: by when, after an event, and by which clock."""

from __future__ import annotations

import json

import pytest

from tests.command import run

WORKED = (
    # event, payer, day of the event, more options, due
    ("standard_decision", "medicare-advantage", "2026-11-24", (), "2026-12-01"),
    ("standard_decision", "uhc-medicare-advantage", "2026-11-24", (), "2026-12-01"),
    ("expedited_decision", "humana-medicare-advantage", "2026-11-24", (), "2026-11-27"),
    ("standard_decision", "federal-exchange-plan", "2026-11-24", (), "2026-12-09"),
    ("redetermination", "medicare-part-b", "2026-11-24", (), "2027-03-24"),
    ("good_faith_estimate", "self-pay", "2026-12-01", ("--service-on", "2026-12-16"), "2026-12-04"),
    ("good_faith_estimate", "self-pay", "2026-12-01", ("--service-on", "2026-12-11"), "2026-12-02"),
    ("certification", "medicare-part-b", "2026-11-24", (), "2026-12-24"),
    ("recertification", "medicare-part-b", "2026-11-24", (), "2027-02-22"),
    ("authorization_request", "uhc-medicare-advantage", "2026-11-24", (), "2026-12-09"),
    ("authorization_request", "texas-medicaid", "2026-11-24", (), "2026-12-02"),
    ("standard_decision", "texas-workers-comp", "2026-11-25", (), "2026-12-01"),
    ("standard_decision", "california-workers-comp", "2026-11-24", (), "2026-12-02"),
    ("standard_decision", "texas-medicaid", "2026-01-01", (), "2026-01-08"),
    ("reconsideration", "medicare-part-b", "2026-11-24", (), "2027-05-23"),
    ("reconsideration", "medicare-advantage", "2026-11-24", (), "2027-01-28"),
    ("internal_appeal", "aetna-commercial", "2026-11-24", (), "2027-05-23"),
    # Sunday the 24th of January moves to Monday; 31 October has no 31 February: 1 March.
    ("external_review", "cigna-commercial", "2026-09-24", (), "2027-01-25"),
    ("external_review", "cigna-commercial", "2026-10-31", (), "2027-03-01"),
)


@pytest.mark.parametrize(("event", "payer", "on", "options", "due"), WORKED)
def test_an_event_falls_due(event: str, payer: str, on: str, options: tuple[str, ...], due: str) -> None:
    told = run("deadline", event, "--payer", payer, "--on", on, *options, "--json")
    answer = json.loads(told.stdout)
    assert (told.returncode, answer["due"]) == (0, due)
    assert answer["event"] == event
    assert answer["why"]
    assert answer["source"]["title"]


@pytest.mark.parametrize(
    ("event", "payer", "on"),
    [
        ("standard_decision", "medicare-advantage", "2025-12-31"),
        ("standard_decision", "aetna-commercial", "2026-11-24"),
        ("standard_decision", "a-plan-that-nobody-knows", "2026-11-24"),
        ("authorization_request", "uhc-medicare-advantage", "2025-01-12"),
        ("good_faith_estimate", "self-pay", "2026-11-24"),
    ],
)
def test_what_no_published_clock_measures_is_unknown(event: str, payer: str, on: str) -> None:
    told = run("deadline", event, "--payer", payer, "--on", on, "--json")
    answer = json.loads(told.stdout)
    assert (told.returncode, answer["due"], answer["why"]) == (30, None, [])


def test_the_page_names_the_clock_its_source_and_the_working_day_before() -> None:
    told = run("deadline", "certification", "--payer", "medicare-part-b", "--on", "2026-11-26").stdout
    told = " ".join(told.split())
    assert "due by 2026-12-26 (the working day before: 2026-12-24)" in told
    assert "medicare-part-b/certification" in told
    assert "Benefit Policy Manual" in told


def test_business_days_name_their_calendar() -> None:
    told = run("deadline", "authorization_request", "--payer", "uhc-medicare-advantage", "--on", "2026-11-24").stdout
    assert "federal holidays of the United States" in " ".join(told.split())


def test_an_estimate_without_the_date_of_service_asks_for_it() -> None:
    told = run("deadline", "good_faith_estimate", "--payer", "self-pay", "--on", "2026-12-01")
    assert told.returncode == 30
    assert "--service-on" in told.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("certifcation", "--payer", "medicare-part-b", "--on", "2026-11-24"), "did you mean certification?"),
        (("certification", "--payer", "medicare-part-b", "--on", "2026-13-24"), "--on takes a date"),
        (("good_faith_estimate", "--payer", "self-pay", "--on", "2026-12-01", "--service-on", "soon"), "--service-on"),
    ],
)
def test_what_is_wrong_on_the_command_line_is_told(arguments: tuple[str, ...], message: str) -> None:
    told = run("deadline", *arguments)
    assert told.returncode == 2
    assert message in told.stderr
    assert "Traceback" not in told.stderr
