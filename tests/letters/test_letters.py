"""Letters: complete or not at all, alike in every format, inert, and nothing in them that rests on nothing."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import PlannedTreatment, UserError
from letters import FORMATS, Letter, compose, render, write_letter
from tests.letters.stroke import TODAY, changed, decided, stroke

KINDS = ("prior-authorization", "medical-necessity")
REQUIRED = {
    "patient.name": "patient.name",
    "patient.birth_date": "patient.birth_date",
    "coverage.member_id": "coverage.member_id",
    "provider.name": "provider.name",
    "provider.npi": "provider.npi",
    "diagnoses": "diagnoses",
    "lines.1.minutes": "lines.1.minutes",
    "plan_of_care.starts_on": "plan_of_care.starts_on",
    "plan_of_care.visits": "plan_of_care.visits",
    "plan_of_care.weeks": "plan_of_care.weeks",
    "plan_of_care.goals": "plan_of_care.goals",
    "referral.physician": "referral.physician.name",
    "necessity.functional_limitation": "necessity.functional_limitation",
    "necessity.prior_level": "necessity.prior_level",
    "necessity.current_level": "necessity.current_level",
    "necessity.skilled_need": "necessity.skilled_need",
}


def letter(treatment: PlannedTreatment, kind: str = KINDS[0], **more: object) -> Letter:
    return compose(kind, treatment, decided(treatment), today=TODAY, **more)  # type: ignore[arg-type]


def words(content: bytes, ending: str) -> str:
    """The text of a rendered letter, without white space, so that line breaks do not matter."""
    if ending == "pdf":
        text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    elif ending == "docx":
        document = docx.Document(io.BytesIO(content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        text = "".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    else:
        text = content.decode()
    return re.sub(r"[\s\u00ad\u200b-]+", "", text)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_holds_what_the_case_says(kind: str, ending: str) -> None:
    told = words(render(letter(stroke(), kind), ending), ending)
    for said in (
        "AsterSample", "EXAMPLE0001", "JuniperTest,OTR/L", "1234567893", "RowanInventedMD", "97535", "I69.351",
        "Hemiplegiaandhemiparesis", "12visitsover6weeks", "Fastenstrouserswithabuttonhookwithonehand", "BarthelIndex",
        "Tenminutesofonehandeddressingpractice", "Daughteristaught", "42CFR410.61",
    ):  # fmt: skip
        assert said in told, (said, ending)


def test_the_pdf_is_tagged_and_titled() -> None:
    pdf = pypdf.PdfReader(io.BytesIO(render(letter(stroke()), "pdf")))
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Prior authorization request"


@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_letter_gives_the_same_bytes(ending: str) -> None:
    assert render(letter(stroke()), ending) == render(letter(stroke()), ending)


@pytest.mark.parametrize(("absent", "gap"), REQUIRED.items())
@pytest.mark.parametrize("kind", KINDS)
def test_each_required_fact_that_is_absent_is_named_and_nothing_is_written(
    kind: str, absent: str, gap: str, tmp_path: Path
) -> None:
    treatment = changed(absent, None)
    path = tmp_path / "letter.md"
    with pytest.raises(UserError) as raised:
        write_letter(kind, treatment, decided(treatment), path, today=TODAY)
    assert [(problem.code, problem.key) for problem in raised.value.problems] == [("missing-fact", gap)]
    assert all(problem.hint for problem in raised.value.problems)
    assert list(tmp_path.iterdir()) == []


def test_a_refused_letter_leaves_the_earlier_one_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "letter.md"
    path.write_text("the earlier letter")
    treatment = changed("patient.name", None)
    with pytest.raises(UserError):
        write_letter(KINDS[0], treatment, decided(treatment), path, today=TODAY)
    assert path.read_text() == "the earlier letter"


@pytest.mark.parametrize("ending", FORMATS)
def test_a_draft_is_marked_and_lists_its_gaps(ending: str, tmp_path: Path) -> None:
    treatment = changed("necessity.skilled_need", None)
    path = tmp_path / f"letter.{ending}"
    written = write_letter(KINDS[0], treatment, decided(treatment), path, today=TODAY, draft=True)
    assert [gap.path for gap in written.gaps] == ["necessity.skilled_need"]
    told = words(path.read_bytes(), ending)
    assert "DRAFT" in told
    assert "necessity.skilled_need" in told.replace("\\", "")


def test_no_authorization_is_requested_where_none_is_needed() -> None:
    treatment = changed("coverage.payer", "medicare-part-b")
    with pytest.raises(UserError, match="medical-necessity"):
        letter(treatment)
    assert letter(treatment, "medical-necessity").title == "Letter of medical necessity"


def test_wrong_kinds_endings_and_folders_are_told(tmp_path: Path) -> None:
    treatment, decision = stroke(), decided(stroke())
    for kind, path, told in (
        ("prior-authorisation", tmp_path / "x.md", "prior-authorization"),
        (KINDS[0], tmp_path / "x.odt", "docx"),
        (KINDS[0], tmp_path / "no" / "x.md", "no folder"),
    ):
        with pytest.raises(UserError, match=told):
            write_letter(kind, treatment, decision, path, today=TODAY)


def test_a_practices_own_letterhead_and_closing_replace_the_bundled_ones(tmp_path: Path) -> None:
    parts = tmp_path / "parts"
    parts.mkdir()
    (parts / "letterhead.j2").write_text("# Example Therapy of Sampleville\n")
    (parts / "closing.j2").write_text("With kind regards,\n")
    told = render(letter(stroke(), templates=tmp_path), "txt").decode()
    assert "Example Therapy of Sampleville" in told
    assert "With kind regards," in told
    assert "Thank you for your review" not in told


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("parts/closng.j2", "Hello", "unknown-template"),
        ("parts/request.j2", "The patient improves every week.\n", "unsupported-sentence"),
        ("parts/request.j2", "{{ patient.name }} needs 40 visits.\n", "unsupported-figure"),
        ("parts/request.j2", "{{ patient.nickname }}\n", "bad-template"),
        ("parts/request.j2", "{% if %}\n", "bad-template"),
        ("parts/request.j2", "{{ ().__class__.__mro__ }}\n", "bad-template"),
    ],
)
def test_a_template_that_is_wrong_or_states_what_rests_on_nothing_is_refused(
    tmp_path: Path, name: str, text: str, code: str
) -> None:
    path = tmp_path / name
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(UserError) as raised:
        letter(stroke(), templates=tmp_path)
    assert code in {problem.code for problem in raised.value.problems}


HOSTILE = (
    "</style><script>alert(1)</script>",
    '#read("secret") $x^2$ @ref <label> *b* _i_ = Title',
    "{{ 7 * 7 }} {% raw %} {# x #}",
    "| a | b |\n# Heading\n[x](javascript:alert(1)) ![y](z) `c`",
    "\u202eright to left\u202c \u0000 \u0007 \u001b[2J",
    "W" * 900,
    "\\n \\textbf{x} & < > \" ' ~",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_in_every_format(text: str) -> None:
    hostile = letter(changed("necessity.current_level", text.replace("\0", "")))
    html = render(hostile, "html").decode()
    assert "<script" not in html
    assert "</style><script" not in html
    markdown = render(hostile, "md").decode()
    assert "\n# Heading" not in markdown
    assert not re.search(r"(?<!\\)\]\(javascript:", markdown)
    for ending in ("txt", "md", "html"):
        assert "49 " not in render(hostile, ending).decode()
        assert "\x1b" not in render(hostile, ending).decode()
    for ending in ("pdf", "docx"):
        assert len(render(hostile, ending)) > 1_000


@settings(max_examples=25)
@given(st.text(min_size=1, max_size=120).filter(lambda text: text.strip()))
def test_any_text_of_the_clinician_renders_in_every_format(text: str) -> None:
    try:
        treatment = changed("necessity.skilled_need", text)
    except ValueError:  # what no case may hold is refused when the case is read
        return
    if not any(char.isprintable() and not char.isspace() for char in text):
        return
    composed = letter(treatment)
    for ending in FORMATS:
        assert render(composed, ending)
