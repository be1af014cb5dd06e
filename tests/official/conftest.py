from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store.official import OfficialStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[OfficialStore]:
    """An empty store."""
    with OfficialStore.open(tmp_path / "data" / "reference.db", create=True) as opened:
        yield opened
