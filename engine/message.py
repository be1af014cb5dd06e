"""A text with its parts apart: English as it stands, and whoever shows it may say it in another language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

_NO_VALUES: Mapping[str, Part] = {}


class Message(NamedTuple):
    """A fixed text with %(names)s in the places of ``values``; without values it stands as it is written."""

    text: str
    values: Mapping[str, Part] = _NO_VALUES


class Cited(NamedTuple):
    """What a rule says with its source: it has no other language."""

    text: str


class Within(NamedTuple):
    """A title or a question within a sentence: without its capital and its question mark."""

    text: str


class Several(NamedTuple):
    """Parts one after the other, with ``between`` between them."""

    parts: tuple[Part, ...]
    between: str


Part = Message | Cited | Within | Several | date | int | str
"""Of a message; a ``str`` is a name or a code, the same in every language."""


def english(part: Part) -> str:
    match part:
        case Message(text, values):
            return text % {name: english(value) for name, value in values.items()} if values else text
        case Cited(text):
            return text
        case Within(text):
            return text[:1].lower() + text[1:].rstrip("?")
        case Several(parts, between):
            return between.join(map(english, parts))
        case date():
            return part.isoformat()
        case _:
            return str(part)
