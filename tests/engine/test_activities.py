"""The table of activities and codes: whole, cited, and every mistake in it told with its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine import UserError, load_rulesets
from engine.activities import compare, load_activities
from engine.facts.dictionary import ACTIVITIES
from engine.paperwork.risks import load_risks

REFERENCE = load_rulesets().reference
TABLE = load_activities(REFERENCE.folder)


def test_every_activity_has_codes_and_every_code_its_words_and_a_source() -> None:
    assert set(TABLE.fits) == set(ACTIVITIES)
    assert all(TABLE.fits.values())
    for code, use in TABLE.uses.items():
        assert code in REFERENCE.codes
        assert use.apart
        assert use.source.title


def test_what_the_practice_notes_list_for_self_care_stands_under_97535() -> None:
    for activity in (
        "personal_hygiene dressing feeding bathing meal_preparation medication_management household_chores home_safety "
        "transfers adaptive_equipment assistive_devices smart_home_aids caregiver_training"
    ).split():
        assert "97535" in TABLE.fits[activity], activity


def test_the_three_that_are_confused_are_set_beside_each_other() -> None:
    shown = [one.entry.code for one in compare(REFERENCE, TABLE, ["dressing"], [])]
    assert shown == ["97535", "97530", "97110"]
    assert [one.fits for one in compare(REFERENCE, TABLE, ["dressing"], [])] == [("dressing",), (), ()]


def test_where_none_of_them_fits_they_stay_away() -> None:
    assert [one.entry.code for one in compare(REFERENCE, TABLE, ["speech"], [])] == ["92507"]
    assert [one.entry.code for one in compare(REFERENCE, TABLE, [], ["97530", "97165"])] == ["97530", "97165"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REFERENCE.folder, tmp_path / "reference"))


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("activities.yaml", '  stairs: ["97116", "97530"]\n', "", "missing-key: no codes are given for stairs"),
        ("activities.yaml", "  stairs:", "  stiars:", "unknown-value: no activity is called 'stiars'"),
        (
            "activities.yaml",
            'lifting: ["97530"]',
            'lifting: ["97536"]',
            "unknown-code: 97536 does not stand under codes",
        ),
        ("activities.yaml", '  "97116": {', '  "97117": {', "unknown-code: the code table has no 97117"),
        (
            "activities.yaml",
            "ngs-caregiver,",
            "ngs-caregivers,",
            "unknown-source: no source is called 'ngs-caregivers'",
        ),
        ("activities.yaml", "apart:", "aprat:", "unknown-key"),
        ("denial_risks.yaml", "x12-carc", "x12-crac", "unknown-source: no source is called 'x12-crac'"),
        ("denial_risks.yaml", "  necessity:", "  neccesity:", "did you mean necessity?"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(folder: Path, file: str, old: str, new: str, problem: str) -> None:
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new))
    load = {"activities.yaml": load_activities, "denial_risks.yaml": load_risks}[file]
    with pytest.raises(UserError) as told:
        load(folder)
    assert problem in str(told.value)
    assert f"{file}:" in str(told.value)


def test_a_risk_that_is_left_out_is_told(folder: Path) -> None:
    lines = (folder / "denial_risks.yaml").read_text().splitlines()
    (folder / "denial_risks.yaml").write_text("\n".join(line for line in lines if "over_use" not in line))
    with pytest.raises(UserError, match="nothing is said of over_use"):
        load_risks(folder)
