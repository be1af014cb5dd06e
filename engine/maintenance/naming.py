"""Whether a text names the patient of a check, by what the check's own case holds of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

_WORD = re.compile(r"[^\W_]+")
_DATE = re.compile(r"\d{1,4}(?=[./-])(?:[./-]\d{1,4}){2}")
_LEAST = 3
"""Characters of a name that counts wherever it stands; a shorter one, such as Li, where it is written like one, and
a particle, such as de, never."""
_LEAST_NUMBER = 4


def names_patient(text: str, case: Mapping[str, Any]) -> bool:
    """Whether it has one of the patient's names as a word, their birth date in any usual form, or their member
    number, telephone number or street, however spaced. A name that is a word too counts: it is said otherwise."""
    patient, coverage = case.get("patient") or {}, case.get("coverage") or {}
    second = coverage.get("secondary") or {}
    street = (patient.get("address") or "").partition(",")[0]
    numbers = (coverage.get("member_id"), second.get("member_id"), patient.get("phone"), street)
    return (
        _has_name(text, patient.get("name") or "")
        or _has_date(text, patient.get("birth_date"))
        or any(_has_number(text, number) for number in numbers if number)
    )


def _has_name(text: str, name: str) -> bool:
    written, found = set(_WORD.findall(_plain(text))), _WORD.findall(_plain(name))
    folded = {word.casefold() for word in written}
    long = (one.casefold() for one in found if len(one) >= _LEAST)
    short = (one for one in found if 1 < len(one) < _LEAST and (one[0].isupper() or name.islower()))
    return any(one in folded for one in long) or any({one.capitalize(), one.upper()} & written for one in short)


def _plain(text: str) -> str:
    """Without accents, which not everybody types."""
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


def _has_date(text: str, birth_date: object) -> bool:
    try:
        born = date.fromisoformat(str(birth_date))
    except ValueError:
        return False
    year, month, day = born.year, born.month, born.day
    orders = {(year, month, day)} | {
        order for short in (year, year % 100) for order in ((month, day, short), (day, month, short))
    }
    if any(tuple(map(int, re.split(r"[./-]", found))) in orders for found in _DATE.findall(text)):
        return True
    return _has_number(text, born.strftime("%Y%m%d")) or set(_in_words(text)) >= {
        year,
        day,
        born.strftime("%b").lower(),
    }


def _in_words(text: str) -> Iterator[int | str]:
    """The numbers of a text, also those of 3rd, and the first three letters of its words."""
    for word in _WORD.findall(text.lower()):
        number = re.match(r"\d{1,4}(?=\D|$)", word)
        yield int(number[0]) if number else word[:3]


def _has_number(text: str, number: object) -> bool:
    """However it is spaced; a short one as a word of its own."""
    wanted = _together(str(number))
    if len(wanted) < _LEAST_NUMBER:
        return bool(wanted) and wanted in map(str.casefold, _WORD.findall(text))
    return wanted in _together(text)


def _together(text: str) -> str:
    return "".join(_WORD.findall(text)).casefold()
