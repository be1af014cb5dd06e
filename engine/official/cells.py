"""What a cell says, checked: codes, days, numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from engine.official.kinds import BrokenRowError, Value

_CODE = re.compile(r"[0-9A-Z]{5}")
_NUMBER = re.compile(r"[0-9]{0,6}(?:\.[0-9]{1,6})?")


class Checked(dict[str, Value]):
    """Cells that were read, by their text: of millions of cells few differ."""

    def __init__(self, read: Callable[[str], Value]) -> None:
        self._read = read
        super().__init__()

    def __missing__(self, text: str) -> Value:
        value = self[text] = self._read(text.strip())
        return value


def code(column: str) -> Checked:
    """A CPT or HCPCS code."""

    def read(text: str) -> str:
        if not _CODE.fullmatch(text):
            raise BrokenRowError(f"{text[:40]!r} is no code of five characters", column)
        return text

    return Checked(read)


def day(column: str, *, none: str | None = None) -> Checked:
    """A day as YYYYMMDD, kept as that number; ``none`` is what stands for no day."""

    def read(text: str) -> int | None:
        if text == none:
            return None
        try:
            if len(text) != 8 or not text.isascii():
                raise ValueError
            date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            raise BrokenRowError(f"{text[:40]!r} is no day as YYYYMMDD", column) from None
        return int(text)

    return Checked(read)


def number(text: str, column: str) -> str:
    """A number of zero or more, as it is written."""
    text = text.strip()
    if not text.strip(".") or not _NUMBER.fullmatch(text):
        raise BrokenRowError(f"{text[:40]!r} is no number of zero or more", column)
    return text


def whole(text: str, column: str) -> int:
    """A whole number of zero or more."""
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise BrokenRowError(f"{text[:40]!r} is no whole number", column)
    return int(text)
