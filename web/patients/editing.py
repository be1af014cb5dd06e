"""Two people at one record: the second is told, sees both versions, and keeps what he typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from web.patients.fields import Field, Texts, shown


@dataclass(frozen=True, slots=True)
class Row:
    """A field that somebody changed. ``typed`` is None where the second left it as he had read it."""

    label: str
    read: str
    now: str
    typed: str | None


@dataclass(frozen=True, slots=True)
class Clash:
    """Who changed the record meanwhile and when, and every field in which the versions differ."""

    who: str
    at: datetime
    rows: tuple[Row, ...]


def merged(read: Texts, now: Texts, typed: Texts) -> dict[str, str]:
    """What the second typed over the record as it stands; what he left alone is as the first made it."""
    return {name: now.get(name, text) if name in read and text == read[name] else text for name, text in typed.items()}


def clash(who: str, at: datetime, read: Texts, now: Texts, typed: Texts, fields: tuple[Field, ...]) -> Clash:
    rows = []
    for one in fields:
        was, stands = read.get(one.name, ""), now.get(one.name, "")
        mine = typed.get(one.name, was)
        if not was == stands == mine:
            told = None if mine == was else shown(mine, one)
            rows.append(Row(one.label, shown(was, one), shown(stands, one), told))
    return Clash(who, at, tuple(rows))
