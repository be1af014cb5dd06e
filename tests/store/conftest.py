from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store import open_store
from engine.store.repository import Store
from tests.databases import both_kinds, empty_sqlite, postgresql


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    both_kinds(metafunc)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The SQLite file: who asks for it is not run on another database."""
    return tmp_path / "precertain.db"


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of each kind: not there yet, unless ``store`` is asked for too."""
    made = "store" in request.fixturenames
    if request.param == "sqlite":
        if made:
            (tmp_path / "precertain.db").write_bytes(empty_sqlite())
        yield f"sqlite:///{tmp_path / 'precertain.db'}"
    else:
        yield from postgresql(made=made)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened
