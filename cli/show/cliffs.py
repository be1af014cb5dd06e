"""The changes within staff's power that would give another answer."""

from __future__ import annotations

from collections.abc import Sequence

from cli.show.page import Page
from cli.show.words import ANSWERS, HEADLINES, STYLES
from engine import Decision
from engine.cliffs import Cliff


def show_cliffs(before: Decision, found: Sequence[Cliff], page: Page) -> None:
    page.line(f"As it is: {HEADLINES[before.headline]}", STYLES[before.headline])
    page.line(before.sentence)
    if not found:
        page.line()
        page.line("No change of day, place, person, plan or paper near by gives another answer.")
        return
    for kind, title in (("scheduling", "Scheduling options"), ("paperwork", "Paperwork options")):
        of_kind = [cliff for cliff in found if cliff.change.kind == kind]
        if of_kind:
            page.heading(title)
        for cliff in of_kind:
            page.rows((HEADLINES[cliff.decision.headline], cliff.change.text))
            for name, old, new in cliff.answers:
                page.items(f"{name}: {ANSWERS[old]} → {ANSWERS[new]}", by=6)
    page.line()
    page.line("These are options to plan with; what the patient needs is the clinician's word.", "dim")
