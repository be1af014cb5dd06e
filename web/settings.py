"""What the screen runs with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from engine import Library
from engine.store.folder import data_folder


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Settings:
    """``database_url``: None is the user's data folder; ``library``: the rulesets and official tables that answer;
    ``secure``: served over TLS; ``hosts``: the names under which browsers may ask for it, none for any; ``clock`` gives
    the time with its zone; ``data``: the folder of keys and installed releases; ``follows``:
    the release that is installed there answers, whichever it is at the moment."""

    database_url: str | None = None
    library: Library = field(default_factory=Library)
    secure: bool = False
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    clock: Callable[[], datetime] = _now
    data: Path = field(default_factory=data_folder)
    follows: bool = False
