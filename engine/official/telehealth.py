"""The list of Medicare telehealth services: its codes, and whether audio alone will do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from engine.official.cells import code
from engine.official.editions import yearly
from engine.official.kinds import Clues, Kind, Parse, Row, column

COLUMNS = (
    column("code", "(?:hcpcs ?/ ?|cpt ?/ ?|hcpcs |cpt )?codes?|hcpcs|cpt"),
    column("audio", r".*\baudio\b.*", required=False),
)


def _reader(clues: Clues) -> Parse:
    at, audio = clues.header.at["code"], clues.header.at.get("audio")
    codes = code("Code")

    def parse(cells: Sequence[str]) -> Row | None:
        if sum(1 for cell in cells if cell.strip()) == 1 and " " in cells[at].strip():
            return None  # a footnote
        return codes[cells[at].strip().rstrip("*")], _said(cells[audio]) if audio is not None else None

    return parse


def _said(text: str) -> int | None:
    """Yes or no; anything else, an empty cell among it, is not known."""
    return {"yes": 1, "no": 0}.get(text.strip().lower())


def _first_day(clues: Clues) -> date | None:
    found = re.search(r"(?:CY|calendar year)\s*(20\d\d)", clues.header.notices, re.IGNORECASE)
    found = found or clues.search(r"(?:calendar-year-|cy|telehealth.*?)(20\d\d)")
    return date(int(found[1]), 1, 1) if found else None


TELEHEALTH_LIST = Kind(
    name="telehealth-list",
    title="List of Medicare telehealth services",
    publisher="CMS",
    file_name=re.compile(r"telehealth", re.IGNORECASE),
    sign=re.compile(r"telehealth", re.IGNORECASE),
    columns=COLUMNS,
    fields=("code", "audio"),
    key=("code",),
    reader=_reader,
    first_day=_first_day,
    term=yearly,
)
