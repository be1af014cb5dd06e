"""Appointments of an iCalendar file, as a table: an event a row, its facts in lines of its description."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.problems import Problem, Span, UserError
from engine.schedule.table import Row, Table, decoded
from engine.source import MOST_BYTES

_OWN = "X-PRECERTAIN-"
_LINE = re.compile(r"\s*([^:=\n]{1,60}?)\s*[:=]\s*(.+?)\s*")


def is_calendar(raw: bytes) -> bool:
    return decoded(raw[:400]).lstrip("\ufeff \r\n").upper().startswith("BEGIN:VCALENDAR")


def read_calendar(file: str, raw: bytes, knows: Callable[[str], bool]) -> tuple[Table, tuple[Problem, ...]]:
    """The events as rows, and the events that cannot be one. Raises UserError where the file is no calendar."""
    import icalendar

    start = Span(file, 1, 1)
    if len(raw) > MOST_BYTES:
        raise UserError([Problem("too-large", "the file is too large", start)])
    text = decoded(raw)
    try:
        calendar = icalendar.Calendar.from_ical(text)
        events = list(calendar.walk("VEVENT"))
        zone = _zone(calendar)
    except Exception:  # the library raises many kinds on broken files
        raise UserError([Problem("not-calendar", "the file cannot be read as iCalendar", start)]) from None
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line.strip().upper() == "BEGIN:VEVENT"]
    found: list[tuple[int, dict[str, str]]] = []
    problems: list[Problem] = []
    for line, event in zip(lines, events, strict=False):
        told = _facts(event, zone, knows, Span(file, line, 1))
        if isinstance(told, Problem):
            problems.append(told)
        else:
            found.append((line, told))
    headers = tuple(dict.fromkeys(name for _, facts in found for name in facts))
    rows = tuple(Row(line, tuple(facts.get(name, "") for name in headers)) for line, facts in found)
    return Table(file, Row(1, headers), rows), tuple(problems)


def _zone(calendar: Any) -> ZoneInfo | None:
    try:
        return ZoneInfo(str(calendar.get("X-WR-TIMEZONE")))
    except (ValueError, OSError, LookupError):
        return None


def _facts(event: Any, zone: ZoneInfo | None, knows: Callable[[str], bool], where: Span) -> dict[str, str] | Problem:
    if "RRULE" in event or "RDATE" in event:
        return Problem("series", "the event repeats", where, hint="export each appointment as an event of its own")
    starts = getattr(event.get("DTSTART"), "dt", None)
    if not isinstance(starts, date):
        return Problem("impossible-date", "the event has no day that can be read", where)
    facts: dict[str, str] = {}
    if isinstance(starts, datetime):
        if starts.tzinfo is not None and starts.tzname() == "UTC":
            if zone is None:
                hint = "export local times, or with the calendar's X-WR-TIMEZONE"
                return Problem(
                    "ambiguous-date", "the event's time is UTC, and the practice's zone is not said", where, hint=hint
                )
            starts = starts.astimezone(zone)
        facts = {"date_of_service": starts.date().isoformat(), "start": f"{starts:%H:%M}"}
    else:
        facts = {"date_of_service": starts.isoformat()}
    if status := str(event.get("STATUS", "")):
        facts["status"] = status
    for name, value in _told(event):
        if knows(name):
            facts[name] = f"{facts[name]}; {value}" if name in facts else value
    if not any(knows(name) and "patient" in name.lower() for name in facts) and (
        summary := str(event.get("SUMMARY", ""))
    ):
        facts["patient.name"] = summary
    return facts


def _told(event: Any) -> Iterator[tuple[str, str]]:
    """Names and values in the description's lines and in properties of our own."""
    for line in str(event.get("DESCRIPTION", "")).splitlines():
        if found := _LINE.fullmatch(line):
            yield found[1], found[2]
    for name, value in event.property_items(recursive=False):
        if name.upper().startswith(_OWN):
            yield name[len(_OWN) :].replace("-", " ").lower(), str(value)
