"""Packets: facts and live letter, gaps that block "final", files, and the days that start the payer's clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine import PlannedTreatment
from engine.store import open_store
from engine.tracking.packets import Packet
from tests.browser.flows import fill
from tests.web.conftest import NAME, Clock
from tests.web.packet_room import CASE, COMPLETE

Opens = Callable[..., Page]
HELP = "Climbs four stairs with help."


@pytest.fixture
def packet(database: Path, clock: Clock) -> str:
    """The address of a packet of which only the plan is known."""
    made = Packet(id="packet-0123456789", kind="prior-authorization", case=PlannedTreatment.model_validate_json(CASE))
    with open_store(f"sqlite:///{database}") as store:
        store.tracking.add(made, who=NAME, at=clock())
    return f"/packets/{made.id}"


def test_the_letter_follows_what_is_typed_and_the_other_reads_it_once_it_is_saved(
    robin: Opens, kim: Opens, database: Path, packet: str
) -> None:
    page, other = robin(packet), kim(packet)
    fill(page, {"necessity.current_level": HELP})
    expect(page.locator("#letter-shown")).to_contain_text(HELP)
    other.reload()
    expect(other.locator("#letter-shown")).not_to_contain_text(HELP)
    _press(page, "Save")
    other.reload()
    expect(other.locator("#letter-shown")).to_contain_text(HELP)
    expect(other.locator("[name='necessity.current_level']")).to_have_value(HELP)
    necessity = _stored(database, packet).case.necessity
    assert necessity is not None
    assert necessity.current_level == HELP


def test_enter_in_a_field_saves_the_facts(robin: Opens, kim: Opens, database: Path, packet: str) -> None:
    page = robin(packet)
    fill(page, {"patient.name": "Clover Sample"})
    with page.expect_navigation():
        page.locator("[name='patient.name']").press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(kim(packet).locator("[name='patient.name']")).to_have_value("Clover Sample")
    assert _stored(database, packet).case.patient.name == "Clover Sample"


@pytest.mark.parametrize("scripts", [True, False])
def test_beside_the_files_stands_what_they_do_not_say_yet(
    robin: Opens, kim: Opens, database: Path, packet: str, scripts: bool
) -> None:
    page = robin(packet, java_script_enabled=scripts)
    unsaved = page.locator("#files").get_by_text("not saved yet")
    expect(unsaved).to_be_hidden()
    fill(page, {"necessity.current_level": HELP})
    if not scripts:
        _press(page, "Show the letter")
    expect(unsaved).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Save it first").click()
    expect(unsaved).to_be_hidden()
    with page.expect_download() as downloaded:
        page.locator("#files form").first.get_by_role("button", name="Plain text").click()
    assert HELP in Path(downloaded.value.path()).read_text()
    expect(kim(packet).locator("[name='necessity.current_level']")).to_have_value(HELP)
    necessity = _stored(database, packet).case.necessity
    assert necessity is not None
    assert necessity.current_level == HELP


@pytest.mark.parametrize("scripts", [True, False])
def test_gaps_block_final_and_what_is_final_is_downloaded_and_sent(
    robin: Opens, kim: Opens, database: Path, packet: str, scripts: bool
) -> None:
    page = robin(packet, java_script_enabled=scripts)
    _press(page, "Save and make it final")
    expect(page.get_by_role("alert")).to_be_visible()
    assert _stored(database, packet).final is None
    fill(page, COMPLETE)
    _press(page, "Save and make it final")
    other = kim(packet, java_script_enabled=scripts)
    expect(other.locator("p.state")).to_contain_text("final on")
    with other.expect_download() as downloaded:
        other.locator("#files form").first.get_by_role("button", name="PDF").click()
    assert Path(downloaded.value.path()).read_bytes().startswith(b"%PDF")

    page.goto(packet)
    fill(page, {"sent": "2026-11-24", "received": "2026-11-24"})
    with page.expect_navigation():
        page.locator("#days form button").first.click()
    other.reload()
    expect(other.locator("#days")).to_contain_text("The payer decides by")
    stored = _stored(database, packet)
    assert stored.final is not None
    assert stored.received is not None
    assert (stored.final.by, stored.received.on) == (NAME, date(2026, 11, 24))


def test_of_two_who_type_into_one_field_the_second_sees_both(
    robin: Opens, kim: Opens, database: Path, packet: str
) -> None:
    page, other = robin(packet), kim(packet)
    fill(page, {"necessity.current_level": HELP})
    fill(other, {"necessity.current_level": "Walks alone."})
    _press(page, "Save")
    _press(other, "Save")
    expect(other.get_by_role("alert")).to_contain_text(HELP)
    expect(other.locator("[name='necessity.current_level']")).to_have_value("Walks alone.")
    page.reload()
    expect(page.locator("[name='necessity.current_level']")).to_have_value(HELP)
    necessity = _stored(database, packet).case.necessity
    assert necessity is not None
    assert necessity.current_level == HELP


def _press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.locator(".doing").get_by_role("button", name=button, exact=True).click()


def _stored(database: Path, packet: str) -> Packet:
    with open_store(f"sqlite:///{database}") as store:
        return store.tracking.find(Packet, packet.removeprefix("/packets/")).record
