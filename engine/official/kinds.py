"""What a kind of official file is: its columns, how one row is read, and which days its name tells."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.official.editions import Term

Value = str | int | None
Row = tuple[Value, ...]
Parse = Callable[[Sequence[str]], Row | None]
"""One row of cells to the values kept; None for a row that is left out. Raises BrokenRowError."""


class BrokenRowError(Exception):
    """What is wrong with a row, and the header of the column concerned."""

    def __init__(self, message: str, column: str) -> None:
        self.message, self.column = message, column
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its header, white space collapsed, in any case. A file without a required one is of another kind."""

    name: str
    header: re.Pattern[str]
    required: bool = True


def column(name: str, header: str, *, required: bool = True) -> Column:
    """A column whose header ends in the expression, after nothing or a notice that stands above it."""
    return Column(name, re.compile(rf"(?:^|\s)(?:{header})$", re.IGNORECASE), required)


@dataclass(frozen=True, slots=True)
class Header:
    """Where the columns stand, how the file heads them, and the text of the notices above."""

    at: Mapping[str, int]
    title: Mapping[str, str]
    notices: str


@dataclass(frozen=True, slots=True)
class Clues:
    """What may tell an edition: the names of the file and its archive, the folders it lies in, and its header."""

    names: str
    folders: str
    header: Header

    def search(self, expression: str) -> re.Match[str] | None:
        return re.search(expression, self.names, re.IGNORECASE)

    def show(self, kind: Kind) -> bool:
        """The sign of the kind stands somewhere, or it has none."""
        return kind.sign is None or bool(kind.sign.search(f"{self.names} {self.header.notices}"))


@dataclass(frozen=True, slots=True)
class Fixed:
    """A file of fixed columns without a header: how its lines look, and where each column stands."""

    line: re.Pattern[str]
    columns: tuple[slice, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of official file.

    ``file_name`` finds it in an archive, ``preferred`` the one to take of several; ``other`` are names of files that
    look the same and are something else; ``sign`` must stand in its names or notices.
    ``fields`` are the values kept of a row, ``key`` those it is found by, ``unique``: one row a key.
    ``in_parts``: numbered parts are one table; ``cumulative``: an edition holds all that the one before it held.
    ``first_day`` reads the first day in force from the clues, ``term`` makes an edition of it.
    """

    name: str
    title: str
    publisher: str
    file_name: re.Pattern[str]
    fields: tuple[str, ...]
    key: tuple[str, ...]
    reader: Callable[[Clues], Parse]
    first_day: Callable[[Clues], date | None]
    term: Callable[[date], Term]
    columns: tuple[Column, ...] = ()
    fixed: Fixed | None = None
    other: tuple[tuple[re.Pattern[str], str], ...] = ()
    preferred: re.Pattern[str] | None = None
    sign: re.Pattern[str] | None = None
    unique: bool = True
    in_parts: bool = False
    cumulative: bool = False
