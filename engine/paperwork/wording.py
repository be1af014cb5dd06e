"""Lists in running text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from engine.message import Message, Part, Several

JOINED = {"and": "%(first)s and %(last)s", "or": "%(first)s or %(last)s"}


def listed(items: Sequence[str], joined: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {joined} {items[-1]}"


def listing(items: Sequence[Part], joined: Literal["and", "or"] = "and") -> Part:
    """The same as part of a message."""
    if len(items) < 2:
        return Several(tuple(items), "")
    values: dict[str, Part] = {"first": Several(tuple(items[:-1]), ", "), "last": items[-1]}
    return Message(JOINED[joined], values)
