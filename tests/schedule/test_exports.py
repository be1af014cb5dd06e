"""Exports of different headers, order, encoding, delimiter and date form hold the same day."""

from __future__ import annotations

import csv
import io
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Library, UserError
from engine.schedule.appointments import Schedule, read_schedule
from engine.schedule.mapping import NOTHING_TOLD, Mapped, load_headers, read_mapping

EXPORTS = Path(__file__).parent / "exports"
LIBRARY = Library()
HEADERS = load_headers(LIBRARY.bundled / "reference")
DAY = date(2026, 12, 1)


def read(raw: bytes, mapped: Mapped = NOTHING_TOLD, on: date | None = None) -> Schedule:
    return read_schedule("export", raw, mapped, HEADERS, LIBRARY.payer_titles, on)


def told(schedule: Schedule) -> list[tuple[object, ...]]:
    return [
        (one.on, one.start, one.treatment.coverage.payer, tuple((line.code) for line in one.treatment.lines))
        for one in schedule.appointments
    ]


THE_DAY = [
    (DAY, time(9, 30), "medicare-part-b", ("97535", "97530")),
    (DAY, time(14, 15), "self-pay", ("97110",)),
]


@pytest.mark.parametrize(
    "name", ["titled_us.csv", "semicolon_day_first.csv", "tabs_utf16.txt", "camel_case.csv", "calendar.ics"]
)
def test_each_export_holds_the_same_day(name: str) -> None:
    schedule = read((EXPORTS / name).read_bytes(), on=DAY)
    assert schedule.problems == ()
    assert told(schedule) == THE_DAY


def test_an_export_in_words_of_its_own_is_read_by_a_mapping() -> None:
    raw = (EXPORTS / "own_words.csv").read_bytes()
    assert told(read(raw, read_mapping(EXPORTS / "own_words.yaml"))) == THE_DAY
    with pytest.raises(UserError, match="no row of it holds a header that is known"):
        read(raw)


def test_a_birth_date_and_a_name_survive_their_encoding() -> None:
    first = read((EXPORTS / "semicolon_day_first.csv").read_bytes(), on=DAY).appointments[0]
    assert (first.patient, first.treatment.patient.birth_date) == ("Sámple Aster", date(1964, 2, 14))


def test_a_copy_and_a_cancelled_visit_are_left_out_and_shown() -> None:
    copied = read((EXPORTS / "camel_case.csv").read_bytes())
    assert [(row.where.line, row.copy_of) for row in copied.left_out] == [(5, 4)]
    cancelled = read((EXPORTS / "tabs_utf16.txt").read_bytes())
    assert [(row.where.line, row.copy_of) for row in cancelled.left_out] == [(5, None)]


def test_a_date_form_that_nothing_settles_is_asked_and_never_guessed() -> None:
    raw = b"Date,Patient,Payer,CPT\n03/04/2026,A,self-pay,97110\n"
    schedule = read(raw)
    assert [problem.code for problem in schedule.problems] == ["ambiguous-date"]
    assert schedule.appointments == ()
    assert read(raw, Mapped(dates="day_first")).appointments[0].on == date(2026, 4, 3)
    assert read(raw, on=date(2026, 3, 4)).appointments[0].on == date(2026, 3, 4)


def test_a_value_over_twelve_settles_the_whole_column() -> None:
    raw = b"Date,Patient,Payer,CPT\n03/04/2026,A,self-pay,97110\n03/13/2026,B,self-pay,97110\n"
    assert [one.on for one in read(raw).appointments] == [date(2026, 3, 4), date(2026, 3, 13)]


def test_an_unknown_payer_is_told_and_proposed_to_be_mapped() -> None:
    schedule = read(b"Date,Patient,Payer,CPT\n2026-12-01,A,UHC MA,97110\n2026-12-01,B,self-pay,97110\n")
    [problem] = schedule.problems
    assert (problem.code, str(problem.where)) == ("unknown-payer", "export:2:3")
    assert b"UHC MA: '-'" in schedule.proposal or b"UHC MA: -" in schedule.proposal
    assert [one.treatment.patient.name for one in schedule.appointments] == ["B"]


def test_a_bad_row_keeps_its_whole_visit_out() -> None:
    schedule = read(
        b"Date,Time,Patient,Payer,CPT,Minutes\n"
        b"2026-12-01,9:00,A,self-pay,97110,30\n2026-12-01,9:00,A,self-pay,97530,many\n2026-12-01,9:00,B,self-pay,97110,15\n"
    )
    assert [str(problem.where) for problem in schedule.problems] == ["export:3:6"]
    assert [one.patient for one in schedule.appointments] == ["B"]


def test_rows_of_one_visit_that_disagree_are_a_problem() -> None:
    schedule = read(
        b"Date,Time,Patient,Payer,CPT\n2026-12-01,9:00,A,self-pay,97110\n2026-12-01,9:00,A,medicare-part-b,97530\n"
    )
    assert [problem.code for problem in schedule.problems] == ["rows-disagree"]
    assert schedule.appointments == ()


def test_an_authorization_number_without_a_digit_authorizes_nothing() -> None:
    schedule = read(b"Date,Patient,Payer,CPT,Auth #\n2026-12-01,A,self-pay,97110,pending\n")
    assert [problem.key for problem in schedule.problems] == ["coverage.authorization.number"]


def test_a_series_and_a_time_without_zone_are_told() -> None:
    event = "BEGIN:VEVENT\r\n{}\r\nSUMMARY:A\r\nDESCRIPTION:payer: self-pay\\ncode: 97110\r\nEND:VEVENT\r\n"
    body = event.format("DTSTART:20261201T090000\r\nRRULE:FREQ=WEEKLY") + event.format("DTSTART:20261201T090000Z")
    schedule = read(f"BEGIN:VCALENDAR\r\n{body}END:VCALENDAR\r\n".encode())
    assert [problem.code for problem in schedule.problems][:2] == ["series", "ambiguous-date"]


COLUMNS = {
    "Date": ["12/01/2026", "12/01/2026"],
    "Time": ["9:30 AM", "2:15 PM"],
    "Patient": ["Sample, Aster", "Test; Bryony"],
    "DOB": ["02/14/1964", "07/30/1958"],
    "Insurance": ["Original Medicare Part B", "Self-pay"],
    "CPT": ["97535 30; 97530 15", "97110 30"],
}


@given(
    order=st.permutations(list(COLUMNS)),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_order_delimiter_and_encoding_change_nothing(order: list[str], delimiter: str, encoding: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(order)
    writer.writerows(zip(*(COLUMNS[name] for name in order), strict=True))
    assert told(read(text.getvalue().encode(encoding), on=DAY)) == THE_DAY


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=300)
    | st.binary(max_size=200).map(lambda raw: b"Date,Patient,Payer,CPT\n" + raw)
    | st.binary(max_size=200).map(
        lambda raw: b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + raw + b"\r\nEND:VEVENT\r\nEND:VCALENDAR"
    )
)
def test_bytes_of_any_kind_are_read_or_refused(raw: bytes) -> None:
    try:
        schedule = read(raw)
    except UserError as error:
        codes = [problem.code for problem in error.problems]
    else:
        codes = [problem.code for problem in schedule.problems]
        codes += ["visit" for _ in (*schedule.appointments, *schedule.left_out)]
        codes += ["nothing"] if not codes else []
    assert codes
