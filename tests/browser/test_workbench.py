"""The maintainers' desk: what is typed, told in place, released, and answers a second person."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.flows import NEW, begin_a_draft, fill, reworded, save
from tests.browser.serving import serving
from tests.web.conftest import LIBRARY, Clock
from web.settings import Settings

Opens = Callable[..., Page]
VISIT = {"coverage.payer": "Self-pay", "lines.1.code": "97530", "date_of_service": "2026-12-01"}


@pytest.fixture
def address(database: Path, tmp_path: Path, clock: Clock) -> Iterator[str]:
    settings = Settings(f"sqlite:///{database}", LIBRARY, clock=clock, data=tmp_path / "data", follows=True)
    with serving(settings) as found:
        yield found


def test_the_key_at_the_cursor_is_told_and_a_problem_leads_to_its_line(robin: Opens) -> None:
    page = robin("/workbench")
    text = begin_a_draft(page)
    page.locator("#content").fill("kept_by: x\n" + text)
    page.locator("#content").press("Control+Home")
    expect(page.locator("#key-help")).to_contain_text("kept_by: Who looks at it again")
    numbers = page.locator(".numbers span")
    expect(numbers).to_have_count(text.count("\n") + 2)
    page.locator("#content").fill(text.replace("extends: common", "extend: common"))
    save(page, "Save the draft")
    page.get_by_role("link", name="Line 7").click()
    expect(page.locator("#L7")).to_be_in_viewport()
    expect(page.locator("#L7")).to_have_class("wrong")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_release_answers_the_second_person_and_is_on_record(
    robin: Opens, kim: Opens, database: Path, scripts: bool
) -> None:
    page = robin("/workbench", java_script_enabled=scripts)
    page.locator("#content").fill(reworded(begin_a_draft(page)))
    save(page, "Propose it")
    page.get_by_role("button", name="Its tests", exact=True).click()
    _await(page, "0 failed", scripts)
    page.goto("/workbench/self-pay")
    save(page, "Release it")
    _await(page, "it answers from now on", scripts)

    other = kim("/check", java_script_enabled=scripts)
    fill(other, VISIT)
    with other.expect_navigation():
        other.locator("form#check button.main").click()
    expect(other.locator(".reasons").first).to_contain_text(NEW)
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT version, state, who FROM precertain_draft ORDER BY version").fetchall()
    assert [state for _, state, _ in rows] == ["draft", "proposed", "released"]
    assert {who for _, _, who in rows} == {"Robin Sample"}


def test_what_the_payer_said_is_recorded_beside_the_verdict(kim: Opens, robin: Opens) -> None:
    page = kim("/check")
    fill(page, VISIT)
    with page.expect_navigation():
        page.locator("form#check button.main").click()
    page.get_by_text("The payer said otherwise").click()
    said = {"otherwise.said": "A notice is wanted", "otherwise.said_by": "Provider portal"}
    fill(page, {"otherwise.rule": "self-pay/no-authorization"} | said)
    save(page, "Record what was said")
    expect(page.locator("main")).to_contain_text("A notice is wanted")
    keeper = robin("/rules/stale")
    expect(keeper.locator("tbody tr").first).to_contain_text("A notice is wanted")


def _await(page: Page, found: str, scripts: bool) -> None:
    """Until what runs has found that; without scripts the page is asked again by hand."""
    while not scripts and page.get_by_role("link", name="Look again").count():
        page.wait_for_timeout(50)
        page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("status")).to_contain_text(found)
