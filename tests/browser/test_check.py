"""Check: fields by keyboard, the live verdict, what is not known asked during the call, and what is recorded."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.store import open_store
from engine.store.records import LogEntry
from tests.browser.flows import VISIT, check_a_visit, fill
from tests.web.conftest import LIBRARY

Opens = Callable[..., Page]
OPEN = {"coverage.payer": "Cigna commercial", "diagnoses": "Z47.1"}
"""A visit of which something is left to ask."""


def test_the_whole_question_is_asked_by_keyboard_and_answered_and_recorded(
    robin: Opens, kim: Opens, database: Path
) -> None:
    page = robin("/check")
    _type_all(page, VISIT)
    page.keyboard.press("Enter")
    word = page.get_by_role("heading", level=2).first
    expect(word).to_have_text(re.compile("^[A-Z ]+$"))
    recorded = page.get_by_text("Recorded as check")
    expect(recorded).to_be_visible()
    said, stored = word.inner_text(), _logged(database, "check")
    assert [one.headline.replace("_", " ").upper() for one in stored] == [said]

    other = kim("/check")
    check_a_visit(other)
    expect(other.get_by_role("heading", level=2).first).to_have_text(said)
    expect(other.get_by_text("Recorded as check")).to_have_text(recorded.inner_text())
    assert {one.check_id for one in _logged(database, "check")} == {stored[0].check_id}


@pytest.mark.parametrize("field", ["plan_of_care.weeks", "coverage.payer"])
def test_enter_in_a_field_checks(robin: Opens, kim: Opens, database: Path, field: str) -> None:
    page = robin("/check")
    fill(page, VISIT)
    with page.expect_navigation():
        page.locator(f"[name='{field}']").press("Enter")
    recorded = page.get_by_text("Recorded as check")
    expect(recorded).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert len(_logged(database, "check")) == 1
    other = kim("/check")
    check_a_visit(other)
    expect(other.get_by_text("Recorded as check")).to_have_text(recorded.inner_text())


def test_the_verdict_comes_while_typing_and_moves_nothing(robin: Opens, database: Path) -> None:
    page = robin("/check", viewport={"width": 1280, "height": 1600})
    page.evaluate(_WATCH_LAYOUT)
    fill(page, VISIT)
    live = page.locator("#live")
    expect(live.locator(".verdict")).to_be_visible()
    expect(live).not_to_have_attribute("aria-busy", "true")
    said = live.locator(".verdict").inner_text()
    assert not _logged(database, "check")
    assert page.evaluate("window.shifted") < 0.1
    page.locator("form#check button.main").click()
    expect(page.locator("#word")).to_have_text(said)
    assert len(_logged(database, "check")) == 1


def test_what_is_not_known_is_answered_during_the_call(robin: Opens, database: Path) -> None:
    page = robin("/check")
    check_a_visit(page, OPEN)
    asked = page.locator("[name^='answer.']").first
    fact = str(asked.get_attribute("name")).removeprefix("answer.")
    _answer(page, fact)
    fill(page, {"said_by": "Pat Example, line 3", "reference": "REF-1"})
    page.get_by_role("button", name="Check again with the answers").click()
    expect(page.locator(f"[name='answered.{fact}']")).to_be_visible()
    expect(page.locator(f"[name='answer.{fact}']")).to_have_count(0)
    first, again = _logged(database, "check")
    assert first.check_id != again.check_id
    assert [(one.check_id, one.answered) for one in _logged(database, "answer")] == [(first.check_id, fact)]


def test_without_scripts_it_is_checked_all_the_same(robin: Opens, database: Path) -> None:
    page = robin("/check", java_script_enabled=False)
    check_a_visit(page)
    expect(page.locator("#word")).to_be_visible()
    assert len(_logged(database, "check")) == 1


@pytest.mark.parametrize("scripts", [True, False])
def test_another_language_keeps_the_verdict_and_all_that_was_typed(
    robin: Opens, kim: Opens, database: Path, scripts: bool
) -> None:
    page = robin("/check", java_script_enabled=scripts)
    check_a_visit(page, OPEN)
    recorded = page.get_by_text("Recorded as check").inner_text()
    asked = page.locator("[name^='answer.']").first
    fact = str(asked.get_attribute("name")).removeprefix("answer.")
    _answer(page, fact)
    answer = asked.input_value()
    fill(page, {"said_by": "Pat Example, line 3"})
    page.get_by_text("The payer said otherwise").click()
    fill(page, {"otherwise.said": "A notice is wanted"})
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("#word")).to_be_visible()
    expect(page.locator(f"[name='answer.{fact}']")).to_have_value(answer)
    expect(page.locator("[name='said_by']")).to_have_value("Pat Example, line 3")
    expect(page.locator("[name='otherwise.said']")).to_have_value("A notice is wanted")
    assert [one.kind for one in _logged(database, "check")] == ["check"]
    assert not _logged(database, "answer")
    other = kim("/check")
    check_a_visit(other, OPEN)
    expect(other.get_by_text("Recorded as check")).to_have_text(recorded)

    fill(page, {"plan_of_care.visits": "20"})
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("[name='plan_of_care.visits']")).to_have_value("20")
    expect(page.get_by_text("Recorded as check")).to_have_count(0)
    assert len(_logged(database, "check")) == 2


def test_mistakes_stand_beside_their_fields_and_nothing_is_recorded(robin: Opens, database: Path) -> None:
    page = robin("/check")
    check_a_visit(page, {"lines.1.code": "97X35", "coverage.state": "Ohio"})
    problems = page.get_by_role("alert")
    expect(problems.get_by_role("listitem")).to_have_count(2)
    problems.get_by_role("link").first.click()
    assert page.evaluate("document.activeElement.name") in ("lines.1.code", "coverage.state")
    expect(page.locator("[name='lines.1.code']")).to_have_value("97X35")
    expect(page.locator("[name='diagnoses']")).to_have_value(VISIT["diagnoses"])
    assert not _logged(database, "check")


def test_the_day_is_moved_by_keyboard_and_the_verdict_follows(robin: Opens, kim: Opens, database: Path) -> None:
    page = robin("/check")
    check_a_visit(page)
    first = page.locator("#day").evaluate("slider => slider.closest('.over').dataset.first")
    page.locator("#day").focus()
    page.keyboard.press("Home")
    expect(page.locator("[name='date_of_service']")).to_have_value(first)
    for key in ("ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    moved = (date.fromisoformat(first) + timedelta(days=2)).isoformat()
    expect(page.locator("[name='date_of_service']")).to_have_value(moved)
    expect(page.locator(".over output")).to_contain_text(moved)
    expect(page.locator("#live time[datetime], #live")).to_contain_text(moved)
    assert len(_logged(database, "check")) == 1

    page.locator("form#check button.main").click()
    expect(page.locator("[name='date_of_service']")).to_have_value(moved)
    said = page.locator("#word").inner_text()
    assert [one.date_of_service.isoformat() for one in _logged(database, "check")][1:] == [moved]
    other = kim("/check")
    check_a_visit(other, {"date_of_service": moved})
    expect(other.locator("#word")).to_have_text(said)


def test_a_payer_is_chosen_by_arrow_keys_and_left_by_escape(robin: Opens, database: Path) -> None:
    page = robin("/check")
    field, choices = page.get_by_role("combobox", name="Payer"), page.get_by_role("listbox", name="Payer")
    field.focus()
    page.keyboard.type("medic")
    expect(choices).to_be_visible()
    assert choices.get_by_role("option").count() > 1
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(choices).to_be_hidden()
    expect(field).to_have_value("medic")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = choices.locator("[aria-selected='true']")
    expect(field).to_have_attribute("aria-activedescendant", str(chosen.get_attribute("id")))
    title = chosen.locator("strong").inner_text()
    page.keyboard.press("Enter")
    expect(choices).to_be_hidden()
    expect(field).to_have_value(title)
    check_a_visit(page, {"coverage.payer": title})
    payers = {of.title: payer for payer in LIBRARY.payers if (of := LIBRARY.for_payer(payer))}
    assert [one.payer for one in _logged(database, "check")] == [payers[title]]


def test_a_diagnosis_is_found_by_its_words_and_chosen_by_arrow_keys(robin: Opens, kim: Opens, database: Path) -> None:
    page = robin("/check")
    find = page.get_by_role("combobox", name="Find a diagnosis by its words")
    choices = page.get_by_role("listbox", name="Find a diagnosis by its words")
    find.focus()
    page.keyboard.type("presence right artificial knee")
    expect(choices.get_by_role("option").first).to_contain_text("Z96.651")
    page.keyboard.press("Escape")
    expect(choices).to_be_hidden()
    expect(page.locator("[name='diagnoses']")).to_have_value("")
    page.keyboard.press("ArrowDown")
    expect(choices.locator("[aria-selected='true']")).to_contain_text("Z96.651")
    page.keyboard.press("Enter")
    expect(page.locator("[name='diagnoses']")).to_have_value("Z96.651")
    expect(find).to_have_value("")
    check_a_visit(page, {"diagnoses": page.locator("[name='diagnoses']").input_value()})
    other = kim("/check")
    check_a_visit(other, {"diagnoses": "Z96.651"})
    expect(other.get_by_text("Recorded as check")).to_have_text(page.get_by_text("Recorded as check").inner_text())
    assert len({one.check_id for one in _logged(database, "check")}) == 1


_WATCH_LAYOUT = """() => {
    window.shifted = 0;
    new PerformanceObserver(seen => seen.getEntries().forEach(shift => { window.shifted += shift.value; }))
        .observe({type: "layout-shift", buffered: true});
}"""
"""Counts every shift, also those that a key was pressed before."""


def _type_all(page: Page, fields: dict[str, str]) -> None:
    """Go through the form with the tabulator and type what each field is to hold; end on the button."""
    left = dict(fields)
    for _ in range(60):
        page.keyboard.press("Tab")
        name, kind = page.evaluate("[document.activeElement.name || '', document.activeElement.type || '']")
        if value := left.pop(name, None):
            if kind == "select-one":
                label = page.locator(f"[name='{name}'] option[value='{value}']").inner_text()
                page.keyboard.type(label)
            elif kind == "date":
                page.keyboard.type(f"{value[5:7]}{value[8:]}{value[:4]}")
            else:
                page.keyboard.type(value)
        if kind == "submit" and not left:
            break
    assert not left
    for name, value in fields.items():
        expect(page.locator(f"[name='{name}']")).to_have_value(value)


def _answer(page: Page, fact: str) -> None:
    field = page.locator(f"[name='answer.{fact}']")
    if field.evaluate("field => field.tagName") == "SELECT":
        field.select_option(index=1)
    else:
        field.fill("2026-11-02" if field.get_attribute("type") == "date" else "1")


def _logged(database: Path, kind: str) -> list[LogEntry]:
    """The entries of a kind, oldest first."""
    with open_store(f"sqlite:///{database}") as store:
        return sorted((one for one in store.entries() if one.kind == kind), key=lambda one: one.sequence)
