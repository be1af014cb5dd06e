"""Appeals and notices say the same in every format, and their templates are audited like those of letters."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from engine import UserError
from letters import FORMATS, Letter, compose, render
from tests.letters.cases import EXAMPLES, TODAY, altered, decided, example
from tests.letters.reading import read, squeezed, words
from tests.letters.test_formats import texts

KINDS = tuple(EXAMPLES)
ONCE = {
    "appeal": (
        "does not deem it a medical necessity", "CO-50", "Load and range must be graded", "November 17, 2026",
        "January 21, 2027", "Jimmo v. Sebelius coverage FAQ", "From no button to two in two minutes", "QuickDASH 52",
        "Five minutes of buttoning", "The plan of care is on file", "Physician's order",
    ),
    "abn": (
        "It is not that notice", "Hazel Sample", "You have reached the goals", "$96.00", "goals-met-medicare",
        "the one that expires March 31, 2029", "never for members of Medicare Advantage",
    ),
    "good-faith-estimate": (
        "February 2, 1970", "00-0000000", "$810.00", "$291.00", "$183.50", "$1,101.00", "$400", "120 days",
        "It is no contract", "45 CFR 149.610",
    ),
}  # fmt: skip


@cache
def letter(kind: str) -> Letter:
    treatment = example(EXAMPLES[kind])
    return compose(kind, treatment, decided(treatment), today=TODAY)


@cache
def shown(kind: str, format: str) -> str:
    return read(render(letter(kind), format), format)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_format_holds_every_statement(kind: str, format: str) -> None:
    found = squeezed(shown(kind, format))
    lines = [line for text in texts(letter(kind).as_json()) for line in text.split("\n")]
    assert [line for line in lines if squeezed(line) not in found] == []


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("kind", KINDS)
def test_no_format_says_anything_more(kind: str, format: str) -> None:
    known = words(" ".join(texts(letter(kind).as_json())))
    furniture = {"page", "of", "1", "2", "3"} if format == "pdf" else set()
    assert words(shown(kind, format)) - known - furniture == set()


@pytest.mark.parametrize("format", ["pdf", "docx"])
@pytest.mark.parametrize("kind", ONCE)
def test_each_fact_stands_there_once(kind: str, format: str) -> None:
    head = squeezed(str(letter(kind).running_head))
    found = squeezed(shown(kind, format)).replace(head, "")
    assert {fact: found.count(squeezed(fact)) for fact in ONCE[kind]} == dict.fromkeys(ONCE[kind], 1)


@pytest.mark.parametrize("kind", KINDS)
def test_plain_text_keeps_to_its_width(kind: str) -> None:
    assert max(len(line) for line in render(letter(kind), "txt").decode().splitlines()) <= 78


@pytest.mark.parametrize("kind", ["abn", "good-faith-estimate"])
def test_a_patients_paper_is_one_page(kind: str) -> None:
    assert "Page 1 of 1" in shown(kind, "pdf")


@pytest.mark.parametrize(
    ("kind", "part", "words", "code"),
    [
        ("appeal", "argument", "The denial is wrong.", "unsupported-sentence"),
        ("appeal", "argument", "{{ payer }} must answer within 30 days.", "unsupported-figure"),
        ("abn", "worksheet-head", "The patient owes everything.", "unsupported-sentence"),
        ("abn", "blanks", "| Blank | Entry |\n| F | {{ abn.form }} costs $500 |", "unsupported-figure"),
        ("good-faith-estimate", "notices", "- You may dispute any bill.", "unsupported-sentence"),
        ("good-faith-estimate", "notices", "- {{ notices[0] }} Dispute it within 90 days.", "unsupported-figure"),
        ("good-faith-estimate", "expected-services", "{{ estimate.visit }} or $200.00", "unsupported-figure"),
    ],
)
def test_a_template_that_states_what_rests_on_nothing_is_refused(
    tmp_path: Path, kind: str, part: str, words: str, code: str
) -> None:
    (tmp_path / kind).mkdir()
    (tmp_path / kind / f"{part}.j2").write_text(f"{words}\n")
    treatment = example(EXAMPLES[kind])
    with pytest.raises(UserError) as raised:
        compose(kind, treatment, decided(treatment), today=TODAY, templates=tmp_path)
    assert code in {problem.code for problem in raised.value.problems}


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("appeal", "denial.reason_text"),
        ("appeal", "denial.level"),
        ("abn", "necessity.expected_denial"),
        ("good-faith-estimate", "provider.tax_id"),
    ],
)
def test_what_was_typed_stays_text(kind: str, place: str) -> None:
    typed = '<b>x</b> #panic() | a | b |\n# y\n{{ 7 * 7 }} “z” & *w* [l](javascript:x) "q"'
    treatment = altered(example(EXAMPLES[kind]), {place: typed})
    written = compose(kind, treatment, decided(treatment), today=TODAY)
    for format in FORMATS:
        assert squeezed(typed) in squeezed(read(render(written, format), format)), format
