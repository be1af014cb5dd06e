"""Five exports written as five practice systems write them, after the code was done and without fitting it to them.

What happened stands here: one was read at once, of four the mapping screen is shown; told what it asks, all are right.
"""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from engine.schedule.mapping import NOTHING_TOLD, Mapped
from tests.schedule.test_exports import read
from tests.schedule.test_unseen_exports import asked

PRODUCTS = Path(__file__).parent / "products"
DAY = date(2026, 12, 1)
ASTER, BRYONY = date(1964, 2, 14), date(1958, 7, 30)
SPLIT_NAME = {"Patient First Name": "patient.first_name", "Patient Last Name": "patient.last_name"}
TOLD = {
    "one.csv": Mapped(dates="month_first"),
    "two.csv": Mapped(
        columns={"Start Time": "date_of_service", "Client": "patient.name", "Insurance": "coverage.payer"},
        dates="month_first",
        values={
            "Insurance": {"MEDICARE B": "medicare-part-b", "Client pays": "self-pay"},
            "Status": {"Show": "completed", "Late Canceled": "cancelled"},
        },
    ),
    "three.txt": Mapped(
        columns={
            **SPLIT_NAME, "Patient Birth Date": "patient.birth_date", "Start At": "date_of_service", "State": "status",
            "Insurer 1 Name": "coverage.payer", "Treatment Name": "-", "Staff Member Name": "-",
        }
    ),
    "four.csv": Mapped(
        columns={
            "From": "start", "Birth Dt": "patient.birth_date", "Min 1": "lines.1.minutes", "Min 2": "lines.2.minutes",
        },
        dates="day_first",
    ),
    "five.ics": NOTHING_TOLD,
}  # fmt: skip
"""What a person tells on the mapping screen, by the file."""
CODES = {
    "one.csv": (["97535", "97530"], ["97110"]),
    "two.csv": (["97535"], ["97110"]),
    "three.txt": (["97535"], ["97110"]),
    "four.csv": (["97535", "97530"], ["97110"]),
    "five.ics": (["97535", "97530"], ["97110"]),
}


@pytest.mark.parametrize("name", TOLD)
def test_it_is_read_at_once_or_asked_about(name: str) -> None:
    assert asked(read((PRODUCTS / name).read_bytes())) == (name != "five.ics")


@pytest.mark.parametrize("name", TOLD)
def test_told_what_is_asked_it_is_read_right(name: str) -> None:
    schedule = read((PRODUCTS / name).read_bytes(), TOLD[name])
    found = [
        (one.on, one.start, one.treatment.patient.birth_date, one.treatment.coverage.payer,
         [line.code for line in one.treatment.lines])
        for one in schedule.appointments
    ]  # fmt: skip
    first, second = CODES[name]
    assert found == [
        (DAY, time(9, 30), ASTER, "medicare-part-b", first),
        (DAY, time(14, 15), BRYONY, "self-pay", second),
    ]
    # The one row that is no appointment, a total, stays to be looked at; cancelled ones are left out and listed.
    assert {problem.where.line for problem in schedule.problems if problem.where} == (
        {7} if name == "four.csv" else set()
    )
    assert len(schedule.left_out) == (0 if name == "four.csv" else 1)
