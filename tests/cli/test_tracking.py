"""due, authorization and visits, as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from icalendar import Calendar

from tests.command import run

RECORDS = """\
patients:
  - {id: p1, name: Mary Example, birth_date: 1950-02-03}
episodes:
  - {id: p1-ot, patient_id: p1, payer: uhc-medicare-advantage, discipline: OT, visits_per_week: 1}
authorizations:
  - {id: a1, episode_id: p1-ot, codes: ["97530"], requested: {visits: 12}, request_by: 2026-11-20}
"""
VISITS = """\
visit_id,patient_id,day,status,codes,starts_at
v1,p1,2026-11-10,kept,97530:2,9:30
v2,p1,2026-11-17,kept,97530:2 97535,9:30
v3,p1,2026-11-19,cancelled,97530:2,9:30
v4,p1,2026-12-01,booked,97530:2,9:30
"""
TODAY = ("--today", "2026-11-24")


@pytest.fixture
def practice(tmp_path: Path) -> Path:
    """A data folder with one patient, and the two files that it came from."""
    (tmp_path / "records.yaml").write_text(RECORDS)
    (tmp_path / "visits.csv").write_text(VISITS)
    assert run("authorization", "add", str(tmp_path / "records.yaml"), "--by", "Lee", data=tmp_path).returncode == 0
    return tmp_path


def _approve(practice: Path) -> None:
    for arguments in (
        ("submitted", "--on", "2026-11-01"),
        ("approved", "--granted-visits", "4", "--valid-from", "2026-11-01", "--valid-to", "2027-01-31"),
    ):
        assert run("authorization", "state", "a1", *arguments, "--by", "Kim", data=practice).returncode == 0


def test_an_authorization_is_counted_down_by_the_visits_imported(practice: Path) -> None:
    _approve(practice)
    assert run("visits", "import", str(practice / "visits.csv"), data=practice).stdout == (
        "Rows: 4. Visits new or changed: 4.\n"
    )
    told = json.loads(run("authorization", "show", "a1", "--json", *TODAY, data=practice).stdout)
    assert told["used"] == {"visits_kept": 2, "visits_booked": 1, "units_kept": 4, "units_booked": 2}
    assert (told["left"]["visits"], told["left"]["visits_after_booked"]) == (2, 1)
    assert (told["burn_down"]["runs_out_on"], told["burn_down"]["ask_by"]) == ("2026-12-15", "2026-12-08")
    assert [(one["who"], one["authorization"]["state"]) for one in told["history"]] == [
        ("Lee", "draft"), ("Kim", "submitted"), ("Kim", "approved"),
    ]  # fmt: skip
    page = run("authorization", "show", "a1", *TODAY, data=practice).stdout
    assert "Left       2 visits (1 after those booked)" in page
    assert "Ask by     Tue 2026-12-08" in page


def test_the_same_file_imported_again_changes_nothing(practice: Path) -> None:
    run("visits", "import", str(practice / "visits.csv"), data=practice)
    again = run("visits", "import", str(practice / "visits.csv"), data=practice)
    assert again.stdout == "Rows: 4. Visits new or changed: 0.\n"


def test_what_is_due_comes_soonest_first_and_as_a_calendar(practice: Path) -> None:
    calendar = practice / "due.ics"
    told = run("due", *TODAY, "--ics", str(calendar), data=practice)
    assert told.stdout == "2026-11-20  overdue  ME p1-ot  Send the authorization request (a1)\n"
    (event,) = Calendar.from_ical(calendar.read_bytes()).walk("VEVENT")
    assert event["dtstart"].dt.isoformat() == "2026-11-20"
    _approve(practice)
    run("visits", "import", str(practice / "visits.csv"), data=practice)
    found = json.loads(run("due", *TODAY, "--json", data=practice).stdout)
    assert [(due["kind"], due["on"]) for due in found] == [("request_more", "2026-12-08"), ("runs_out", "2026-12-15")]


def test_nothing_due_says_so(tmp_path: Path) -> None:
    assert run("due", *TODAY, data=tmp_path).stdout == "Nothing is due.\n"
    assert run("authorization", "list", data=tmp_path).stdout == "No authorization is recorded.\n"


def test_a_file_with_bad_rows_is_refused_whole_with_every_problem(practice: Path) -> None:
    file = practice / "visits.csv"
    file.write_text(VISITS.replace("v2,p1,2026-11-17,kept", "v2,p1,2026-13-17,keptt"))
    told = run("visits", "import", str(file), data=practice)
    assert (told.returncode, told.stdout) == (2, "")
    assert f"{file}:3:3: broken-value" in told.stderr
    assert f"{file}:3:4: not-allowed: must be one of booked, kept, cancelled, no_show" in told.stderr
    assert run("authorization", "list", "--json", data=practice).stdout.count('"visits_kept": 0') == 1


def test_a_visit_of_nobody_known_is_refused_whole(practice: Path) -> None:
    (practice / "visits.csv").write_text(VISITS.replace("v4,p1", "v4,p7"))
    told = run("visits", "import", str(practice / "visits.csv"), data=practice)
    assert (told.returncode, told.stdout) == (2, "")
    assert "There is no patient 'p7': add it first. Nothing was written." in told.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("authorization", "show", "a7"), "There is no authorization 'a7'. The nearest is 'a1'."),
        (("authorization", "state", "a1", "approved"), "an authorization that is draft does not become approved"),
        (("authorization", "state", "a1", "aproved"), "no state is called 'aproved'"),
        (("authorization", "state", "a1", "submitted", "--on", "soon"), "--on takes a date"),
        (("authorization", "add", "nowhere.yaml"), "unreadable: nowhere.yaml: No such file"),
        (("visits", "import", "nowhere.csv"), "unreadable: nowhere.csv: No such file"),
        (("due", "--ics", "/nowhere/due.ics"), "no-such-folder"),
    ],
)
def test_what_is_wrong_is_told_in_one_line_with_status_2(practice: Path, arguments: tuple[str, ...], said: str) -> None:
    told = run(*arguments, data=practice)
    assert (told.returncode, told.stdout) == (2, "")
    assert said in told.stderr
    assert "Traceback" not in told.stderr


def test_a_change_of_what_was_read_before_another_change_is_refused(practice: Path) -> None:
    run("authorization", "state", "a1", "submitted", "--by", "Kim", data=practice)
    late = run("authorization", "state", "a1", "cancelled", "--read-at", "1", "--by", "Lee", data=practice)
    assert (late.returncode, late.stdout) == (2, "")
    assert late.stderr.startswith("Kim changed this authorization on ")
    told = json.loads(run("authorization", "list", "--json", data=practice).stdout)
    assert [one["authorization"]["state"] for one in told] == ["submitted"]


def test_the_log_names_the_changes(practice: Path) -> None:
    told = run("log", "--verify", data=practice).stdout
    assert "authorization draft, version 1" in told
    assert "Mary" not in told
    assert "The log is as it was written." in told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("patients: [{id: p9, nam: Otto Sample}]", "'nam' is not known here"),
        ("authorizations: [{id: a9, episode_id: p1-ot, state: granted}]", "must be one of draft"),
        (
            "authorizations: [{id: a9, episode_id: p1-ot, valid_from: 2026-02-01, valid_to: 2026-01-01}]",
            "before it begins",
        ),
        ("authorizations: [{id: a1, episode_id: p1-ot}]", "Already recorded: authorization 'a1'"),
        ("patients: [", "not-yaml"),
        ("", "empty"),
        ("[]", "must be a mapping"),
    ],
)
def test_records_that_are_wrong_are_told_and_none_is_added(practice: Path, text: str, said: str) -> None:
    (practice / "more.yaml").write_text(text)
    told = run("authorization", "add", str(practice / "more.yaml"), data=practice)
    assert (told.returncode, told.stdout) == (2, "")
    assert said in told.stderr
