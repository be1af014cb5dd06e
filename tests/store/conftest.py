from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store import open_store
from engine.store.repository import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "precertain.db"


@pytest.fixture
def url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened
