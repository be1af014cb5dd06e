"""Case files in every format, and everything that can be wrong with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import PlannedTreatment
from engine.cases import CasesRead, read_cases
from tests.command import ROOT

EXAMPLE = (Path(__file__).parents[2] / "examples" / "knee-stairs.yaml").read_text()
AS_JSON = """{
 "id": "knee-stairs", "date_of_service": "2026-12-01",
 "patient": {"name": "Basil Sample", "birth_date": "1981-05-04"},
 "coverage": {"payer": "uhc-medicare-advantage", "plan_type": "hmo", "state": "OH", "in_network": true},
 "provider": {"discipline": "OT", "credential": "OT"}, "site": {"place_of_service": "11", "modality": "in_person"},
 "diagnoses": ["Z47.1", "Z96.651"], "lines": [{"code": "97535", "minutes": 30}, {"code": "97530", "minutes": 15}],
 "plan_of_care": {"starts_on": "2026-11-24", "visits": 12, "weeks": 6},
 "episode": {"visit_number": 3, "new_patient": true, "evaluation_on": "2026-11-24",
             "resident_of_nursing_facility": false}}"""
_COLUMNS = {
    "id": "knee-stairs", "date_of_service": "2026-12-01", "patient.name": "Basil Sample",
    "patient.birth_date": "1981-05-04", "coverage.payer": "uhc-medicare-advantage", "coverage.plan_type": "hmo",
    "coverage.state": "OH", "coverage.in_network": "yes", "provider.discipline": "OT", "provider.credential": "OT",
    "site.place_of_service": "11", "site.modality": "in_person", "diagnoses.1": "Z47.1", "diagnoses.2": "Z96.651",
    "lines.1.code": "97535", "lines.1.minutes": "30", "lines.2.code": "97530", "lines.2.minutes": "15",
    "plan_of_care.starts_on": "2026-11-24", "plan_of_care.visits": "12", "plan_of_care.weeks": "6",
    "episode.visit_number": "3", "episode.new_patient": "true", "episode.evaluation_on": "2026-11-24",
    "episode.resident_of_nursing_facility": "false",
}  # fmt: skip
AS_CSV = ",".join(_COLUMNS) + "\n" + ",".join(_COLUMNS.values()) + "\n"
LEAST = "date_of_service: 2026-12-01\ncoverage: {payer: self-pay}\nlines: [{code: '97535'}]\n"


def read(text: str, name: str = "case.yaml") -> CasesRead:
    return read_cases(name, text.encode())


def told(text: str, name: str = "case.yaml") -> list[tuple[str, int, int]]:
    return [
        (problem.code, problem.where.line, problem.where.column)
        for problem in read(text, name).problems
        if problem.where
    ]


def test_the_same_case_reads_alike_in_every_format() -> None:
    one = read(EXAMPLE).cases[0].treatment
    line = json.dumps(json.loads(AS_JSON))
    for text, name in (
        (AS_JSON, "c.json"),
        (f"{line}\n\n{line}\n", "c.jsonl"),
        (AS_CSV, "c.csv"),
        (AS_CSV.replace(",", ";"), "c.csv"),
    ):
        assert read(text, name).cases[0].treatment == one, name
    assert len(read(f"{line}\n{line}\n", "c.jsonl").cases) == 2


def test_a_list_and_several_documents_hold_several_cases() -> None:
    case = "".join(f"  {line}\n" for line in LEAST.splitlines())
    assert len(read("-" + case[1:] + "-" + case[1:]).cases) == 2
    assert len(read(f"{LEAST}---\n{LEAST}").cases) == 2


@pytest.mark.parametrize("absent", ["patient: null\n", "patient: {}\n", "patient: {birth_date: null}\n", ""])
def test_null_is_absent(absent: str) -> None:
    assert read(LEAST + absent).cases[0].treatment == read(LEAST).cases[0].treatment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("date_of_service: 2026-02-30\n", [("impossible-date", 1, 18), ("missing-key", 1, 1), ("missing-key", 1, 1)]),
        (LEAST + "sites: {}\n", [("unknown-key", 4, 1)]),
        (
            LEAST.replace("date_of_service: 2026-12-01", "date_of_servise: 2026-02-31"),
            [("impossible-date", 1, 18), ("missing-key", 1, 1), ("unknown-key", 1, 1)],
        ),
        (LEAST + "idd: .nan\n", [("nan", 4, 6), ("unknown-key", 4, 1)]),
        (LEAST + "id: a\nid: b\n", [("duplicate-key", 5, 1)]),
        (LEAST + "site: {place_of_service: 11}\n", [("wrong-type", 4, 8)]),
        (LEAST + "site: {modality: pigeon}\n", [("not-allowed", 4, 8)]),
        (LEAST.replace("'97535'", "97535"), [("wrong-type", 3, 10)]),
        (LEAST.replace("'97535'", "'975'"), [("broken-value", 3, 10)]),
        (LEAST + "diagnoses: [Q]\n", [("broken-value", 4, 13)]),
        (LEAST + "provider: {npi: '1234567890'}\n", [("broken-value", 4, 12)]),
        (LEAST + "site: {state: ZZ}\n", [("broken-value", 4, 8)]),
        (LEAST + "episode: {visit_number: 0}\n", [("out-of-range", 4, 11)]),
        (LEAST + "coverage: {payer: x}\n", [("duplicate-key", 4, 1)]),
        (LEAST + "history: {allowed_ytd: {ot: .nan}}\n", [("nan", 4, 29)]),
        (LEAST + "id: !!python/none x\n", [("tag", 4, 5)]),
        ("coverage: {payer: self-pay}\nlines: []\n", [("missing-key", 1, 1), ("out-of-range", 2, 1)]),
        ("", [("empty", 1, 1)]),
        ("- 5\n", [("wrong-type", 1, 3)]),
        ("[" * 60 + "]" * 60, [("too-deep", 1, 52)]),
        ("a: [\n", [("not-yaml", 2, 1)]),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert told(text) == expected


def test_all_problems_of_all_cases_are_told_together() -> None:
    first = "- {date_of_service: soon, coverage: {payer: X Y}, lines: [{code: '1'}]}\n"
    text = first + "- {lines: [{code: '97535', minutes: -1}]}\n"
    assert {problem.key for problem in read(text).problems} == {
        "1.date_of_service", "1.coverage.payer", "1.lines.1.code",
        "2.date_of_service", "2.coverage", "2.lines.1.minutes",
    }  # fmt: skip


def test_the_nearest_right_thing_is_named() -> None:
    hints = [problem.hint for problem in read(LEAST + "site: {modalty: video}\n").problems]
    assert hints == ["did you mean modality?"]
    assert [item.hint for item in read("lines.1.kode\n97535\n", "c.csv").problems] == ["did you mean lines.1.code?"]


def test_problems_name_no_patient() -> None:
    text = LEAST + "patient: {name: [Aster Sample], birth_date: Sampleday}\ncoverage2: {member_id: SECRET-1}\n"
    said = "\n".join(str(problem) for problem in read(text).problems)
    assert said
    assert not any(word in said for word in ("Aster", "Sampleday", "SECRET"))


def test_aliases_that_explode_are_refused() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"] + [
        f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 9)
    ]
    assert "too-large" in [problem.code for problem in read("\n".join(levels)).problems]


@settings(max_examples=150)
@given(st.binary(max_size=200), st.sampled_from(["c.yaml", "c.json", "c.jsonl", "c.csv", "-"]))
def test_raw_bytes_never_crash_the_reader(raw: bytes, name: str) -> None:
    found = read_cases(name, raw)
    assert found.cases or found.problems


@settings(max_examples=150)
@given(st.integers(0, len(EXAMPLE)), st.integers(0, 30), st.text(max_size=8), st.sampled_from(["c.yaml", "c.csv"]))
def test_a_mutated_case_never_crashes_the_reader(at: int, cut: int, put: str, name: str) -> None:
    text = EXAMPLE if name == "c.yaml" else AS_CSV
    found = read_cases(name, (text[:at] + put + text[at + cut :]).encode("utf-8", "surrogatepass"))
    assert found.cases or found.problems


def test_a_list_with_an_impossible_date_keeps_its_other_cases() -> None:
    good = "- {date_of_service: 2026-12-01, coverage: {payer: self-pay}, lines: [{code: '97535'}]}\n"
    found = read(good + good.replace("2026-12-01", "2026-02-30"))
    assert len(found.cases) == 1
    assert [problem.key for problem in found.problems] == ["2.date_of_service"]


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_case_reads_back_from_its_own_json(path: Path) -> None:
    (case,) = read_cases(path.name, path.read_bytes()).cases
    told = case.treatment.model_dump_json(exclude_none=True)
    assert PlannedTreatment.model_validate_json(told) == case.treatment
