from __future__ import annotations

from datetime import date

import pytest

from engine import Library, load_rulesets
from engine.diagnosis_search import MOST_FOUND, diagnosis_text, search_diagnoses

DAY = date(2026, 8, 3)


@pytest.fixture(scope="module")
def library() -> Library:
    return load_rulesets()


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("hemiplegia right dominant infarction", "I69.351"),
        ("infarct hemi RIGHT dom", "I69.351"),
        ("presence right artificial knee", "Z96.651"),
        ("autistic", "F84.0"),
        ("stroke", "I63.9"),  # by an inclusion term, "Stroke NOS"
        ("immunodeficiency virus disease", "B20"),  # a category that is a block, too
        ("resuscitate", "Z66"),
        ("i69.351", "I69.351"),
        ("I6935", "I69.351"),
        ("z96651", "Z96.651"),
    ],
)
def test_words_or_the_beginning_of_a_code_find_it(library: Library, asked: str, code: str) -> None:
    assert code in [one.code for one in search_diagnoses(asked, library.reference, DAY).found]


@pytest.mark.parametrize("asked", ["", "   ", "é", "zzzz", "I69.35199", "(", "a.*b"])
def test_what_is_nowhere_finds_nothing(library: Library, asked: str) -> None:
    assert search_diagnoses(asked, library.reference, DAY).found == ()


def test_only_codes_that_a_claim_takes_are_found(library: Library) -> None:
    found = search_diagnoses("I69", library.reference, DAY, most=200).found
    assert "I69.35" not in [one.code for one in found]
    assert "I69.351" in [one.code for one in found]


def test_there_is_an_end_to_what_is_listed(library: Library) -> None:
    found = search_diagnoses("fracture", library.reference, DAY)
    assert len(found.found) == MOST_FOUND
    assert found.more
    assert found.release == "ICD-10-CM of April 2026"


def test_a_code_has_its_text_where_it_is_one(library: Library) -> None:
    assert diagnosis_text("Z96.651", library.reference, DAY) == "Presence of right artificial knee joint"
    assert diagnosis_text("Z96.65", library.reference, DAY) is None
