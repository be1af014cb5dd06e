"""The physician fee schedule's relative values: those of codes that have a national price outside facilities."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import partial

from engine.official.cells import code, number
from engine.official.editions import quarter_day, quarterly
from engine.official.kinds import Clues, Kind, Parse, Row, column

PRICED = ("A", "R", "T")
"""The status codes that Medicare pays by relative values."""

THERAPY_REDUCTION = "5"
"""The multiple-procedure indicator of therapy codes whose further units are reduced."""

TWO_FACTORS_FROM = 2026
"""From this year on a file holds one of two conversion factors, and only its name says which."""

_MONTHS = {"jan": 1, "apr": 2, "jul": 3, "oct": 4}

COLUMNS = (
    column("code", "hcpcs"),
    column("modifier", "mod"),
    column("status", "status code"),
    column("work", "work rvu"),
    column("practice", r"non-?fac(?:ility)? pe rvu"),
    column("unpaid", r"non-?fac(?:ility)? na indicator", required=False),
    column("malpractice", "mp rvu"),
    column("reduction", "mult proc", required=False),
    column("factor", "conv factor", required=False),
)


def _reader(clues: Clues) -> Parse:
    at = clues.header.at
    factor = "factor" in at and _names_its_factor(clues)
    codes = code("HCPCS")

    def parse(cells: Sequence[str]) -> Row | None:
        key = codes[cells[at["code"]]]
        unpaid = "unpaid" in at and cells[at["unpaid"]].strip()
        if cells[at["modifier"]].strip() or cells[at["status"]].strip() not in PRICED or unpaid:
            return None
        return (
            key,
            number(cells[at["work"]], "WORK RVU"),
            number(cells[at["practice"]], "NON-FAC PE RVU"),
            number(cells[at["malpractice"]], "MP RVU"),
            int(cells[at["reduction"]].strip() == THERAPY_REDUCTION) if "reduction" in at else None,
            number(cells[at["factor"]], "CONV FACTOR") if factor else None,
        )

    return parse


def _names_its_factor(clues: Clues) -> bool:
    """Whether the file's factor is that of clinicians who take part in no advanced payment model."""
    first = _first_day(clues)
    return bool(clues.search(r"non-?qpp")) or (first is not None and first.year < TWO_FACTORS_FROM)


def _first_day(clues: Clues) -> date | None:
    if found := clues.search(r"pprrvu(?:20)?(\d\d)[-_ ]?(jan|apr|jul|oct)"):
        return quarter_day(2000 + int(found[1]), _MONTHS[found[2].lower()])
    if found := clues.search(r"rvu(?:20)?(\d\d)([a-d])"):
        return quarter_day(2000 + int(found[1]), "abcd".index(found[2].lower()) + 1)
    title = re.search(
        r"(20\d\d) National Physician Fee Schedule.*?(January|April|July|October) Release",
        clues.header.notices,
        re.IGNORECASE,
    )
    return quarter_day(int(title[1]), _MONTHS[title[2][:3].lower()]) if title else None


PFS_RVU = Kind(
    name="pfs-rvu",
    title="Medicare physician fee schedule, relative values",
    publisher="CMS",
    file_name=re.compile(r"pprrvu", re.IGNORECASE),
    preferred=re.compile(r"non-?qpp", re.IGNORECASE),
    columns=COLUMNS,
    fields=("code", "work", "practice", "malpractice", "reduced", "factor"),
    key=("code",),
    reader=_reader,
    first_day=_first_day,
    term=partial(quarterly, ends=True),
)
