"""Where the visits to come are answered otherwise."""

from __future__ import annotations

from datetime import date

from cli.show.page import Page
from cli.show.words import ANSWERS, count, day
from engine.run_out import RunOut


def show_run_out(found: RunOut, today: date, page: Page) -> None:
    page.line(f"{count(found.visits, 'visit')}, {found.per_week} a week, the last on {day(found.until)}")
    if not found.turns:
        page.line("Nothing runs out: each of these visits is answered like the first.", "bold")
        return
    for turn in found.turns:
        page.line()
        page.line(f"From visit {turn.number} on, {day(turn.on)} (the last as before: {day(turn.last_before)})", "bold")
        for name, old, new in turn.answers:
            page.items(f"{name}: {ANSWERS[old]} → {ANSWERS[new]}")
        if turn.modifiers:
            page.items(f"the claim takes {', '.join(turn.modifiers)} besides")
        page.items(*(f"needs, not known to be on file: {paper}" for paper in turn.papers))
        if turn.ask_by:
            late = " (that day is past)" if turn.ask_by < today else ""
            page.items(f"ask by {day(turn.ask_by)}{late}, so that the payer's time to decide ends before that visit")
        for reason in dict.fromkeys(turn.why):
            page.line(reason, "dim", by=4)
