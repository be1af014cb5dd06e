"""The board as an iCalendar feed. Calendars travel: a person is named by initials and the episode's id only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from engine.tracking.board import Due

PRODUCT = "-//precertain//due dates//EN"


def calendar(dues: Iterable[Due], made_at: datetime) -> bytes:
    """RFC 5545, one whole-day event for each due date, under an id that stays the same while it moves; what has no
    known day is left out. ``made_at`` carries a time zone."""
    from icalendar import Calendar, Event

    feed = Calendar()
    feed.add("prodid", PRODUCT)
    feed.add("version", "2.0")
    for due in dues:
        if due.on is None:
            continue
        event = Event()
        event.add("uid", f"{due.kind}-{due.authorization_id or due.episode_id}@precertain")
        event.add("dtstamp", made_at)
        event.add("dtstart", due.on)
        event.add("dtend", due.on + timedelta(days=1))
        event.add("summary", f"{due.text} ({due.initials}, {due.episode_id})")
        feed.add_component(event)
    return bytes(feed.to_ical())
