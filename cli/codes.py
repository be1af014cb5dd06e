"""The command codes: therapy codes side by side, with what tells them apart."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Annotated

import typer

from cli.session import AsJson, library, print_json, stop
from engine import Problem
from engine.activities import compare, load_activities
from engine.facts.dictionary import ACTIVITIES
from engine.reference import Reference

_CODE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
NOTE = "Information, never coding advice: what was done, and the payer's own policy, decide the code."


def codes(
    names: Annotated[
        list[str],
        typer.Argument(metavar="ACTIVITY…", help="Activities such as stairs or dressing, or codes such as 97535."),
    ],
    as_json: AsJson = False,
) -> None:
    """Set the codes that activities usually stand under side by side, with what tells them apart."""
    reference = library(None).reference
    asked = [_plain(name) for name in names]
    problems = [problem for name in asked if (problem := _problem(name, reference))]
    if problems:
        stop(*problems)
    activities = [name for name in dict.fromkeys(asked) if name in ACTIVITIES]
    given = [name for name in dict.fromkeys(asked) if name not in ACTIVITIES]
    found = compare(reference, load_activities(reference.folder), activities, given)
    if as_json:
        print_json({"activities": activities, "codes": [one.as_json() for one in found], "note": NOTE})
    else:
        from cli.show.codes import show_codes
        from cli.show.page import Page

        show_codes(found, activities, NOTE, Page())


def _plain(name: str) -> str:
    """Codes in capitals, activities as the dictionary writes them: range of motion is range_of_motion."""
    if _CODE.fullmatch(name.upper()):
        return name.upper()
    return re.sub(r"[\s-]+", "_", name.strip().lower())


def _problem(name: str, reference: Reference) -> Problem | None:
    if name in ACTIVITIES or name in reference.codes:
        return None
    if _CODE.fullmatch(name):
        near = get_close_matches(name, reference.codes, n=1)
        return Problem("unknown-code", f"the code table has no {name}", hint=_hint(near))
    near = get_close_matches(name, ACTIVITIES, n=1) or [one for one in ACTIVITIES if name and name in one]
    hint = _hint(near) or f"there are {', '.join(ACTIVITIES)}"
    return Problem("unknown-activity", f"no activity is called {name!r}", hint=hint)


def _hint(near: list[str]) -> str | None:
    return f"did you mean {near[0]}?" if near else None
