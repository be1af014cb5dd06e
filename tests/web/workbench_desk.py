"""The maintainers' desk, as tests read it."""

from __future__ import annotations

import html
import re
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from httpx import Response
from starlette.testclient import TestClient


def text_of(page: Response) -> str:
    found = re.search(r"<textarea id=\"content\"[^>]*>\n?(.*?)</textarea>", page.text, re.DOTALL)
    assert found, page.text
    return html.unescape(found[1])


def awaited(client: TestClient, shown: Response) -> str:
    while "It is running" in shown.text:
        assert "Look again" in shown.text
        time.sleep(0.15)
        shown = client.get(shown.url.path)
    return shown.text


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()
