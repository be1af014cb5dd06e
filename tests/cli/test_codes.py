"""codes: therapy codes side by side, and never advice."""

from __future__ import annotations

import json

import pytest

from tests.command import run


@pytest.mark.parametrize(
    "asked",
    [("dressing",), ("stairs", "dressing"), ("walking", "range of motion"), ("97535", "97530"), ("97165", "G0283")],
)
def test_the_table_fits_80_columns_and_says_that_it_is_no_advice(asked: tuple[str, ...]) -> None:
    told = run("codes", *asked)
    assert (told.returncode, told.stderr) == (0, "")
    assert "Information, never coding advice" in told.stdout
    lines = told.stdout.splitlines()
    assert not [line for line in lines if len(line) > 80 and not line.strip().startswith("http")]
    assert not [line for line in lines if line != line.rstrip()]


def test_the_codes_stand_side_by_side_with_what_tells_them_apart() -> None:
    lines = run("codes", "dressing").stdout.splitlines()
    assert lines[0].split() == ["97535", "97530", "97110"]
    rows = {line[:10].strip() for line in lines}
    assert {"Service", "Unit", "Usually", "Medicare", "Fits", "Told apart"} <= rows


def test_json_gives_each_code_with_its_attributes_and_its_source() -> None:
    told = json.loads(run("codes", "Range-of-Motion", "97530", "--json").stdout)
    assert told["activities"] == ["range_of_motion"]
    by_code = {one["code"]: one for one in told["codes"]}
    assert by_code["97110"]["fits"] == ["range_of_motion"]
    assert by_code["97530"]["fits"] == []
    assert (by_code["97530"]["timing"], by_code["97530"]["therapy"]) == ("timed15", "always")
    assert by_code["97110"]["source"]["level"] == "secondary"
    assert by_code["97140"]["source"]["level"] == "memory"
    assert "never coding advice" in told["note"]


def test_a_code_is_taken_in_either_case_and_named_once() -> None:
    told = json.loads(run("codes", "g0283", "G0283", "--json").stdout)
    assert [one["code"] for one in told["codes"]] == ["G0283"]


def test_every_unknown_name_is_told_with_the_nearest_and_nothing_is_shown() -> None:
    told = run("codes", "stars", "97536", "chores", "xyz")
    assert (told.returncode, told.stdout) == (2, "")
    assert "unknown-activity: no activity is called 'stars'\n    = did you mean stairs?" in told.stderr
    assert "unknown-code: the code table has no 97536\n    = did you mean 97" in told.stderr
    assert "did you mean household_chores?" in told.stderr
    assert "there are personal_hygiene, " in told.stderr
    assert told.stderr.endswith("4 problems\n")
