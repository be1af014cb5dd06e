"""A day's visits on one page: how many of each word, a line a visit, and what was left out of the files."""

from __future__ import annotations

from collections.abc import Sequence

from cli.show.page import Page
from cli.show.words import HEADLINES, STYLES, count
from cli.show.words import day as dated
from engine.schedule.appointments import Schedule
from engine.schedule.day import Day, Visit

_NAME, _PAYER, _WORD = 14, 12, 16
_SAID_BY_WORD = frozenset({*HEADLINES, "request_due"})


def show_day(day: Day, schedules: Sequence[Schedule], page: Page) -> None:
    """Print the day: the exceptions first, then the visits that need nobody."""
    counted = ", ".join(f"{number} {HEADLINES[word].lower()}" for word, number in day.counts.items())
    page.line(f"{dated(day.on)}, {count(len(day.visits), 'visit')}: {counted}", "bold")
    page.line()
    for visit in day.visits:
        _visit(visit, page)
    if any(len(visit.alerts) > 1 for visit in day.visits):
        page.line()
        page.line("+1: one thing more that the visit needs; --json tells all of them.", "dim")
    _files(schedules, page)


def _visit(visit: Visit, page: Page) -> None:
    start, decision = visit.appointment.start, visit.decision
    cells = (
        f"{start:%H:%M}" if start else " --- ",
        _fit(visit.appointment.patient, _NAME),
        _fit(decision.payer_title or decision.payer, _PAYER),
        HEADLINES[decision.headline].ljust(_WORD),
        _first(visit),
    )
    page.cut("  ".join(cells).rstrip(), STYLES[decision.headline] if visit.alerts else "")


def _first(visit: Visit) -> str:
    """The most pressing thing that the word does not say itself, or else why the word stands."""
    if not visit.alerts:
        return ""
    alert = next((alert for alert in visit.alerts if alert.kind not in _SAID_BY_WORD), visit.alerts[0])
    more = f"+{len(visit.alerts) - 1} " if len(visit.alerts) > 1 else ""
    on = f"{alert.on:%m-%d} " if alert.on else ""
    words = alert.words.partition(": ")[2] or alert.words if alert.kind in _SAID_BY_WORD else alert.words
    return f"{more}{on}{words}"


def _files(schedules: Sequence[Schedule], page: Page) -> None:
    """How the files were read: the rows left out, and the columns that were not used."""
    left_out = [row for schedule in schedules for row in schedule.left_out]
    if left_out:
        page.heading("Left out")
        page.items(
            *(
                f"{row.where.file}, line {row.where.line}: "
                + (f"a copy of line {row.copy_of}" if row.copy_of else "it does not take place")
                for row in left_out
            )
        )
    unused = [column for schedule in schedules for column in schedule.columns if column.header and not column.used]
    if unused:
        page.heading("Columns not used")
        page.items(
            *(
                f"{column.header}: perhaps {column.fact} (say so with --map)"
                if column.fact and column.confidence == "likely"
                else column.header
                for column in unused
            )
        )


def _fit(text: str, width: int) -> str:
    return (text if len(text) <= width else text[: width - 1] + "…").ljust(width)
