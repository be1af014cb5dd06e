"""The work of a process that imports an edition, and is killed at it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from engine.official.importing import import_edition
from engine.official.registry import KINDS
from engine.store.official import OfficialStore


def imports(path: Path, kind: str, files: Sequence[Path], today: date) -> Iterator[str]:
    with OfficialStore.open(path) as store:
        yield "opened"
        yield f"{import_edition(KINDS[kind], files, store, today=today).rows} rows"
