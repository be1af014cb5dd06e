"""Field sheets: the form's order, the case's facts, and a visible blank with its question for each that is unknown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import PlannedTreatment, UserError
from letters import Letter, compose
from letters.audit import audit
from letters.field_sheets import SHEETS, load_field_sheets, sheet_for
from letters.letter import Field, Fields, Run, Text
from tests.command import ROOT, run
from tests.letters.stroke import TODAY, decided, stroke
from tests.longer import longer

BLANK = "_" * 18


def sheet(treatment: PlannedTreatment) -> Letter:
    return compose("field-sheet", treatment, decided(treatment), today=TODAY)


def fields(letter: Letter) -> Iterator[tuple[str, str, str]]:
    """Group, label and value in the order of the sheet."""
    for part in letter.parts:
        for block in part.blocks:
            if isinstance(block, Fields):
                yield from ((block.title, field.label, str(field.value)) for field in block.fields)


def case(payer: str, visits: int | None = 12) -> PlannedTreatment:
    data = stroke().model_dump(exclude_none=True)
    data["coverage"] = {**data["coverage"], "payer": payer}
    data["plan_of_care"] = {**data["plan_of_care"], "visits": visits}
    return PlannedTreatment.model_validate(data)


@pytest.mark.parametrize(
    ("payer", "visits", "expected"),
    [
        ("uhc-medicare-advantage", 6, "uhc-short"),
        ("uhc-medicare-advantage", 7, "general"),
        ("uhc-medicare-advantage", None, "general"),
        ("california-workers-comp", 6, "california-rfa"),
        ("california-workers-comp", 30, "california-rfa"),
        ("texas-workers-comp", 12, "texas-workers-comp"),
        ("texas-medicaid", 12, "texas-standard"),
        ("aetna-commercial", 6, "general"),
        ("a-plan-nobody-knows", 6, "general"),
    ],
)
def test_each_payer_gets_its_own_order_and_every_other_the_general_one(
    payer: str, visits: int | None, expected: str
) -> None:
    assert sheet_for(case(payer, visits)).id == expected


def test_the_sheet_follows_the_form() -> None:
    order = [(group, label) for group, label, _ in fields(sheet(case("california-workers-comp")))]
    assert order[2:7] == [("Employee", label) for label in
                          ("Name", "Date of injury", "Date of birth", "Claim number", "Employer")]  # fmt: skip


@pytest.mark.parametrize(
    "payer", ["california-workers-comp", "aetna-commercial", "texas-medicaid", "texas-workers-comp"]
)
def test_a_sheet_says_where_its_order_is_from(payer: str) -> None:
    told = " ".join(str(text) for part in sheet(case(payer)).parts for block in part.blocks
                    for text in [getattr(block, "text", "")])  # fmt: skip
    published = payer in ("california-workers-comp", "texas-medicaid")
    assert ("nobody here has seen the form" in told) is not published
    assert all(source.title in told for source in sheet_for(case(payer)).sources)


def test_a_fact_that_is_unknown_is_a_blank_that_says_whom_to_ask() -> None:
    bare = PlannedTreatment.model_validate(
        {"date_of_service": "2026-12-01", "coverage": {"payer": "texas-workers-comp"}, "lines": ({"code": "97110"},)}
    )
    found = {(group, label): value for group, label, value in fields(sheet(bare))}
    assert found[("Injured employee", "Name")] == (
        f"{BLANK}\nAsk the patient: What is the patient's name, as the plan knows it?"
    )
    assert found[("Insurance carrier", "Carrier")] == f"{BLANK}\nAsk the payer: Which carrier insures the employer?"
    assert found[("Treatment", "Service")] == "97110; Exercise for strength or motion"
    assert all(value.startswith(BLANK) for (_, label), value in found.items() if label != "Service")


FACTS = tuple(
    f"{section}.{name}"
    for section, names in stroke().model_dump(exclude_none=True).items()
    if isinstance(names, dict) and section not in ("history",)
    for name in names
    if name != "payer"
)


@longer(40)
@given(st.sets(st.sampled_from(FACTS)), st.sampled_from([one.payers for one in load_field_sheets()]))
def test_taking_facts_away_turns_fields_into_blanks_and_changes_no_other(
    gone: set[str], payers: tuple[str, ...]
) -> None:
    whole = case(payers[0] if payers else "aetna-commercial")
    data: dict[str, Any] = whole.model_dump(exclude_none=True)
    for path in gone - {"plan_of_care.visits"}:
        section, name = path.split(".")
        data[section] = {key: value for key, value in data[section].items() if key != name}
    before, after = (list(fields(sheet(one))) for one in (whole, PlannedTreatment.model_validate(data)))
    assert list(dict.fromkeys(row[:2] for row in before)) == list(dict.fromkeys(row[:2] for row in after))
    new = [row for row in after if row not in before]
    assert all(BLANK in value or label == "Service" for _, label, value in new)


def test_the_audit_refuses_a_blank_for_a_fact_that_the_case_holds() -> None:
    letter = sheet(stroke())
    part = next(part for part in letter.parts if part.name == "sheet")
    for name, codes in (("ask.patient.name", {"unknown-evidence"}), ("ask.episode.injured_or_operated_on", set())):
        block = Fields("Member", (Field("Name", Text((Run(f"{BLANK} Ask for it.", (name,)),))),))
        blank = replace(letter, parts=(replace(part, blocks=(block,)),))
        assert {problem.code for problem in audit(blank, stroke(), decided(stroke()))} == codes


def test_the_command_writes_a_sheet_with_blanks_for_a_bare_case(tmp_path: Path) -> None:
    target = tmp_path / "sheet.txt"
    told = run("letter", "field-sheet", str(ROOT / "examples" / "texas-work-injury.yaml"), "-o", str(target))
    assert (told.returncode, told.stderr) == (0, "")
    assert "Ask the payer: Which carrier insures the employer?" in target.read_text()


GENERAL = """
  - id: general
    title: General
    level: own
    sources: []
    payers: []
    most_visits: null
    groups: [{title: Member, fields: [{label: Name, fact: patient.name}]}]
"""


def broken(tmp_path: Path, text: str) -> tuple[str, ...]:
    path = tmp_path / "field-sheets.yaml"
    path.write_text(text)
    with pytest.raises(UserError) as raised:
        load_field_sheets(path)
    assert all(problem.where and problem.where.line > 0 for problem in raised.value.problems)
    return tuple(str(problem) for problem in raised.value.problems)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("fact: patient.name", "fact: patient.nam", "did you mean patient.name?"),
        (
            "fact: patient.name",
            "fact: coverage.copay",
            "missing-key: there is no question that asks for coverage.copay",
        ),
        ("fact: patient.name", 'ask: "Who is it?"', "what to ask and who knows it"),
        ("fact: patient.name", 'fact: patient.name, ask: "Who?", who: chart', "leave ask and who out"),
        ("fact: patient.name", 'ask: "Who is it?", who: nobody', "must be one of payer, patient, clinician, chart"),
        ("label: Name", 'label: "# Name"', "broken-value"),
        ("label: Name", 'label: "Name :: x"', "broken-value"),
        ("level: own", "level: guessed", "must be one of"),
        ("level: own", "level: published", "a published order names its sources"),
        ("sources: []", "sources: [nobody]", "unknown-source: no source has the key 'nobody'"),
        ("payers: []", "payers: [aetna-commercial]", "no sheet serves the payers that none names"),
        ("most_visits: null", "most_visits: 0", "out-of-range"),
        ("title: General", "titel: General", "unknown-key"),
        ("fields: [{label: Name, fact: patient.name}]", "fields: []", "out-of-range"),
    ],
)
def test_what_is_wrong_with_a_file_of_sheets_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert any(told in problem for problem in broken(tmp_path, "sheets:" + GENERAL.replace(old, new, 1)))


def test_two_sheets_for_the_same_payer_are_refused(tmp_path: Path) -> None:
    assert any("two sheets serve the payers" in problem for problem in broken(tmp_path, "sheets:" + GENERAL + GENERAL))


def test_several_problems_are_told_together(tmp_path: Path) -> None:
    text = GENERAL.replace("patient.name", "patient.nam").replace("sources: []", "sources: [nobody]")
    assert len(broken(tmp_path, "sheets:" + text)) == 2


def test_the_bundled_sheets_name_no_path_of_a_fact_twice_in_a_group() -> None:
    for one in load_field_sheets(SHEETS):
        for group in one.groups:
            facts = [field.fact for field in group.fields if field.fact]
            assert len(facts) == len(set(facts)), (one.id, group.title)
