"""The screen in a real browser. Every page that a test opens is watched for what no page of ours may do."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.browser.chromium import ARGUMENTS, installed
from tests.browser.serving import STAFF, serving, staffed
from tests.web.conftest import LIBRARY, Clock
from web.guard import SESSION
from web.settings import Settings

PATIENCE = 90_000
"""Milliseconds that a condition is waited for, on a machine with much else to do."""
expect.set_options(timeout=PATIENCE)
Opened = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=ARGUMENTS, timeout=120_000)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A database with staff who are signed in, and their sessions."""
    made = tmp_path_factory.mktemp("begun") / "precertain.db"
    return made, staffed(made)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path, begun: tuple[Path, dict[str, str]]) -> Path:
    return Path(shutil.copyfile(begun[0], tmp_path / "precertain.db"))


@pytest.fixture
def address(database: Path, tmp_path: Path, clock: Clock) -> Iterator[str]:
    with serving(Settings(f"sqlite:///{database}", LIBRARY, clock=clock, data=tmp_path / "data")) as found:
        yield found


@pytest.fixture
def open_as(chromium: Browser, address: str, begun: tuple[Path, dict[str, str]]) -> Iterator[Opened]:
    """Opens a page of the screen in a browser of that person's own; options are those of a Playwright context.

    Afterwards the test fails where any page wrote an error, broke its security policy, or asked another machine.
    """
    wrong: list[str] = []
    contexts: list[BrowserContext] = []

    def opened(name: str | None, path: str, **options: object) -> Page:
        context = chromium.new_context(base_url=address, reduced_motion="reduce", **options)  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        if name is not None:
            cookie = {"name": SESSION, "value": begun[1][name], "url": address, "httpOnly": True, "sameSite": "Strict"}
            context.add_cookies([cookie])  # type: ignore[list-item]
        _watch(context, wrong)
        page = context.new_page()
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not wrong


@pytest.fixture
def robin(open_as: Opened) -> Callable[..., Page]:
    """Opens a page as the administrator."""
    return lambda path, **options: open_as(next(iter(STAFF)), path, **options)


@pytest.fixture
def kim(open_as: Opened) -> Callable[..., Page]:
    """Opens a page as a second person, of the front desk, in another browser."""
    return lambda path, **options: open_as("Kim Invented", path, **options)


def _watch(context: BrowserContext, wrong: list[str]) -> None:
    def asked(request: Request) -> None:
        if urlsplit(request.url).hostname != "127.0.0.1" and not request.url.startswith("data:"):
            wrong.append(f"asked {request.url}")

    def said(message: ConsoleMessage) -> None:
        # A refusal that is a page of ours, such as a form with mistakes, is written to the console too.
        refused = "server responded with a status of 4" in message.text and "/static/" not in message.location["url"]
        if message.type in ("error", "warning") and not refused:
            wrong.append(f"{message.type} at {message.location['url']}: {message.text}")

    context.on("request", asked)
    context.on("console", said)
    context.on("weberror", lambda error: wrong.append(str(error.error)))
