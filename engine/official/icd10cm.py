"""The ICD-10-CM order file: each code of a fiscal year, its text, and whether it may be reported."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from engine.official.editions import fiscal
from engine.official.kinds import BrokenRowError, Clues, Fixed, Kind, Parse, Row

_APRIL = re.compile(r"(?<![a-z])apr(?:il)?(?![a-z])", re.IGNORECASE)
"""Stands in the name of the archive only: both editions of a year call their file the same."""

_CODE = re.compile(r"[A-Z][0-9A-Z]{2,6}")
LAYOUT = Fixed(
    line=re.compile(r"[0-9]{5} [A-Z][0-9A-Z]{2,6} {1,5}[01] "),
    columns=(slice(0, 5), slice(6, 13), slice(14, 15), slice(16, 76), slice(77, None)),
)


def _reader(clues: Clues) -> Parse:
    def parse(cells: Sequence[str]) -> Row:
        _, code, billable, short, text = cells
        if not _CODE.fullmatch(code):
            raise BrokenRowError(f"{code!r} is no ICD-10-CM code", "code")
        if not text or not short:
            raise BrokenRowError(f"{code} has no text: the line is cut off", "text")
        return code, int(billable), text

    return parse


def _first_day(clues: Clues) -> date | None:
    found = clues.search(r"icd-?10cm[-_]order[-_](20\d\d)")
    if not found:
        return None
    year = int(found[1])
    return date(year, 4, 1) if _APRIL.search(f"{clues.folders}/{clues.names}") else date(year - 1, 10, 1)


ICD10CM = Kind(
    name="icd10cm",
    title="ICD-10-CM codes in tabular order",
    publisher="CMS and NCHS",
    file_name=re.compile(r"^icd-?10cm[-_]order[-_]20\d\d\.txt$", re.IGNORECASE),
    fixed=LAYOUT,
    fields=("code", "billable", "text"),
    key=("code",),
    reader=_reader,
    first_day=_first_day,
    term=fiscal,
)
