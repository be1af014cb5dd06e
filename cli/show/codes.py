"""Codes side by side, at most three at a time, so that they fit the page."""

from __future__ import annotations

from collections.abc import Sequence

from cli.show.citations import Citations
from cli.show.page import Page
from cli.show.words import THERAPY, TIMINGS
from engine.activities import Compared

_MOST_BESIDE = 3


def show_codes(found: Sequence[Compared], activities: Sequence[str], note: str, page: Page) -> None:
    """Print a comparison, its note, and where it is told."""
    cited = Citations()
    heads = ("", "Service", "Unit", "Usually", "Medicare", *(["Fits"] if activities else []), "Told apart")
    blocks = -(-len(found) // _MOST_BESIDE)
    beside = -(-len(found) // blocks)
    for start in range(0, len(found), beside):
        if start:
            page.line()
        columns = (_cells(one, bool(activities), cited) for one in found[start : start + beside])
        page.table(*zip(heads, *columns, strict=True))
    page.line()
    page.line(note)
    page.line("Who usually reports a code is common practice and no reason to refuse.")
    cited.show(page)


def _cells(one: Compared, asked_fits: bool, cited: Citations) -> tuple[str, ...]:
    fits = ", ".join(name.replace("_", " ") for name in one.fits) or "-"
    entry = one.entry
    return (
        entry.code,
        entry.label,
        TIMINGS.get(entry.timing or "", "not known"),
        ", ".join(entry.disciplines) or "no therapist",
        THERAPY[entry.therapy],
        *([fits] if asked_fits else []),
        f"{one.use.apart} [{cited.number(one.use.source)}]" if one.use else "not described here",
    )
