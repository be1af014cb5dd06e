"""A cell of an export, in the form in which a case file writes the fact."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from engine.fields import kinds
from engine.schedule.dates import DateForm, read_day, split_time
from engine.schedule.mapping import UNUSED, Headers, words

NOTHING = frozenset({"", "-", "--", "n/a", "na", "none", "null", "nan", "tbd"})
"""What exports write where they know nothing."""
_UPPER = frozenset({"provider.discipline", "provider.credential", "patient.sex", "coverage.state", "site.state"})
_LOWER = frozenset({"site.modality", "coverage.plan_type"})
_AMOUNT = re.compile(r"\$?\s*((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?:[0-9]{1,2}|[0-9]{4,}))?)")
LEAST_MINUTES = 8
"""A smaller number behind a code, 97535 2, may be its units: then it must be written x2, or 2 min."""
_SPLIT = re.compile(r"[;,|/\n]+")
_SERVICE = re.compile(r"([0-9A-Za-z]{5})(?:\s*[xX*]\s*([0-9]{1,2})|\s+([0-9]{1,4})(?:\s*min(?:utes|s)?\.?)?)?")


class NotReadError(Exception):
    """The cell does not hold what its column should; the message says why and never quotes a patient's data."""


def is_day(fact: str) -> bool:
    return date in kinds(fact)


def value_of(fact: str, cell: str, told: Mapping[str, str], headers: Headers, form: DateForm | None) -> str:
    """The cell as a case file writes the fact; empty where it holds nothing.

    ``told``: what a person said cells of this column mean. Raises NotReadError.
    """
    if cell in told and told[cell] != UNUSED:
        return told[cell]
    if cell.lower() in NOTHING and (fact, cell.lower()) != ("coverage.authorization", "none"):
        return ""
    for value, spellings in headers.values.get(fact, {}).items():
        if words(cell) in spellings:
            return value
    if fact == "coverage.authorization.number" and not any(char.isdigit() for char in cell):
        raise NotReadError("an authorization's number has a digit; leave it empty where there is none yet")
    if fact == "site.place_of_service" and (found := re.match(r"([0-9]{1,2})(?![0-9])", cell)):
        return found[1].zfill(2)
    return _written(fact, cell, form)


def _written(fact: str, cell: str, form: DateForm | None) -> str:
    allowed = kinds(fact)
    if date in allowed:
        day = read_day(split_time(cell)[0], form, short_years=fact != "patient.birth_date")
        if day is None:
            raise NotReadError("this is no day in the form of its column (a birth date needs all digits of its year)")
        return day.isoformat()
    if Decimal in allowed:
        return _amount(cell)
    if bool in allowed:
        return {"y": "yes", "n": "no"}.get(cell.lower(), cell)
    if fact in _UPPER or fact.endswith((".discipline", ".credential")):
        return cell.upper()
    return cell.lower() if fact in _LOWER else cell


def _amount(cell: str) -> str:
    """A decimal comma is none of ours: 25,00 is not 2,500."""
    found = _AMOUNT.fullmatch(cell)
    if found is None:
        raise NotReadError("this is no amount such as 1,234.50")
    return found[1].replace(",", "")


def services(cell: str) -> Iterator[tuple[str, str, str]]:
    """The codes of a cell with their minutes and units, where they stand there: ``97535 30; 97530 x2``.

    What is no code is passed on as it is: the case's own check refuses it.
    """
    for part in _SPLIT.split(cell):
        if part := part.strip():
            found = _SERVICE.fullmatch(part)
            if found and found[3] and int(found[3]) < LEAST_MINUTES and "min" not in part.lower():
                found = None
            yield (found[1].upper(), found[3] or "", found[2] or "") if found else (part, "", "")


def payer_of(cell: str, payers: Mapping[str, str]) -> str | None:
    """The payer whose id or title the cell is; ``payers``: titles by id."""
    said = words(cell)
    return next((payer for payer, title in payers.items() if said in (words(payer), words(title))), None)
