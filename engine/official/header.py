"""Finds the header of a table below its notices, where it may run over several physical rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.official.kinds import Column, Header

DEEPEST, LONGEST = 60, 6
"""How many rows are looked at for a header, and how many it may run over."""


def find_header(rows: Iterator[Sequence[str]], columns: Sequence[Column]) -> Header | None:
    """The first header that has every required column, read to its last line but for rows that leave the key empty.

    None where the first rows hold none.
    """
    seen: list[list[str]] = []
    for _, cells in zip(range(DEEPEST), rows, strict=False):
        seen.append([collapsed(cell) for cell in cells])
        if found := _merged(seen, columns):
            return found
    return None


def collapsed(text: str) -> str:
    """The text on one line, with single spaces."""
    return " ".join(text.split())


def _merged(seen: Sequence[Sequence[str]], columns: Sequence[Column]) -> Header | None:
    """The header that ends in the last row seen; of several, the one with most columns, then the shortest."""
    found: list[Header] = []
    for height in range(1, min(LONGEST, len(seen)) + 1):
        block = seen[-height:]
        titles = [" ".join(row[at] for row in block if at < len(row) and row[at]) for at in range(max(map(len, block)))]
        at = {column.name: place for column in columns if (place := _place(column, titles)) is not None}
        if all(column.name in at for column in columns if column.required):
            notices = " ".join(cell for row in seen for cell in row if cell)
            found.append(Header(at, {name: titles[place] for name, place in at.items()}, notices))
    return max(found, key=lambda header: len(header.at), default=None)


def _place(column: Column, titles: Sequence[str]) -> int | None:
    return next((at for at, title in enumerate(titles) if column.header.search(title)), None)
