"""The papers besides letters: each in five formats, complete or not at all, and no more of a patient than is needed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine import PlannedTreatment, UserError
from letters import FORMATS, Letter, compose, render
from letters.kinds import KINDS
from tests.command import ROOT, run
from tests.letters.reading import HtmlPage, read, squeezed, words
from tests.letters.stroke import EXAMPLE, TODAY, changed, decided, stroke
from tests.letters.test_formats import texts
from tests.longer import longer

PAPERS = ("fax-cover", "field-sheet", "checklist", "home-practice", "patient-summary")
STATED = {
    "fax-cover": ("UnitedHealthcare Medicare Advantage", "Juniper Test, OTR/L", "555-0102", "555-0103", "A.S.", "0001",
                  "November 24, 2026", "Plan of care", "Evaluation", "Physician's order", "Treatment notes",
                  "Pages with this one", "Confidential"),
    "field-sheet": ("Aster Sample", "February 11, 1964", "EXAMPLE-0001", "EXAMPLE-GROUP", "Example HMO", "1234567893",
                    "Rowan Invented MD", "1245319599", "November 20, 2026", "00-0000000", "I69.351", "Z74.1",
                    "Hemiplegia and hemiparesis following cerebral infarction affecting right dominant side",
                    "97535; Daily living and home skills training; 30 minutes; 2 units", "Barthel Index; score 55",
                    "Lived alone and dressed", "Needs moderate help", "must be chosen, fitted and graded",
                    "Fastens trousers with a button hook with one hand", "January 5, 2027", "Daughter is taught",
                    "Ten minutes of one-handed dressing practice", "Home programme with the daughter's supervision"),
    "checklist": ("Prior authorization request", "December 1, 2026", "Plan of care", "on file", "Authorization request",
                  "December 9, 2026", "Nothing: the letter has every fact that it needs"),
    "home-practice": ("Aster Sample", "Puts on an upper-body garment with a reacher without help", "18", "no help",
                      "Ten minutes of one-handed dressing practice with the reacher each morning.", "January 5, 2027",
                      "Daughter is taught to set out garments", "☐", "Stop and call 555-0102 if something hurts"),
    "patient-summary": ("Aster Sample", "December 1, 2026", "Yes. Your plan covers this visit.", "97535",
                        "Visits 1 to 6: we must send a request.", "Visits 7 to 12: your plan must look at our request",
                        "Call us at 555-0102"),
}  # fmt: skip
REQUIRED = [(kind, path) for kind in PAPERS for path in KINDS[kind].required]
BARE = PlannedTreatment.model_validate(
    {"date_of_service": "2026-12-01", "coverage": {"payer": "aetna-commercial"}, "lines": ({"code": "97535"},)}
)


def paper(kind: str, treatment: PlannedTreatment | None = None, **more: object) -> Letter:
    treatment = treatment or stroke()
    return compose(kind, treatment, decided(treatment), today=TODAY, **more)  # type: ignore[arg-type]


@cache
def file(kind: str, format: str) -> bytes:
    return render(paper(kind), format)


@pytest.mark.parametrize("kind", PAPERS)
@pytest.mark.parametrize("format", FORMATS)
def test_every_format_holds_every_statement_and_says_nothing_more(kind: str, format: str) -> None:
    told = read(file(kind, format), format)
    said = list(texts(paper(kind).as_json()))
    lines = [line for text in said for line in text.split("\n")]
    assert [line for line in (*lines, *STATED[kind]) if squeezed(line) not in squeezed(told)] == []
    furniture = {"page", "of", "1", "2", "aster", "sample", "member", "id", "example", "0001"}
    assert words(told) - words(" ".join(said)) - (furniture if format == "pdf" else set()) == set()


@pytest.mark.parametrize("kind", PAPERS)
@pytest.mark.parametrize("format", FORMATS)
def test_the_same_paper_gives_the_same_bytes(kind: str, format: str) -> None:
    assert render(paper(kind), format) == file(kind, format)


@pytest.mark.parametrize(("kind", "absent"), REQUIRED)
def test_a_required_fact_that_is_absent_is_named_with_its_question(kind: str, absent: str) -> None:
    with pytest.raises(UserError) as raised:
        paper(kind, changed(absent, None))
    assert [(problem.code, problem.key) for problem in raised.value.problems] == [("missing-fact", absent)]
    assert raised.value.problems[0].hint


@pytest.mark.parametrize("kind", PAPERS)
@pytest.mark.parametrize("format", FORMATS)
def test_a_draft_of_a_bare_case_is_marked_and_lists_its_gaps(kind: str, format: str) -> None:
    letter = paper(kind, BARE, draft=True)
    told = squeezed(read(render(letter, format), format))
    assert squeezed("DRAFT - not for submission") in told
    assert [gap.path for gap in letter.gaps] == list(KINDS[kind].required)
    assert all(squeezed(f"{gap.question} ({gap.path})") in told for gap in letter.gaps)


@pytest.mark.parametrize("kind", ["fax-cover", "field-sheet", "checklist"])
def test_there_is_no_paper_for_a_payer_where_the_patient_pays(kind: str, tmp_path: Path) -> None:
    told = run("letter", kind, str(ROOT / "examples" / "self-pay.yaml"), "-o", str(tmp_path / "x.md"), "--draft")
    assert told.returncode == 2
    assert "no-payer" in told.stderr
    assert list(tmp_path.iterdir()) == []


NAMES = st.text(st.characters(categories=("L", "N", "Z", "P")), min_size=1, max_size=30)
IDS = st.text(st.characters(min_codepoint=48, max_codepoint=90), min_size=1, max_size=20)


@longer(60)
@given(NAMES, IDS)
@example("Aster Sample", "1EG4-TE5-MK73")
@example("Madonna", "1234")
@example("1234", "12345678")
@example("O'Sample-Test, Aster Jr.", "A" * 7)
def test_a_fax_cover_shows_initials_and_the_end_of_a_member_id_and_no_more(name: str, member_id: str) -> None:
    data = stroke().model_dump(exclude_none=True)
    data["patient"] = {**data["patient"], "name": name}
    data["coverage"] = {**data["coverage"], "member_id": member_id}
    treatment = PlannedTreatment.model_validate(data)
    letter = compose("fax-cover", treatment, _decision(), today=TODAY, draft=not name.strip())
    said = {text for text in texts(letter.as_json()) if text not in _said()}
    shown = "".join(sign for sign in member_id if sign.isalnum())
    ending = f", member ID ending in {shown[-4:]}" if len(shown) >= 8 else ""
    firsts = [word[0].upper() for word in name.split() if word[0].isalpha()]
    assert said <= {f"Member {'.'.join(firsts[:1] + firsts[1:][-1:])}.{ending}"} | _said_of_drafts()
    for text in ("February 11, 1964", "555-0101", "1 Example Lane", "I69.351", "97535"):
        assert text not in " ".join(texts(letter.as_json()))


@cache
def _decision() -> object:
    return decided(stroke())


@cache
def _said() -> frozenset[str]:
    """What a cover says beside the member."""
    return frozenset(texts(paper("fax-cover").as_json())) - {"Member A.S., member ID ending in 0001"}


@cache
def _said_of_drafts() -> frozenset[str]:
    return frozenset(texts(paper("fax-cover", changed("patient.name", None), draft=True).as_json()))


def test_a_fax_cover_counts_the_letters_that_go_with_it() -> None:
    alone, packed = paper("fax-cover"), paper("fax-cover", enclosed=("prior-authorization",))
    said = [list(texts(letter.as_json())) for letter in (alone, packed)]
    assert [text[text.index("Enclosures") + 1] for text in said] == ["4", "5"]
    assert "Prior authorization request" in said[1]
    assert "Prior authorization request" not in said[0]


def test_a_checklist_gives_each_paper_its_status_and_each_gap_its_question() -> None:
    treatment = changed("documents.evaluation", False).model_copy(update={"referral": BARE.referral})
    said = list(texts(paper("checklist", treatment).as_json()))
    assert said[said.index("Evaluation") + 1] == "missing"
    assert said[said.index("Plan of care") + 1] == "on file"
    assert "Look in our files: Which physician ordered or referred to the therapy?" in said
    assert not any(text.startswith("Nothing") for text in said)


def test_steps_at_home_stand_one_under_the_other() -> None:
    treatment = changed("necessity.home_program", "Stand on one leg.\n\n| # Walk\n- Rest")
    body = HtmlPage(render(paper("home-practice", treatment), "html"))
    assert [tag for tag, _ in body.tags].count("li") == 3
    assert "| # Walk" in body.text


def test_a_home_practice_sheet_without_caregiver_training_says_nothing_of_it() -> None:
    told = render(paper("home-practice", changed("necessity.caregiver_training", None)), "txt").decode()
    assert "person who helps" not in told


@pytest.mark.parametrize("kind", PAPERS)
@pytest.mark.parametrize(
    "text", ["</p><script>x</script>", "{{ 7 }} | a | b |\n# Heading", '#read("x") $y$ @z', "_" * 50]
)
def test_what_was_typed_stays_text(kind: str, text: str) -> None:
    data = stroke().model_dump(exclude_none=True)
    for path in ("patient.name", "provider.phone", "necessity.home_program"):
        section, name = path.split(".")
        data[section] = {**data[section], name: f"x{text}x"}
    letter = compose(kind, PlannedTreatment.model_validate(data), _decision(), today=TODAY)  # type: ignore[arg-type]
    plain = {tag for tag, _ in HtmlPage(file(kind, "html")).tags}
    assert {tag for tag, _ in HtmlPage(render(letter, "html")).tags} <= plain | {"ul", "li"}
    assert render(letter, "pdf").startswith(b"%PDF-")


def test_big_type_is_for_patients_and_faxes() -> None:
    assert {kind for kind in KINDS if KINDS[kind].large} >= {"home-practice", "patient-summary", "fax-cover"}
    sizes = [_body_size(kind) for kind in ("home-practice", "field-sheet")]
    assert sizes == [13.5, 10.5]


def _body_size(kind: str) -> float:
    from io import BytesIO

    from docx import Document

    style = Document(BytesIO(file(kind, "docx"))).styles["Normal"]
    return style.font.size.pt  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    ("kind", "part", "text", "code"),
    [
        ("home-practice", "stop-line", "The patient will fall without care.\n", "unsupported-sentence"),
        ("home-practice", "practice-steps", "Walk ten minutes.\n", "unsupported-sentence"),
        ("fax-cover", "confidentiality", "Answer within 14 days.\n", "unsupported-figure"),
        ("patient-summary", "summary-notice", "El paciente mejora.\n", "unsupported-sentence"),
        ("patient-summary", "summary-answers", "Your plan covers everything.\n", "unsupported-sentence"),
    ],
)
def test_a_practices_own_part_states_nothing_that_rests_on_nothing(
    tmp_path: Path, kind: str, part: str, text: str, code: str
) -> None:
    (tmp_path / kind).mkdir()
    (tmp_path / kind / f"{part}.j2").write_text(text)
    with pytest.raises(UserError) as raised:
        paper(kind, templates=tmp_path)
    assert code in {problem.code for problem in raised.value.problems}


def test_the_command_writes_each_paper(tmp_path: Path) -> None:
    for kind in PAPERS:
        target = tmp_path / f"{kind}.txt"
        told = run("letter", kind, str(EXAMPLE), "-o", str(target), "--today", TODAY.isoformat())
        assert (told.returncode, told.stderr) == (0, "")
        assert target.read_bytes() == file(kind, "txt")
        assert kind in run("letter", "--help").stdout
