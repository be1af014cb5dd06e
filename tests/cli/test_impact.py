"""The command rules impact: bookings of either form and the store, three forms of answer, and a call list."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.command import run
from tests.quality.test_impact import both, stored

CASES = (
    "id,date_of_service,patient.name,coverage.payer,coverage.state,provider.discipline,lines.1.code,lines.1.minutes,"
    "episode.visit_number\n"
    "late,2026-12-20,Invented Late,own-plan,AZ,OT,97535,30,9\n"
    "early,2026-12-02,Invented Early,own-plan,AZ,OT,97535,30,9\n"
    "ohio,2026-12-01,Invented Ohio,own-plan,OH,OT,97535,30,9\n"
)
EXPORT = (
    "Date,Time,Patient,DOB,Insurance,Plan State,Discipline,CPT,Minutes,Visit #\n"
    '2026-12-20,09:00,"Late, Invented",1960-01-02,own-plan,AZ,OT,97535,30,9\n'
    '2026-12-02,10:30,"Early, Invented",1961-01-02,own-plan,AZ,OT,97535,30,9\n'
)
DAY = ("--today", "2026-11-24")


@pytest.fixture
def versions(tmp_path: Path) -> tuple[str, str]:
    old, new = both(tmp_path)
    return str(old.own), str(new.own)


def written(folder: Path, text: str) -> str:
    file = folder / "bookings.csv"
    file.write_text(text)
    return str(file)


def test_cases_are_told_side_by_side_and_as_csv_and_json(tmp_path: Path, versions: tuple[str, str]) -> None:
    on = ("--on", written(tmp_path, CASES), *DAY)
    told = run("rules", "impact", *versions, *on, "--csv", str(tmp_path / "out.csv"))
    assert told.returncode == 0, told.stderr
    assert told.stderr == "", "no bar where nobody looks"
    assert "Read cases (" in " ".join(told.stdout.split()), "a long path may stand on a line of its own"
    assert "2 answers of them change" in told.stdout
    assert 0 < told.stdout.index("2026-12-02") < told.stdout.index("2026-12-20")
    assert "CALL PAYER" in told.stdout
    assert "clinical review instead of not known" in told.stdout
    assert f"Wrote {tmp_path / 'out.csv'}" in told.stdout
    assert "Invented" not in told.stdout
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    asjson = json.loads(run("rules", "impact", *versions, *on, "--json").stdout)
    assert asjson["looked_at"] == {"visit": 3}
    assert [row["id"] for row in rows] == [one["id"] for one in asjson["changes"]] == ["early", "late"]
    assert [row["headline_after"] for row in rows] == [one["after"]["headline"] for one in asjson["changes"]]


def test_an_export_is_known_by_its_headers_and_gives_a_call_list(tmp_path: Path, versions: tuple[str, str]) -> None:
    on = ("--on", written(tmp_path, EXPORT), *DAY)
    for ending in ("csv", "md", "txt"):
        told = run("rules", "impact", *versions, *on, "--call-list", str(tmp_path / f"calls.{ending}"))
        assert told.returncode == 0, told.stderr
        assert "Read an export of appointments (" in " ".join(told.stdout.split()), (
            "wherever a long path breaks the line"
        )
        listed = (tmp_path / f"calls.{ending}").read_text()
        assert listed.index("2026-12-02") < listed.index("2026-12-20")
        assert "IE" in listed
        assert "uthorization: clinical review instead of not known" in listed
        assert "Early" not in listed
    named = run("rules", "impact", *versions, *on, "--names", "--call-list", str(tmp_path / "named.csv"))
    assert named.returncode == 0
    assert "Early, Invented" in (tmp_path / "named.csv").read_text()


def test_the_store_is_read_as_it_stands(tmp_path: Path, versions: tuple[str, str]) -> None:
    from engine.quality.impact import Books

    url = stored(tmp_path, Books(Path(versions[0])))
    told = run("rules", "impact", *versions, "--on", "store", *DAY, "--json", PRECERTAIN_DATABASE_URL=url)
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    assert {one["kind"] for one in found["changes"]} == {"visit", "check", "authorization", "letter"}
    assert "Invented" not in told.stdout


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (CASES.replace("2026-12-20", "2026-13-20"), "bookings.csv:2:2"),
        (CASES.replace("coverage.state", "coverage.stat"), "bookings.csv:1:5"),
        (EXPORT.replace("2026-12-02", "soon"), "bookings.csv:3:1"),
    ],
    ids=["a date of a case", "a header of a case", "a day of an export"],
)
def test_what_is_wrong_is_told_with_its_place_and_nothing_is_written(
    tmp_path: Path, versions: tuple[str, str], wrong: str, place: str
) -> None:
    calls = tmp_path / "calls.md"
    told = run("rules", "impact", *versions, "--on", written(tmp_path, wrong), *DAY, "--call-list", str(calls))
    assert told.returncode == 2
    assert place in told.stderr
    assert told.stdout == ""
    assert not calls.exists()


def test_a_broken_ruleset_a_wrong_ending_and_a_file_that_is_not_there_are_told(
    tmp_path: Path, versions: tuple[str, str]
) -> None:
    on = written(tmp_path, CASES)
    broken = Path(versions[1]) / "own.yaml"
    ending = run("rules", "impact", *versions, "--on", on, "--call-list", str(tmp_path / "calls.pdf"))
    nowhere = run("rules", "impact", *versions, "--on", str(tmp_path / "nowhere.csv"))
    broken.write_text(broken.read_text().replace("at_least", "at_last"))
    ruleset = run("rules", "impact", *versions, "--on", on)
    assert [told.returncode for told in (ending, nowhere, ruleset)] == [2, 2, 2]
    assert ".csv, .md, .txt" in ending.stderr
    assert "or: store" in nowhere.stderr
    assert "own.yaml:" in ruleset.stderr


def test_nothing_changes_where_the_rules_are_the_same(tmp_path: Path, versions: tuple[str, str]) -> None:
    told = run("rules", "impact", versions[0], versions[0], "--on", written(tmp_path, CASES), *DAY)
    assert told.returncode == 0
    assert "No answer changes." in told.stdout
