from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store.official import OfficialStore
from tests.official.loading import file_of


@pytest.fixture
def store(tmp_path: Path) -> Iterator[OfficialStore]:
    """An empty store."""
    with OfficialStore.open(file_of(tmp_path), create=True) as opened:
        yield opened
