"""What the screen runs with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Settings:
    """``database_url``: None is the user's data folder; ``rulesets``: the practice's own; ``reference``: the file of
    imported official tables; ``secure``: served over TLS; ``hosts``: the names under which browsers may ask for it,
    none for any; ``clock`` gives the time with its zone."""

    database_url: str | None = None
    rulesets: Path | None = None
    reference: Path | None = None
    secure: bool = False
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    clock: Callable[[], datetime] = _now
