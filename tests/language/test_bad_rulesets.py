"""One broken ruleset for each problem code, with what is told about it beside it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from engine import Library, UserError
from engine.lint import lint
from engine.problem_codes import MEANINGS

TODAY, TEN_YEARS = date(2026, 11, 26), 3650
FOLDER = Path(__file__).parents[1] / "bad_rulesets"
BAD = sorted(FOLDER.glob("*.yaml"))
_ELSEWHERE = {
    "unreadable": "a case file that cannot be opened: tests/cli",
    "not-csv": "CSV holds cases only: tests/engine/test_cases.py",
    "too-large": "tests/engine/test_cases.py",
    "duplicate-ruleset": "two files: below",
    "unknown-ruleset": "the command line: tests/cli",
    "failed-example": "told by rules test, not by the lint: tests/cli/test_rules_test.py",
    "fees-unreadable": "the fee table: tests/engine/test_fees.py",
    "fees-broken": "the fee table: tests/engine/test_fees.py",
}


def told(bad: Path, folder: Path) -> str:
    """All that a maintainer is told about a practice's own folder with this file, and notes where it is of one."""
    shutil.copy(bad, folder / bad.name)
    library = Library(folder)
    try:
        own = library.ruleset(next(name for name, listed in library.listed.items() if listed.own))
        found = lint(library, own.payer, day=TODAY, older_than=TEN_YEARS)
        here = (problem for problem in found if problem.where and bad.name in problem.where.file)
        problems = tuple(problem for problem in here if problem.level != "note" or problem.code == bad.stem)
    except UserError as error:
        problems = error.problems
    return "\n".join(str(problem) for problem in problems).replace(f"{folder}/", "") + "\n"


@pytest.mark.parametrize("bad", BAD, ids=lambda path: path.stem)
def test_what_is_wrong_is_told(bad: Path, tmp_path: Path) -> None:
    message = told(bad, tmp_path)
    assert message == bad.with_suffix(".txt").read_text()
    assert f" {bad.stem}: " in message
    assert message.startswith(f"{bad.name}:")


def test_every_code_of_reading_writing_and_linting_has_its_broken_file() -> None:
    codes = {code for group in ("Reading a file", "Writing a ruleset", "Linting a ruleset") for code in MEANINGS[group]}
    assert codes - set(_ELSEWHERE) == {path.stem for path in BAD}


def test_two_files_of_one_id_are_told(tmp_path: Path) -> None:
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text("id: own-plan\n")
    with pytest.raises(UserError, match="duplicate-ruleset"):
        Library(tmp_path).all()


def test_the_problems_of_all_files_are_told_in_one_run(tmp_path: Path) -> None:
    for number, name in enumerate(("unknown-fact", "unknown-table")):
        text = (FOLDER / f"{name}.yaml").read_text().replace("id: own-plan", f"id: own-plan-{number}", 1)
        (tmp_path / f"{name}.yaml").write_text(text)
    with pytest.raises(UserError) as raised:
        Library(tmp_path).all()
    assert {problem.code for problem in raised.value.problems} == {"unknown-fact", "unknown-table"}
