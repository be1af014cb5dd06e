"""A text with its parts apart: English as it stands, and whoever shows it may say it in another language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Message:
    """A fixed text with %(names)s in the places of ``values``; without values it stands as it is written."""

    text: str
    values: Mapping[str, Part] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cited:
    """What a rule says with its source: it has no other language."""

    text: str


@dataclass(frozen=True, slots=True)
class Within:
    """A title or a question within a sentence: without its capital and its question mark."""

    text: str


@dataclass(frozen=True, slots=True)
class Several:
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
