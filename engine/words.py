"""The answers in the words of the front desk."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from engine.decision import Source, VisitRange

HEADLINES = {
    "book": "BOOK",
    "book_and_request": "BOOK AND REQUEST",
    "authorize_first": "AUTHORIZE FIRST",
    "call_payer": "CALL PAYER",
    "not_covered": "NOT COVERED",
}
ANSWERS = {
    "covered": "covered",
    "not_covered": "not covered",
    "conditional": "covered once the papers are in place",
    "unknown": "not known",
    "not_required": "not required",
    "satisfied": "authorized already",
    "notify": "a notice to the payer",
    "auto_approved": "approved without clinical review, on request",
    "review_required": "clinical review",
    "accepted": "accepted",
    "not_accepted": "not accepted",
    "not_applicable": "not a telehealth visit",
    "qualified": "may furnish it",
    "not_qualified": "may not furnish it",
}
REASONS = {
    "excluded": "the plan excludes it",
    "not_necessary": "it is not reasonable and necessary",
    "bundled": "it is paid with another service",
    "invalid_code": "the payer does not take the code",
    "benefit_limit": "the benefit is used up",
    "not_qualified": "this person may not furnish it",
    "telehealth": "the payer does not take it by telehealth",
}
WHO = {"payer": "the payer", "patient": "the patient", "clinician": "the clinician", "chart": "our own chart"}
STATUS = {"on_file": "on file", "missing": "missing", "unknown": "not known to be on file"}
LEVELS = {
    "official": "official",
    "official-copy": "copy of an official text",
    "payer": "the payer's own",
    "secondary": "told by others",
    "memory": "from memory",
    "own": "own",
}
"""How a source was read."""
RESOLUTIONS = {
    "never_together": "never paid together: the second is bundled",
    "modifier": "separate services: the distinct-service modifier goes on the second",
    "modifier_if_separate": "paid together only if the second has its own time",
    "bundled": "not separate: the second is bundled into the first",
}
THERAPY = {"always": "always therapy", "sometimes": "sometimes therapy", "neither": "no therapy code"}
TIMINGS = {
    "timed15": "15 minutes",
    "first15_daily": "first 15 minutes, once a day",
    "addon15": "each 15 minutes more",
    "first30": "first 30 minutes",
    "addon30": "each 30 minutes more",
    "hour": "an hour",
    "first_hour": "first hour",
    "addon60": "each hour more",
    "first120": "first two hours",
    "untimed": "one a day, whatever the minutes",
    "month": "minutes of a calendar month",
    "period30": "days of a 30-day period",
    "episode": "one an episode of care",
    "area": "area treated",
    "band": "one call, by its length",
}
"""What a unit of a code counts."""


def day(when: date) -> str:
    """The date with its weekday."""
    return f"{when:%a} {when.isoformat()}"


def moment(at: datetime) -> str:
    """The date and the time of day where the practice is."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def visits(ranges: tuple[VisitRange, ...]) -> str:
    named = (
        f"visit {part.first}: {ANSWERS[part.answer]}"
        if part.first == part.last
        else f"visits {part.first} to {part.last}: {ANSWERS[part.answer]}"
        for part in ranges
    )
    return "; ".join(named)


def count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def citation(source: Source) -> str:
    """The source in one line; what nobody saw is said to be so."""
    parts = [part for part in (source.title, source.section, source.publisher) if part]
    published = f"published {source.published}" if source.published else "date of publication not seen"
    read = f"verified {source.verified.isoformat()}" if source.verified else "not verified"
    return f"{', '.join(parts)}; {published}, {read} ({source.level})"


def dollars(amount: Decimal | str) -> str:
    """$1,234.50."""
    return f"${Decimal(amount):,.2f}"
