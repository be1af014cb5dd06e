"""Medically Unlikely Edits, practitioner: the most units of a code, and how they are counted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from engine.official.cells import code, whole
from engine.official.editions import quarterly
from engine.official.kinds import BrokenRowError, Clues, Kind, Parse, Row, column
from engine.official.ncci import named_quarter

COLUMNS = (
    column("code", "(?:hcpcs ?/ ?)?cpt code|hcpcs code"),
    column("units", "practitioner services mue values?"),
    column("adjudication", "mue adjudication indicator"),
)


def _reader(clues: Clues) -> Parse:
    at, units, mark = (clues.header.at[column.name] for column in COLUMNS)
    codes = code("HCPCS/CPT Code")

    def parse(cells: Sequence[str]) -> Row:
        indicator = cells[mark].strip()[:1]
        if indicator not in ("1", "2", "3"):
            raise BrokenRowError(f"{cells[mark][:40]!r} does not begin with 1, 2 or 3", "MUE Adjudication Indicator")
        return codes[cells[at]], whole(cells[units], "Practitioner Services MUE Values"), int(indicator)

    return parse


def _first_day(clues: Clues) -> date | None:
    if found := clues.search(r"eff[-_ ]?(\d\d)-(\d\d)-(20\d\d)"):
        return date(int(found[3]), int(found[1]), int(found[2]))
    return named_quarter(clues)


MUE = Kind(
    name="mue",
    title="Medicare NCCI Medically Unlikely Edits, practitioner services",
    publisher="CMS",
    file_name=re.compile(r"mue.*practitioner|practitioner.*mue", re.IGNORECASE),
    columns=COLUMNS,
    fields=("code", "units", "adjudication"),
    key=("code",),
    reader=_reader,
    first_day=_first_day,
    term=quarterly,
)
