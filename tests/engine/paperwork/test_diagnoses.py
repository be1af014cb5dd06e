"""Diagnoses: valid and billable on the date of service, by the release of that day, with their texts."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from engine.icd10cm import description, installed_release, standing
from tests.command import ROOT
from tests.engine.paperwork.paper import decide, names, warnings


def test_a_code_that_a_claim_takes_is_left_alone() -> None:
    for code in ("I69.351", "Z47.1", "S83.511A", "F84.0", "G20.A1", "Z96651"):
        assert names(decide(diagnoses__1=code)) == [], code


def test_a_category_is_told_with_its_text_and_the_codes_that_a_claim_takes() -> None:
    assert warnings(decide(diagnoses__1="M54.5")) == [
        (
            "diagnosis-not-billable",
            "M54.5, Low back pain, is divided further in ICD-10-CM of April 2026: a claim takes M54.50, M54.51 or "
            "M54.59.",
        )
    ]
    [(_, message)] = warnings(decide(diagnoses__1="M54"))
    assert message.endswith("a claim takes those below it, such as M54.00 or M54.01.")


def test_an_injury_without_its_seventh_character_is_divided_further() -> None:
    assert names(decide(diagnoses__1="S83.511")) == ["diagnosis-not-billable"]


def test_a_code_that_there_is_not_is_told_with_the_nearest() -> None:
    assert warnings(decide(diagnoses__1="I69.351", diagnoses__2="M17.119")) == [
        (
            "diagnosis-unknown",
            "ICD-10-CM of April 2026 has no code M17.119; the nearest is M17.11, Unilateral primary osteoarthritis, "
            "right knee.",
        )
    ]
    [(_, message)] = warnings(decide(diagnoses__1="A29.9"))
    assert message == "ICD-10-CM of April 2026 has no code A29.9."


@pytest.mark.parametrize(
    ("day", "said"),
    [("2026-03-31", False), ("2026-04-01", True), ("2026-09-30", True), ("2026-10-01", False)],
)
def test_a_release_is_never_carried_beyond_its_own_days(day: str, said: bool) -> None:
    found = names(decide(date_of_service=day, diagnoses__1="M54.5"))
    assert ("diagnosis-not-billable" in found) is said


def test_the_list_and_the_library_agree_on_every_code() -> None:
    import simple_icd_10_cm as icd

    release = installed_release()
    assert release is not None
    codes = [one for one in icd.get_all_codes() if not icd.is_chapter_or_block(one)]
    listed = set(release.codes.decode().split())
    assert {one.replace(".", "") for one in codes} <= listed
    for code in codes[::97]:
        found = standing(code, release.first)
        assert found is not None
        assert (found.is_code, not found.below) == (True, icd.is_leaf(code)), code


def test_every_code_has_the_texts_that_the_library_reads() -> None:
    import simple_icd_10_cm as icd

    release = installed_release()
    assert release is not None
    ours = {one.code: one for one in release.entries}
    for code in (one for one in icd.get_all_codes() if one in ours):
        entry = ours[code]
        if icd.is_extended_subcategory(code):  # whose other names the library puts into its text
            assert "/".join((entry.text, *entry.terms)) == icd.get_description(code)
        else:
            assert (entry.text, list(entry.terms)) == (icd.get_description(code), icd.get_inclusion_term(code))
        assert entry.undivided == icd.is_leaf(code)
    listed = (one for one in release.codes.decode().split() if re.fullmatch(r"[A-Z][0-9A-Z]{2,6}", one))
    assert {one.replace(".", "") for one in ours} == set(listed)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("I69.351", "Hemiplegia and hemiparesis following cerebral infarction affecting right dominant side"),
        ("S02.2XXA", "Fracture of nasal bones, initial encounter for closed fracture"),
        ("B20", "Human immunodeficiency virus [HIV] disease"),
        ("B99", "Other and unspecified infectious diseases"),
        ("I69.35", "Hemiplegia and hemiparesis following cerebral infarction"),
        ("I69.999999", None),
        ("A0", None),
    ],
)
def test_a_code_is_described_as_published(code: str, text: str | None) -> None:
    assert description(code) == text


def test_diagnoses_are_judged_and_described_without_the_library_that_takes_seconds_to_load() -> None:
    program = (
        "import sys; from engine.icd10cm import description; "
        "from tests.engine.paperwork.paper import decide, names; print(names(decide()), "
        "description('B20'), 'simple_icd_10_cm' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (told.stdout, told.stderr) == ("[] Human immunodeficiency virus [HIV] disease False\n", "")
