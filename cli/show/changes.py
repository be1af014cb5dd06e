"""What differs between two decisions."""

from __future__ import annotations

from collections.abc import Sequence

from cli.show.page import Page
from cli.show.words import HEADLINES, STYLES
from engine import Decision
from engine.changes import Difference
from engine.decision import JsonValue


def show_whatif(before: Decision, after: Decision, found: Sequence[Difference], page: Page) -> None:
    """Both verdicts, and every place where the decisions differ."""
    for name, decision in (("As it is", before), ("With the change", after)):
        page.line(f"{name}: {HEADLINES[decision.headline]}", STYLES[decision.headline])
        page.line(decision.sentence)
        page.line()
    show_differences(found, page)


def show_differences(found: Sequence[Difference], page: Page) -> None:
    told = [one for one in found if not one.path.endswith((".why", "sentence"))]
    if not told:
        page.line("Nothing differs.")
        return
    page.line("What differs", "bold")
    for one in told:
        page.rows((one.path,))
        page.rows(("was", _said(one.before)), ("is", _said(one.after)), by=4)


def _said(value: JsonValue) -> str:
    """A JSON value in words; what has parts, by its parts."""
    if value is None or value == []:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_said(item) for item in value)
    if isinstance(value, dict):
        return "; ".join(f"{key} {_said(item)}" for key, item in value.items() if item not in (None, []))
    return str(value)
