"""The clauses of notices and the form of the ABN: cited, dated, and each mistake in them told."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from engine import UserError, load_rulesets
from engine.notices import load_abn, load_clauses

FOLDER = load_rulesets().reference.folder


def test_every_clause_is_cited() -> None:
    clauses = load_clauses(FOLDER)
    assert all(clause.text.endswith(".") and clause.source.title for clause in clauses.values())


def test_the_form_has_its_ten_blanks_and_the_patient_fills_three() -> None:
    blanks = load_abn(FOLDER).blanks
    assert "".join(blank.letter for blank in blanks) == "ABCDEFGHIJ"
    assert [blank.letter for blank in blanks if blank.by == "patient"] == ["G", "I", "J"]


@pytest.mark.parametrize(
    ("day", "expires"),
    [
        (date(2023, 6, 29), None),
        (date(2023, 6, 30), date(2026, 1, 31)),
        (date(2026, 2, 1), date(2026, 1, 31)),
        (date(2026, 5, 11), date(2026, 1, 31)),
        (date(2026, 5, 12), date(2029, 3, 31)),
        (date(2029, 3, 31), date(2029, 3, 31)),
        (date(2029, 4, 1), None),
    ],
)
def test_the_edition_goes_by_the_day(day: date, expires: date | None) -> None:
    edition = load_abn(FOLDER).edition_on(day)
    assert (edition.expires if edition else None) == expires


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("clauses.yaml", "source: gfe", "source: gff", "unknown-source: no source is called 'gff' (clauses.gfe_"),
        ("clauses.yaml", "    text: The notice is given", "    txet: The notice is given", "unknown-key"),
        ("abn.yaml", "source: abn-expired", "source: abn-expird", "did you mean abn-expired?"),
        ("abn.yaml", "source: abn-instructions", "source: abn-instruction", "did you mean abn-instructions?"),
        ("abn.yaml", "  F: {label", "  K: {label", "abn.yaml:"),
        ("abn.yaml", "  J: {label: Date, by: patient}\n", "", "missing-key: nothing is said of blank J"),
        ("abn.yaml", "from: 2026-05-12", "from: 2026-05-11", "impossible-dates"),
        ("abn.yaml", "to: 2029-03-31", "to: 2026-03-31", "impossible-dates"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, file: str, old: str, new: str, problem: str) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "reference"))
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    with pytest.raises(UserError) as told:
        {"clauses.yaml": load_clauses, "abn.yaml": load_abn}[file](folder)
    assert problem in str(told.value)
    assert f"{file}:" in str(told.value)
