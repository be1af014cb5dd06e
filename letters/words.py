"""How values read in a letter: dates in full, counts with their noun, no locale anywhere."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

Scalar = bool | int | float | Decimal | date | str

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
SPANISH_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip
DISCIPLINES = {"OT": "occupational therapy", "PT": "physical therapy", "SLP": "speech-language pathology"}
CREDENTIALS = {
    "OT": "Occupational therapist",
    "OTA": "Occupational therapy assistant",
    "PT": "Physical therapist",
    "PTA": "Physical therapist assistant",
    "SLP": "Speech-language pathologist",
    "SLPA": "Speech-language pathology assistant",
    "NP": "Nurse practitioner",
    "PA": "Physician assistant",
    "CNS": "Clinical nurse specialist",
}

_CHOICES: dict[str, dict[str, str]] = {"discipline": DISCIPLINES, "credential": CREDENTIALS, "modality": {}}

_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


def long_date(day: date) -> str:
    """December 1, 2026."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def spanish_date(day: date) -> str:
    """1 de diciembre de 2026."""
    return f"{day.day} de {SPANISH_MONTHS[day.month - 1]} de {day.year}"


def dollars(amount: Decimal) -> str:
    """20.00; the sign is the sentence's own."""
    return f"{amount:.2f}"


def counted(number: int, noun: str) -> str:
    """1 visit, 12 visits."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def money(amount: Decimal) -> str:
    """Dollars and cents: $1,620.00."""
    return f"${amount:,.2f}"


def in_letter(value: Scalar) -> str:
    """A fact's value as a letter prints it. Text stays as it was typed, without characters that no page can show."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return long_date(value)
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, str):
        return _closed(_CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")).strip())
    return str(value)


def displayed(path: str, value: Scalar) -> str:
    """A fact as a letter prints it: choices in words, everything else by its type."""
    name = path.rpartition(".")[2]
    if isinstance(value, str) and name in _CHOICES:
        return _CHOICES[name].get(value, value.replace("_", " "))
    return in_letter(value)


def date_text(text: str) -> str:
    """A published ISO date in full; any other text as it is."""
    if _ISO_DATE.fullmatch(text):
        return long_date(date.fromisoformat(text))
    return text


def _closed(text: str) -> str:
    """End what a text opens in writing direction, so that it turns nothing after itself around."""
    embedded = sum(text.count(mark) for mark in "\u202a\u202b\u202d\u202e") - text.count("\u202c")
    isolated = sum(text.count(mark) for mark in "\u2066\u2067\u2068") - text.count("\u2069")
    return text + "\u202c" * max(embedded, 0) + "\u2069" * max(isolated, 0)
