"""The board as a message for the morning. Mail travels: a person is named by initials and the episode's id only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from engine.tracking.board import Due


def subject(dues: Sequence[Due], today: date) -> str:
    overdue = sum(_is_overdue(due, today) for due in dues)
    return f"precertain, {today.isoformat()}: {overdue} overdue, {len(dues) - overdue} due"


def text(dues: Sequence[Due], today: date, days: int) -> str:
    """What is overdue, what falls due within so many days, and what has no known day: as plain text."""
    parts = (
        ("Overdue", [due for due in dues if _is_overdue(due, today)]),
        (f"Within {days} days", [due for due in dues if due.on is not None and due.on >= today]),
        ("On a day that is not known", [due for due in dues if due.on is None]),
    )
    told = [f"{title}\n" + "\n".join(_lines(theirs)) for title, theirs in parts if theirs]
    return "\n\n".join(told or ["Nothing is due."]) + "\n"


def _lines(dues: Iterable[Due]) -> Iterator[str]:
    for due in dues:
        when = f"{due.on:%a} {due.on.isoformat()}" if due.on else "              "
        of = f", {due.authorization_id}" if due.authorization_id else ""
        yield f"  {when}  {due.text} ({due.initials}, {due.episode_id}{of})"


def _is_overdue(due: Due, today: date) -> bool:
    return due.on is not None and due.on < today
