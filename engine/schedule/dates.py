"""Days and times as exports write them. Which number is the month, a whole column decides, or a person; no guess."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time
from typing import Literal

DateForm = Literal["iso", "month_first", "day_first", "year_first"]
"""``year_first``: of years of two digits; those of four stand first in ``iso``."""
TimeForm = Literal["as_written", "working_day"]
"""``working_day``: 1:00 to 6:59 are in the afternoon."""

_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})|([0-9]{4})([0-9]{2})([0-9]{2})")
_NUMBERS = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})")
_NAMED = re.compile(
    r"(?:[a-z]{3,9}\.?,?\s+)?(?:([a-z]{3,9})\.?\s+([0-9]{1,2})|([0-9]{1,2})[\s-]+([a-z]{3,9})\.?)[\s,-]+([0-9]{4})"
)
_TIME = re.compile(
    r"([0-9]{1,2})[:.]([0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?\s*([ap])?\.?m?\.?(?:z|[+-][0-9]{2}:?[0-9]{2})?", re.I
)
_WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+(?=[0-9])", re.I)
_OF_NUMBERS: tuple[DateForm, ...] = ("month_first", "day_first", "year_first")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def split_time(text: str) -> tuple[str, str]:
    """A cell that may hold a day and a time, apart; either may be empty."""
    text = _WEEKDAY.sub("", text)
    found = re.search(r"(?:^|[\sT])([0-9]{1,2}:[0-9]{2}.*)$", text)
    if found is None:
        return text, ""
    return text[: found.start()].strip(), found[1].strip()


def read_time(text: str) -> time | None:
    """A time of day such as 9:30, 09:30:00, 2:15 PM; None where it is none."""
    found = _TIME.fullmatch(_apart(text))
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _apart(text: str) -> str:
    """0930 is 09:30."""
    text = text.strip()
    return f"{text[:2]}:{text[2:]}" if re.fullmatch("[0-9]{4}", text) else text


def times_open(texts: Iterable[str]) -> bool:
    """Whether a column's times can be read as morning and as afternoon: none says which, and some would be at night."""
    found = [match for text in texts if (match := _TIME.fullmatch(_apart(text)))]
    plain = not any(match[3] or int(match[1]) > 12 or int(match[1]) == 0 for match in found)
    return plain and any(1 <= int(match[1]) <= 6 for match in found)


def of_another_zone(text: str) -> bool:
    """Whether a time is said to be UTC, which is not the practice's clock."""
    return re.search(r"(?:[0-9]\s*z|[+-]00:?00)$", text.strip(), re.I) is not None


def read_day(text: str, form: DateForm | None, *, short_years: bool) -> date | None:
    """A day; None where it is none in this form.

    ``form`` concerns days of numbers alone whose year stands last; ``short_years``: 26 is 2026.
    """
    if found := _ISO.fullmatch(text):
        return _date(*(found.groups()[:3] if found[1] else found.groups()[3:]))
    if found := _NAMED.fullmatch(text.lower()):
        name, number = (found[1], found[2]) if found[1] else (found[4], found[3])
        months = [at for at, month in enumerate(_MONTHS, start=1) if name.startswith(month)]
        return _date(found[5], str(months[0]), number) if months else None
    if form in (None, "iso") or not (found := _NUMBERS.fullmatch(text)):
        return None
    if len(found[3]) == 2 and not short_years:
        return None
    if form == "year_first":
        return _date(f"20{found[1]}", found[2], found[3]) if len(found[1]) == len(found[3]) == 2 else None
    year = found[3] if len(found[3]) == 4 else f"20{found[3]}"
    return _date(year, found[1], found[2]) if form == "month_first" else _date(year, found[2], found[1])


def forms_of(texts: Iterable[str], told: date | None = None) -> tuple[DateForm, ...]:
    """The forms in which each of a column's days could be written; one where the column, or the day told, settles it.

    ``told``: the day asked for; where every cell is that day in one form and not in the other, that form it is.
    """
    pairs = {(int(found[1]), int(found[2]), found[0]) for text in texts if (found := _NUMBERS.fullmatch(text))}
    if not pairs:
        return ("iso",)
    if all(_year_may_stand_first(text) for _, _, text in pairs):
        fitting = [form for form in _OF_NUMBERS if told and all(_is(text, form, told) for _, _, text in pairs)]
        return tuple(fitting) if len(fitting) == 1 else _OF_NUMBERS
    open_: list[DateForm] = []
    if all(first <= 12 for first, _, _ in pairs):
        open_.append("month_first")
    if all(second <= 12 for _, second, _ in pairs):
        open_.append("day_first")
    if len(open_) == 2:
        if all(first == second for first, second, _ in pairs):
            return ("month_first",)
        fitting = [form for form in open_ if told and all(_is(text, form, told) for _, _, text in pairs)]
        return tuple(fitting) if len(fitting) == 1 else tuple(open_)
    return tuple(open_)


def _year_may_stand_first(text: str) -> bool:
    """Whether it is written with dashes and two digits throughout, as 26-12-01 and 12-01-26 both are."""
    return (
        "-" in text and len(text.rpartition("-")[2]) == 2 and read_day(text, "year_first", short_years=True) is not None
    )


def _is(text: str, form: DateForm, day: date) -> bool:
    return read_day(text, form, short_years=True) == day


def _date(year: str | None, month: str | None, day: str | None) -> date | None:
    try:
        return date(int(year or 0), int(month or 0), int(day or 0))
    except ValueError:
        return None
