"""Tables kept as CSV or as a workbook beside the ruleset: they mean what the same rows mean in the YAML."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine import Library, PlannedTreatment, UserError, check
from engine.language.authored_files import named_files, read_files
from tests.official.make_files import workbook

HEAD = """\
id: own-plan
payer: own-plan
title: Own plan
version: "1"
verified: 2026-11-24
extends: common
sources:
  policy: {title: Therapy policy, publisher: Own plan, level: payer}
tables:
"""
RULES = """\
rules:
  - id: review
    title: Visits that the table names are reviewed
    scope: line
    each_row: reviewed
    when:
      line.code: {in: named}
      coverage.state: {row: states}
      episode.visit_number: {at_least: {row: first visit}}
      date_of_service: {on_or_after: {row: from}}
      coverage.in_network: {row: in network}
    then:
      authorization: review_required
    because: The plan reviews the visits that its table names.
    source: policy
"""
ROWS = [
    ["states", "first visit", "from", "in network"],
    ["OH; IN", "7", "2026-02-01", ""],
    ["ME", "1", "2026-06-01", "no"],
]
CODES = [["code"], ["97535"], ["97530"]]
IN_YAML = """\
  named: {meaning: Codes, source: policy, values: ["97535", "97530"]}
  reviewed:
    meaning: What is reviewed
    source: policy
    rows:
      - {states: [OH, IN], first visit: 7, from: 2026-02-01}
      - {states: ME, first visit: 1, from: 2026-06-01, in network: false}
"""
IN_FILES = """\
  named: {{meaning: Codes, source: policy, values_from: codes.{ending}}}
  reviewed: {{meaning: What is reviewed, source: policy, rows_from: reviewed.{ending}}}
"""


def as_csv(rows: list[list[str]]) -> bytes:
    return "".join(",".join(row) + "\r\n" for row in rows).encode("utf-8-sig")


def folder_of(folder: Path, tables: str, rows: list[list[str]] = ROWS, rules: str = RULES) -> Library:
    folder.mkdir(exist_ok=True)
    (folder / "own.yaml").write_text(HEAD + tables + rules)
    for name, content in (("codes", CODES), ("reviewed", rows)):
        (folder / f"{name}.csv").write_bytes(as_csv(content))
        workbook(folder / f"{name}.xlsx", content)
    return Library(folder)


def answers(library: Library) -> list[str]:
    """The authorization of visits on either side of what the rows name."""
    found = []
    for state in ("OH", "IN", "ME", "TX"):
        for visit in (6, 7):
            for day in ("2026-01-31", "2026-02-01", "2026-06-01"):
                for network in (True, False):
                    case = {
                        "date_of_service": day,
                        "coverage": {"payer": "own-plan", "state": state, "in_network": network},
                        "lines": ({"code": "97535"},),
                        "episode": {"visit_number": visit},
                    }
                    treatment = PlannedTreatment.model_validate(case)
                    found.append(check(treatment, library, today=date(2026, 11, 24)).authorization.answer)
    return found


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_table_in_a_file_means_what_its_rows_mean_in_the_yaml(tmp_path: Path, ending: str) -> None:
    in_yaml = answers(folder_of(tmp_path / "yaml", IN_YAML))
    assert {"review_required", "unknown"} == set(in_yaml)
    assert answers(folder_of(tmp_path / "files", IN_FILES.format(ending=ending))) == in_yaml


def test_a_decision_names_the_hash_of_the_table_too(tmp_path: Path) -> None:
    before = folder_of(tmp_path, IN_FILES.format(ending="csv")).ruleset("own-plan").used[0]
    more = [*ROWS, ["TX", "1", "2026-01-01", ""]]
    after = folder_of(tmp_path, IN_FILES.format(ending="csv"), more).ruleset("own-plan").used[0]
    assert before.sha256 != after.sha256


def told(tmp_path: Path, rows: list[list[str]], rules: str = RULES) -> str:
    with pytest.raises(UserError) as error:
        folder_of(tmp_path, IN_FILES.format(ending="csv"), rows, rules).all()
    return str(error.value).replace(f"{tmp_path}/", "")


def test_what_is_wrong_with_a_cell_is_told_at_the_cell(tmp_path: Path) -> None:
    wrong = [ROWS[0], ["OH", "seven", "2026-02-31", "perhaps"]]
    said = told(tmp_path, wrong)
    for place in ("reviewed.csv:2:2", "reviewed.csv:2:3", "reviewed.csv:2:4"):
        assert place in said


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([["states", "states"], ["OH", "IN"]], "reviewed.csv:1:2"),
        ([["states", ""], ["OH", "7"]], "reviewed.csv:1:2"),
        ([["states"], ["OH", "7"]], "reviewed.csv:2:2"),
        ([["states"]], "reviewed.csv:1:1"),
    ],
)
def test_a_broken_table_is_told_with_its_place(tmp_path: Path, rows: list[list[str]], place: str) -> None:
    assert f"{place}: broken-table" in told(tmp_path, rows)


def test_a_misspelt_column_is_told_for_it_would_ask_for_nothing(tmp_path: Path) -> None:
    said = told(tmp_path, ROWS, RULES.replace("{row: first visit}", "{row: frist visit}"))
    assert "own.yaml:" in said
    assert "did you mean first visit?" in said


def test_two_values_where_one_is_compared_are_refused(tmp_path: Path) -> None:
    assert "at_least takes one value" in told(tmp_path, [ROWS[0], ["OH", "6; 7", "", ""]])


def test_bytes_that_are_no_table_are_told(tmp_path: Path) -> None:
    for ending, raw in (("csv", b"a,b\n\xff\xfe,1\n"), ("csv", b'a\n"open\n'), ("xlsx", b"PK\x03\x04nothing")):
        library = folder_of(tmp_path, IN_FILES.format(ending=ending))
        (tmp_path / f"reviewed.{ending}").write_bytes(raw)
        with pytest.raises(UserError, match="broken-table"):
            library.all()


def test_the_files_of_a_ruleset_are_those_that_its_tables_name_and_no_others(tmp_path: Path) -> None:
    folder_of(tmp_path, IN_FILES.format(ending="csv").replace("codes.csv", "more-codes.csv"), rules="# codes.xlsx\n")
    (tmp_path / "more-codes.csv").write_bytes(as_csv(CODES))
    files = read_files(tmp_path / "own.yaml")
    assert [table.name for table in files.tables] == ["more-codes.csv", "reviewed.csv"]
    assert files.table("reviewed.csv") == as_csv(ROWS)
    broken = files.yaml.replace(b"version:", b"versoin:").replace(b"reviewed.csv", b"../reviewed.csv")
    assert [(one.name, one.key) for one in named_files(broken) or ()] == [
        ("more-codes.csv", "tables.named.values_from")
    ]
    assert named_files(files.yaml + b": [") is None


def test_an_unknown_code_of_a_file_is_told_at_its_cell(tmp_path: Path) -> None:
    (folder := tmp_path / "own").mkdir()
    (folder / "own.yaml").write_text(HEAD + "  named: {meaning: Codes, source: policy, values_from: codes.csv}\n")
    (folder / "codes.csv").write_text("code\n97535\n99999\n")
    with pytest.raises(UserError) as error:
        Library(folder).all()
    (problem,) = error.value.problems
    assert (problem.code, str(problem.where), problem.excerpt) == ("unknown-code", f"{folder}/codes.csv:3:1", "99999")


def test_a_workbook_that_is_damaged_anywhere_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(HEAD + "  named: {meaning: Codes, source: policy, values_from: codes.xlsx}\n")
    whole = workbook(tmp_path / "codes.xlsx", CODES).read_bytes()
    told: set[str] = set()
    for at in range(0, len(whole), 9):
        (tmp_path / "codes.xlsx").write_bytes(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :])
        try:
            Library(tmp_path).ruleset("own-plan")
        except UserError as error:
            told.update(problem.code for problem in error.problems)
    assert "broken-table" in told
