"""NCCI procedure-to-procedure edits, practitioner: pairs of codes, each with its own days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from engine.official.cells import Checked, code, day
from engine.official.editions import quarter_day, quarterly
from engine.official.kinds import BrokenRowError, Clues, Kind, Parse, Row, column

FIRST_YEAR = 1994
"""The year before version 1: version 32 is that of 2026."""

COLUMNS = (
    column("column1", "column ?1(?: code)?"),
    column("column2", "column ?2(?: code)?"),
    column("effective", "effective(?: date)?"),
    column("deletion", r"deletion(?: date)?(?: \*=no data)?"),
    column("indicator", "modifier(?: indicator)?(?: 0=not allowed)?(?: 1=allowed)?(?: 9=not applicable)?"),
)


def _reader(clues: Clues) -> Parse:
    first, second, begins, ends, mark = (clues.header.at[column.name] for column in COLUMNS)
    column1, column2 = code("Column 1"), code("Column 2")
    effective, deletion = day("Effective Date"), day("Deletion Date", none="*")
    indicator = Checked(_indicator)

    def parse(cells: Sequence[str]) -> Row:
        return (
            column1[cells[first]],
            column2[cells[second]],
            effective[cells[begins]],
            deletion[cells[ends]],
            indicator[cells[mark]],
        )

    return parse


def _indicator(text: str) -> int:
    if text not in ("0", "1", "9"):
        raise BrokenRowError(f"{text[:40]!r} is no modifier indicator: 0, 1 or 9", "Modifier")
    return int(text)


def _first_day(clues: Clues) -> date | None:
    if found := clues.search(r"v(\d\d)([0-3])r\d"):
        return quarter_day(FIRST_YEAR + int(found[1]), int(found[2]) + 1)
    return named_quarter(clues)


def named_quarter(clues: Clues) -> date | None:
    """The quarter that a file or its archive is named after, such as 2026q3."""
    found = clues.search(r"(20\d\d)[-_ ]?q([1-4])")
    return quarter_day(int(found[1]), int(found[2])) if found else None


NCCI_PTP = Kind(
    name="ncci-ptp",
    title="Medicare NCCI procedure-to-procedure edits, practitioner",
    publisher="CMS",
    file_name=re.compile(r"ccipra|practitioner.*ptp", re.IGNORECASE),
    other=((re.compile(r"ccioph", re.IGNORECASE), "the edits of hospitals"),),
    columns=COLUMNS,
    fields=("column1", "column2", "effective", "deletion", "indicator"),
    key=("column1", "column2"),
    unique=False,
    reader=_reader,
    first_day=_first_day,
    term=quarterly,
    in_parts=True,
    cumulative=True,
)
