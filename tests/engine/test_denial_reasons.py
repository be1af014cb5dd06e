"""The table of denial reasons: whole, cited, at one with the table of risks, and each mistake in it told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine import UserError, load_rulesets
from engine.denial_reasons import codes_in, load_denial_reasons
from engine.paperwork.risks import load_risks
from tests.command import ROOT

FOLDER = load_rulesets().reference.folder


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("50", ("50",)),
        ("CO-50", ("50",)),
        ("co50", ("50",)),
        ("PR 119, N115", ("119", "N115")),
        ("CARC 197", ("197",)),
        ("CO-16 / MA130", ("16", "MA130")),
        ("OA-23; OA-23", ("23",)),
        ("050", ("50",)),
        ("not medically necessary", ()),
        ("97535", ()),
        ("", ()),
    ],
)
def test_reason_codes_are_read_as_remittances_write_them(text: str, codes: tuple[str, ...]) -> None:
    assert codes_in(text) == codes


def test_the_common_denials_are_all_there_each_with_its_argument() -> None:
    reasons = load_denial_reasons(FOLDER)
    for name, risk in load_risks(FOLDER).items():
        for code in risk.reason_codes:
            assert reasons[code].argument == name, code


def test_every_reason_has_a_short_label_of_our_own_a_source_and_papers() -> None:
    for reason in load_denial_reasons(FOLDER).values():
        assert len(reason.label) < 80
        assert reason.source.title
        assert reason.documents


def test_the_page_of_warnings_lists_every_reason() -> None:
    page = (ROOT / "docs" / "warnings.md").read_text()
    for reason in load_denial_reasons(FOLDER).values():
        assert f"| {reason.code} | {reason.label} |" in page


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("source: x12-carc", "source: x12-crac", "unknown-source: no source is called 'x12-crac'"),
        ("necessity.skilled_need]", "necessity.skiled_need]", "no fact 'necessity.skiled_need'"),
        ("[treatment_notes]", "[treatment_note]", "no paper 'treatment_note'"),
        ("argument: over_use", "argument: overuse", "did you mean over_use?"),
        ('  "119":', '  "CO-119":', "broken-value"),
        ("    label: An attachment is wanted\n", "", "missing-key"),
        ("label: An attachment", "labell: An attachment", "unknown-key"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, old: str, new: str, problem: str) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "reference"))
    text = (folder / "denial-reasons.yaml").read_text()
    assert old in text
    (folder / "denial-reasons.yaml").write_text(text.replace(old, new, 1))
    with pytest.raises(UserError) as told:
        load_denial_reasons(folder)
    assert problem in str(told.value)
    assert "denial-reasons.yaml:" in str(told.value)
