"""The docs site: a page a payer, complete links, and nothing that comes from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import orjson
import pytest

from engine.language.load import Library
from tests.command import ROOT

pytest.importorskip("mkdocs", reason="the docs site is built where the extra docs is installed: make site")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("site")
    finished = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(built)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (finished.returncode, finished.stdout) == (0, ""), finished.stderr
    assert "WARNING -" not in finished.stderr
    return built


class _Loaded(HTMLParser):
    """The addresses from which a page loads something without being asked."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("script", "img", "iframe", "source", "video", "audio") and given.get("src"):
            self.found.append(str(given["src"]))
        if tag == "link" and given.get("rel") != "canonical" and given.get("href"):
            self.found.append(str(given["href"]))


def test_each_payer_has_a_page_with_its_sources_and_the_day_it_was_verified(site: Path) -> None:
    for ruleset in Library().all():
        page = (site / f"ruleset-{ruleset.id}.html").read_text()
        assert "last verified" in page
        assert all(rule.source.url is None or rule.source.url.split("?")[0] in page for rule in ruleset.rules)


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        loaded = _Loaded()
        loaded.feed(page.read_text())
        assert [address for address in loaded.found if re.match(r"(https?:)?//", address)] == [], page.name
    for style in site.rglob("*.css"):
        assert not re.search(r"(url\(|@import)\s*['\"]?(https?:)?//", style.read_text()), style.name


def test_the_search_finds_a_payer(site: Path) -> None:
    entries = orjson.loads((site / "search" / "search_index.json").read_bytes())["docs"]
    assert any("Arizona" in entry["text"] and entry["location"].startswith("ruleset-uhc") for entry in entries)
