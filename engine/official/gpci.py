"""The geographic practice cost indices of Medicare's localities."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import partial

from engine.official.cells import number
from engine.official.editions import yearly
from engine.official.kinds import BrokenRowError, Clues, Kind, Parse, Row, column

COLUMNS = (
    column("contractor", r"medicare administrative contractor(?: \(mac\))?|mac"),
    column("locality", "locality number"),
    column("work", r"(?:20\d\d )?pw gpci(?: \(with 1\.0 floor\))?\**"),
    column("practice", r"(?:20\d\d )?pe gpci\**"),
    column("malpractice", r"(?:20\d\d )?mp gpci\**"),
)


def _reader(clues: Clues) -> Parse:
    contractor, locality, work, practice, malpractice = (clues.header.at[column.name] for column in COLUMNS)

    def parse(cells: Sequence[str]) -> Row | None:
        if _is_note(cells):
            return None
        name = f"{_digits(cells[contractor], 5, 'MAC')}-{_digits(cells[locality], 2, 'Locality Number')}"
        return (
            name,
            number(cells[work], "PW GPCI"),
            number(cells[practice], "PE GPCI"),
            number(cells[malpractice], "MP GPCI"),
        )

    return parse


def _is_note(cells: Sequence[str]) -> bool:
    """A footnote: one cell of words."""
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) == 1 and not filled[0].strip().isdigit()


def _digits(text: str, count: int, name: str) -> str:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) == count):
        raise BrokenRowError(f"{text[:40]!r} has not {count} digits, leading zeros included", name)
    return text


def _first_day(clues: Clues) -> date | None:
    found = re.search(r"20\d\d(?= PW)", clues.header.title["work"], re.IGNORECASE) or clues.search(r"(?<=gpci)20\d\d")
    return date(int(found[0]), 1, 1) if found else None


GPCI = Kind(
    name="gpci",
    title="Medicare physician fee schedule, geographic practice cost indices",
    publisher="CMS",
    file_name=re.compile(r"gpci", re.IGNORECASE),
    columns=COLUMNS,
    fields=("locality", "work", "practice", "malpractice"),
    key=("locality",),
    reader=_reader,
    first_day=_first_day,
    term=partial(yearly, ends=True),
)
