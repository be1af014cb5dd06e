"""The maintainers' desk: what is typed, told in place, released, and answers a second person."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.flows import fill, save
from tests.browser.serving import serving
from tests.web.conftest import LIBRARY, Clock
from web.settings import Settings

Opens = Callable[..., Page]
OLD = "The patient pays, so there is no payer whose rules could refuse the visit."
NEW = "Whoever pays alone has no payer whose rules could refuse the visit."
VISIT = {"coverage.payer": "Self-pay", "lines.1.code": "97530", "date_of_service": "2026-12-01"}


@pytest.fixture
def address(database: Path, tmp_path: Path, clock: Clock) -> Iterator[str]:
    settings = Settings(f"sqlite:///{database}", LIBRARY, clock=clock, data=tmp_path / "data", follows=True)
    with serving(settings) as found:
        yield found


def _begin(page: Page) -> str:
    page.locator("[name='ruleset']").select_option("self-pay")
    save(page)
    return page.locator("#content").input_value()


def test_the_key_at_the_cursor_is_told_and_a_problem_leads_to_its_line(robin: Opens) -> None:
    page = robin("/workbench")
    text = _begin(page)
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
    text = _begin(page).replace(OLD, NEW).replace('version: "2026.11.1"', 'version: "2026.12.1"', 1)
    entry = '  - version: "2026.12.1"\n    date: 2026-11-24\n    change: The reason is told in other words.\n'
    page.locator("#content").fill(text.replace("changelog:\n", f"changelog:\n{entry}", 1))
    save(page, "Propose it")
    page.get_by_role("button", name="Its tests", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("0 failed")
    page.goto("/workbench/self-pay")
    save(page, "Release it")
    expect(page.get_by_role("status")).to_contain_text("it answers from now on")

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
