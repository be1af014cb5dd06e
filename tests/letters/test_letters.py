"""Letters: complete or not at all, and nothing in them that rests on nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import PlannedTreatment, UserError
from letters import FORMATS, Letter, compose, render, write_letter
from tests.command import ROOT, run
from tests.letters.reading import read, squeezed
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
TEXTS = ("name", "member_id", "functional_limitation", "prior_level", "current_level", "skilled_need")


def letter(treatment: PlannedTreatment, kind: str = KINDS[0], **more: object) -> Letter:
    return compose(kind, treatment, decided(treatment), today=TODAY, **more)  # type: ignore[arg-type]


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
    (gap,) = written.gaps
    assert gap.path == "necessity.skilled_need"
    told = squeezed(read(path.read_bytes(), ending))
    assert squeezed("DRAFT - not for submission") in told
    assert squeezed(f"{gap.question} (necessity.skilled_need)") in told
    assert squeezed("[missing: necessity.skilled_need]") in told


def test_the_command_lists_all_missing_facts_together_and_writes_nothing(tmp_path: Path) -> None:
    case, target = tmp_path / "case.json", tmp_path / "letter.pdf"
    case.write_text('{"date_of_service": "2026-12-01", "coverage": {"payer": "aetna-commercial"}, '
                    '"lines": [{"code": "97535"}]}')  # fmt: skip
    target.write_bytes(b"the earlier letter")
    asked = ("letter", "medical-necessity", str(case), "-o", str(target), "--today", TODAY.isoformat())
    refused = run(*asked)
    assert refused.returncode == 2
    assert [path for path in REQUIRED.values() if f"({path})" not in refused.stderr] == []
    assert refused.stderr.count("missing-fact") == len(REQUIRED)
    assert target.read_bytes() == b"the earlier letter"
    drafted = run(*asked, "--draft")
    assert drafted.returncode == 0
    assert [path for path in REQUIRED.values() if path not in drafted.stderr] == []
    assert squeezed("DRAFT - not for submission") in squeezed(read(target.read_bytes(), "pdf"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case.json", "letter.pdf"]


@pytest.mark.parametrize("gap", [path for path in REQUIRED.values() if path.split(".")[-1] in TEXTS])
def test_a_blank_text_is_a_missing_fact(gap: str) -> None:
    with pytest.raises(UserError) as raised:
        letter(changed(gap, " \n\u0007 "))
    assert [problem.key for problem in raised.value.problems] == [gap]


def test_no_authorization_is_requested_where_none_is_needed() -> None:
    treatment = changed("coverage.payer", "medicare-part-b")
    with pytest.raises(UserError, match="medical-necessity"):
        letter(treatment)
    assert letter(treatment, "medical-necessity").title == "Letter of medical necessity"


def test_the_command_offers_the_other_letter_where_no_authorization_is_needed(tmp_path: Path) -> None:
    case = str(ROOT / "examples" / "stroke-original-medicare.yaml")
    for draft in ((), ("--draft",)):
        refused = run("letter", "prior-authorization", case, "-o", str(tmp_path / "letter.md"), *draft)
        assert refused.returncode == 2
        assert "authorization-not-required" in refused.stderr
        assert "medical-necessity" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_wrong_kinds_endings_and_folders_are_told(tmp_path: Path) -> None:
    treatment, decision = stroke(), decided(stroke())
    for kind, path, told in (
        ("prior-authorisation", tmp_path / "x.md", "prior-authorization"),
        (KINDS[0], tmp_path / "x.odt", "docx"),
        (KINDS[0], tmp_path / "no" / "x.md", "no folder"),
    ):
        with pytest.raises(UserError, match=told):
            write_letter(kind, treatment, decision, path, today=TODAY)


def test_an_edited_template_is_the_one_that_is_printed(tmp_path: Path) -> None:
    closing = tmp_path / "parts" / "closing.j2"
    closing.parent.mkdir()
    told = []
    for greeting in ("Kind regards,", "Yours truly,"):
        closing.write_text(f"{greeting}\n")
        told.append(greeting in render(letter(stroke(), templates=tmp_path), "txt").decode())
    assert told == [True, True]


def test_a_practices_own_letterhead_and_closing_replace_the_bundled_ones(tmp_path: Path) -> None:
    parts = tmp_path / "parts"
    parts.mkdir()
    (parts / "letterhead.j2").write_text("# Example Therapy of Sampleville\n")
    (parts / "closing.j2").write_text("With kind regards,\n")
    told = render(letter(stroke(), templates=tmp_path), "txt").decode()
    assert "Example Therapy of Sampleville" in told
    assert "With kind regards," in told
    assert "Thank you for your review" not in told
    rest = render(letter(stroke()), "txt").decode()
    start, end = "PRIOR AUTHORIZATION REQUEST", "Treatment notes"
    assert told[told.index(start) : told.index(end)] == rest[rest.index(start) : rest.index(end)]


def test_a_part_of_one_kind_stands_before_the_part_of_all_kinds(tmp_path: Path) -> None:
    for folder in ("parts", "medical-necessity"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "closing.j2").write_text(f"From {folder}.\n")
    told = [render(letter(stroke(), kind, templates=tmp_path), "txt").decode() for kind in KINDS]
    assert ["From parts." in text for text in told] == [True, False]
    assert ["From medical-necessity." in text for text in told] == [False, True]


@pytest.mark.parametrize(
    "text",
    [
        "{% if %}",
        "{{ patient.nickname }}",
        "{% include 'nothing.j2' %}",
        "{{ patient.name.upper() }}",
        "{{ plan_of_care.visits + 1 }}",
        "{% for n in range(10 ** 9) %}{% endfor %}",
        "{% include 'closing.j2' %}",
    ],
)
def test_an_error_of_a_template_is_told_with_its_file_and_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "parts" / "closing.j2"
    path.parent.mkdir()
    path.write_text(f"Thank you.\n\n{text}\n")
    with pytest.raises(UserError) as raised:
        letter(stroke(), templates=tmp_path)
    (problem,) = raised.value.problems
    assert problem.code == "bad-template"
    assert problem.where is not None
    assert (problem.where.file, problem.where.line) == (str(path), 3)


@pytest.mark.parametrize(
    "text", ["{{ patient.name | reverse }}", "{{ patient.name | truncate(1, true, '') }}", "\ue0009999\ue001"]
)
def test_a_template_cannot_cut_a_fact_into_pieces(tmp_path: Path, text: str) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "closing.j2").write_text(text)
    with pytest.raises(UserError, match="bad-template"):
        letter(stroke(), templates=tmp_path)


def test_a_misspelt_part_is_answered_with_the_right_name(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "leterhead.j2").write_text("Practice\n")
    with pytest.raises(UserError, match=r"parts/leterhead\.j2\s.*Did you mean parts/letterhead\.j2"):
        letter(stroke(), templates=tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("parts/closng.j2", "Hello", "unknown-template"),
        ("parts/request.j2", "The patient improves every week.\n", "unsupported-sentence"),
        ("parts/request.j2", "{{ patient.name }} needs 40 visits.\n", "unsupported-figure"),
        ("parts/request.j2", "**Now** {{ necessity.current_level }} It fell by 40.\n", "unsupported-figure"),
        ("parts/request.j2", "{{ patient.name }} needs forty visits.\n", "unsupported-figure"),
        ("parts/request.j2", "{{ patient.name }} fell on March 3, 2026.\n", "unsupported-figure"),
        ("parts/request.j2", "| Measure | Score |\n| Berg | 41 |\n", "unsupported-sentence"),
        ("parts/request.j2", "# The patient cannot walk.\n{{ patient.name }}\n", "unsupported-sentence"),
        ("parts/request.j2", "- Cannot walk\n", "unsupported-sentence"),
        ("parts/request.j2", "[Risk]\nFalls :: often\n", "unsupported-sentence"),
        ("parts/closing.j2", "The patient will fall without care.\n", "unsupported-sentence"),
        ("parts/closing.j2", "Please answer within 14 days.\n", "unsupported-figure"),
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
