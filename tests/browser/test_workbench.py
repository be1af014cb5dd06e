"""The maintainers' desk: what is typed, told in place, released, and answers a second person."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import breaks
from tests.browser.flows import NEW, begin_a_draft, fill, reworded, save
from tests.browser.serving import serving
from tests.official.make_files import workbook
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


PAYER = {
    "payer": "own-plan", "title": "Own plan", "kind": "commercial", "policy": "Therapy policy 12",
    "first_day": "2026-02-01", "codes": "97535, 97530", "because": "The plan reviews the services that its list names.",
}  # fmt: skip


@pytest.mark.parametrize("scripts", [True, False])
def test_a_table_beside_the_ruleset_is_typed_told_of_in_place_replaced_and_downloaded(
    robin: Opens, tmp_path: Path, scripts: bool
) -> None:
    page = robin("/payers/new", java_script_enabled=scripts)
    fill(page, PAYER | {"answer": "review_required"})
    save(page)
    yaml = page.locator("#content").input_value()
    page.locator("#content").fill(yaml.replace('values: ["97535", "97530"]', "values_from: codes.csv"))
    save(page, "Save the draft")
    page.get_by_role("link", name="codes.csv", exact=True).click()
    field = page.get_by_label("codes.csv, its lines")
    expect(field).to_be_in_viewport()
    expect(field).to_have_accessible_description(
        "It is not there yet: type its header and its rows below it, or choose a file."
    )
    rows = "".join(f"{code},invented\n" for code in (97535, 97530, 97110) for _ in range(12))
    field.fill(f"code,what\n{rows}99999,none\n")
    if scripts:
        expect(page.locator("[data-of='codes.csv.'] span")).to_have_count(39)
    save(page, "Save the draft")
    page.get_by_role("link", name="codes.csv, line 38").click()
    expect(page.locator("[id='codes.csv.L38']")).to_be_in_viewport()
    expect(page.locator("[id='codes.csv.L38']")).to_have_class("wrong")
    if scripts:
        assert breaks(page, "en") == []
    field.fill("code,what\n97535,invented\n")
    save(page, "Save the draft")
    expect(page.locator("main")).to_contain_text("Its form is right")

    content = workbook(tmp_path / "codes.xlsx", [["code"], ["97535"]])
    page.locator("#content").fill(page.locator("#content").input_value().replace("codes.csv", "codes.xlsx"))
    save(page, "Save the draft")
    expect(page.get_by_text("it goes with the next save")).to_have_count(1)
    page.get_by_label("A file in place of codes.xlsx").set_input_files(content)
    save(page, "Save the draft")
    expect(page.locator("main")).to_contain_text("It is kept as a workbook.")
    expect(page.get_by_label("codes.csv, its lines")).to_have_count(0)
    if scripts:
        assert breaks(page, "en") == []
    with page.expect_download() as started:
        page.get_by_role("link", name="Download codes.xlsx as it is saved").click()
    assert started.value.path().read_bytes() == content.read_bytes()


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
