"""What a person reads: wrapped at the terminal's width, 80 columns where piped, colour only where it is wanted."""

from __future__ import annotations

import os
import sys
import textwrap
import unicodedata
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

PIPED, WIDEST, NARROWEST = 80, 100, 40
_CONTROL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_GAP = "  "
_COLOUR_FORCED = frozenset({"FORCE_COLOR", "TTY_COMPATIBLE"})
"""By these names in the environment Rich takes a pipe for a terminal."""


def inert(text: str) -> str:
    """The text without control characters, which could steer a terminal or turn the reading direction."""
    return "".join("�" if unicodedata.category(char) in _CONTROL and char != "\n" else char for char in text)


class Page:
    """Standard output, written line by line. Rich honours NO_COLOR and leaves colour out of a pipe."""

    def __init__(self) -> None:
        self._console: Console | None = None
        width = PIPED
        if sys.stdout.isatty() or not _COLOUR_FORCED.isdisjoint(os.environ):
            from rich.console import Console  # takes long to load, and a pipe needs none of it

            self._console = Console(file=sys.stdout, markup=False, highlight=False, emoji=False)
            width = self._console.width if self._console.is_terminal else PIPED
        self._width = max(NARROWEST, min(width, WIDEST))

    def line(self, text: str = "", style: str = "", by: int = 0) -> None:
        """A paragraph, wrapped and indented."""
        self._put(self._wrapped(inert(text), " " * by, " " * by), style)

    def heading(self, text: str) -> None:
        self.line()
        self.line(text, "bold")

    def rows(self, *rows: tuple[str, ...], by: int = 2) -> None:
        """Rows in columns; the last column wraps under itself."""
        cells = [tuple(inert(cell) for cell in row) for row in rows]
        depth = max((len(row) for row in cells), default=0)
        widths = [max(len(row[at]) for row in cells if len(row) > at) for at in range(depth)]
        for row in cells:
            fixed = "".join(cell.ljust(width) + _GAP for cell, width in zip(row[:-1], widths, strict=False))
            self._put(self._wrapped(row[-1], " " * by + fixed, " " * (by + len(fixed))))

    def table(self, *rows: tuple[str, ...]) -> None:
        """Rows under each other, the first cell of each a heading; the other columns share the width and wrap."""
        heads = max(len(inert(row[0])) for row in rows) + len(_GAP)
        columns = max(len(row) for row in rows) - 1
        width = (self._width - heads - len(_GAP) * (columns - 1)) // columns
        for row in rows:
            cells = [textwrap.wrap(inert(cell), width) or [""] for cell in row[1:]]
            for number, parts in enumerate(zip_longest(*cells, fillvalue="")):
                head = inert(row[0]) if number == 0 else ""
                self._put((head.ljust(heads) + _GAP.join(part.ljust(width) for part in parts)).rstrip())

    def items(self, *texts: str, by: int = 2) -> None:
        """Each text behind a dash, wrapped under itself."""
        for text in texts:
            self._put(self._wrapped(inert(text), " " * by + "- ", " " * (by + 2)))

    def cut(self, text: str, style: str = "") -> None:
        """One line, cut where the page ends."""
        text = inert(text)
        self._put(text if len(text) <= self._width else text[: self._width - 1].rstrip() + "…", style)

    def verbatim(self, text: str, by: int = 0) -> None:
        """A line that is never broken, such as an address."""
        self._put(" " * by + inert(text))

    def _wrapped(self, text: str, first: str, following: str) -> str:
        lines: list[str] = []
        for paragraph in text.split("\n"):
            lines += textwrap.wrap(
                paragraph, self._width, initial_indent=following if lines else first, subsequent_indent=following,
                break_on_hyphens=False, break_long_words=True,
            ) or [first.rstrip() if not lines else ""]  # fmt: skip
        return "\n".join(lines)

    def _put(self, text: str, style: str = "") -> None:
        if self._console is None:
            print(text, flush=True)
            return
        from rich.text import Text

        self._console.print(Text(text, style=style), soft_wrap=True)
