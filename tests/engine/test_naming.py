"""What names a patient in a text that those shall read who see no patient."""

from __future__ import annotations

import pytest

from engine.maintenance.naming import names_patient

CASE = {
    "patient": {"name": "José Li de Quillfeather", "birth_date": "1950-02-03", "phone": "(512) 555-0147",
                "address": "12 Fern Lane, Sampleville, OH 00000"},
    "coverage": {"member_id": "XQ 4471-9", "secondary": {"member_id": "7Z"}},
}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Quillfeather needs no authorization", "of mrs quillfeather's plan", "QUILLFEATHER", "Jose is covered",
        "José's plan", "asked for Li", "born 1950-02-03", "born 02/03/1950", "born 3.2.1950", "DOB 2/3/50",
        "born 19500203", "born February 3rd, 1950", "born 3 Feb 1950", "member xq44719", "member XQ-4471 9",
        "second 7z", "call 512.555.0147", "lives at 12 Fern Lane",
    ],
)  # fmt: skip
def test_one_name_or_number_of_the_patient_is_enough(text: str) -> None:
    assert names_patient(text, CASE)


@pytest.mark.parametrize(
    "text",
    [
        "The plan wants a notice de novo; the portal lists it", "in force since 1950", "from 2026-02-03",
        "Feb 3 is the last day", "4471 codes", "", "the fern", "97530 and 97535 in lane 12",
    ],
)  # fmt: skip
def test_what_holds_for_the_plan_does_not_name_the_patient(text: str) -> None:
    assert not names_patient(text, CASE)


def test_of_a_patient_of_whom_nothing_is_held_nothing_is_named() -> None:
    assert not names_patient("Anybody, born 1950-02-03", {"coverage": {"payer": "self-pay"}})
