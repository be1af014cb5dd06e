"""A due date on the page."""

from __future__ import annotations

from cli.show.page import Page
from cli.show.words import citation
from engine.calendars import CALENDAR
from engine.due_dates import DueDate


def show_due_date(due: DueDate, page: Page) -> None:
    page.line(due.sentence, "bold")
    if due.clock is None or due.found is None:
        return
    page.line(f"{due.found.span.said} counted from {due.clock.counted_from} ({due.event_on}).", by=2)
    page.line(due.found.span.because, by=2)
    if due.found.span.unit == "business_days":
        page.line(CALENDAR, by=2)
    page.line(f"{due.clock.id}: {citation(due.found.span.source)}", "dim", by=2)
