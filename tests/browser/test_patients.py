"""Patients, authorizations, visits and deadlines: what one person does is what the next one sees and what is stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from engine.store import open_store
from engine.store.people import People
from engine.tracking.records import AuthorizationRecord, Episode, Patient
from tests.browser.flows import add_authorization, add_patient, fill, save
from tests.web.conftest import NAME
from web.guard import token_hash

Opens = Callable[..., Page]
GRANT = {"number": "A-100", "granted.visits": "4", "valid_from": "2026-11-01", "valid_to": "2027-01-31"}


def test_an_authorization_is_asked_for_granted_and_counted_down(robin: Opens, kim: Opens, database: Path) -> None:
    page = robin("/patients")
    patient = add_patient(page)
    authorization = add_authorization(page)
    fill(page, {"state": "submitted", "on": "2026-11-03"})
    save(page, "Record")
    fill(page, {"state": "approved", "on": "2026-11-10"} | GRANT)
    save(page, "Record")
    for day in ("2026-11-23", "2026-12-02"):
        page.goto(f"{patient}/visits/new")
        fill(page, {"day": day, "lines": "97530:1"})
        save(page)
    page.get_by_role("button", name="Kept, the visit of").click()

    other = kim(authorization)
    other.reload()
    expect(other.get_by_role("heading", level=1)).to_contain_text("A-100")
    expect(other.locator("strong.state")).to_have_text("Approved")
    visits = other.locator(".side-by-side tbody tr").first.locator("td")
    expect(visits).to_have_text(["12", "4", "1", "1", "3", "2"])
    expect(other.locator("svg path.kept").first).to_be_attached()
    expect(other.locator(".history")).to_contain_text("Robin Sample")

    with open_store(f"sqlite:///{database}") as store:
        record = store.tracking.find(AuthorizationRecord, authorization.rsplit("/", 1)[1]).record
        kinds = [event.kind for event in store.tracking.events(patient.rsplit("/", 1)[1])]
        seen = {(entry.who, entry.what) for entry in store.audit.trail(patient_id=patient.rsplit("/", 1)[1])}
        assert not store.verify()
    assert (record.state, record.number, record.granted.visits) == ("approved", "A-100", 4)
    assert kinds == ["booked", "booked", "kept"]
    assert {("Robin Sample", "changed"), ("Kim Invented", "viewed")} <= seen


def test_enter_saves_the_form_in_the_language_that_it_is_in(robin: Opens, kim: Opens, database: Path) -> None:
    page = robin("/patients/new")
    fill(page, {"name": "Mary Example", "birth_date": "1950-02-03"})
    with page.expect_navigation():
        page.locator("[name='name']").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mary Example")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(kim(urlsplit(page.url).path).get_by_role("heading", level=1)).to_have_text("Mary Example")
    with open_store(f"sqlite:///{database}") as store:
        assert [one.record.name for one in store.tracking.all(Patient)] == ["Mary Example"]


def test_of_two_at_one_record_the_second_is_told_and_nothing_is_overwritten(
    robin: Opens, kim: Opens, database: Path
) -> None:
    mine = robin("/patients")
    patient = add_patient(mine)
    mine.goto(f"{patient}/edit")
    other = kim(f"{patient}/edit")
    fill(mine, {"name": "Mary Sample"})
    save(mine)
    fill(other, {"name": "Maria Example"})
    save(other)
    expect(other.get_by_role("alert")).to_contain_text("Robin Sample")
    expect(other.locator("table.clash")).to_contain_text("Mary Sample")
    expect(other.locator("[name='name']")).to_have_value("Maria Example")
    mine.goto(patient)
    expect(mine.get_by_role("heading", level=1)).to_have_text("Mary Sample")
    with open_store(f"sqlite:///{database}") as store:
        saved = store.tracking.history(Patient, patient.rsplit("/", 1)[1])
    assert [one.record.name for one in saved] == ["Mary Example", "Mary Sample"]


def test_a_deadline_of_one_is_on_the_board_of_the_other(robin: Opens, kim: Opens, database: Path) -> None:
    page = robin("/patients")
    patient = add_patient(page)
    add_authorization(page, {"request_by": "2026-11-26"})
    board = kim("/deadlines")
    board.reload()
    row = board.locator("table.board tbody tr").filter(has_text="Mary Example").first
    expect(row).to_be_visible()
    with open_store(f"sqlite:///{database}") as store:
        authorizations = [one.record for one in store.tracking.all(AuthorizationRecord)]
    assert [str(one.request_by) for one in authorizations] == ["2026-11-26"]
    row.get_by_role("link", name="Mary Example").click()
    assert board.evaluate("location.pathname") == patient


def test_a_calendar_follows_the_board_at_a_secret_address_until_it_is_withdrawn(
    robin: Opens, kim: Opens, database: Path
) -> None:
    page = robin("/patients")
    add_patient(page)
    add_authorization(page, {"request_by": "2026-11-26"})
    board = kim("/deadlines")
    board.get_by_role("button", name="Make an address").click()
    address = board.locator("#address").input_value()
    calendar = page.request.get(address)
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert "DTSTART;VALUE=DATE:20261126" in calendar.text()
    assert "Mary" not in calendar.text()
    board.goto("/deadlines")
    expect(board.get_by_text("You have had an address since")).to_be_visible()
    expect(board.locator("#address")).to_have_count(0)
    secret = token_hash(address.rsplit("/", 1)[1].removesuffix(".ics"))
    people = People.open(f"sqlite:///{database}")
    kims = people.named("Kim Invented")
    assert kims is not None
    assert people.feeds.whose(secret) == kims.id
    board.get_by_role("button", name="Withdraw it").click()
    expect(board.get_by_role("button", name="Make an address")).to_be_visible()
    assert page.request.get(address).status == 404
    assert people.feeds.whose(secret) is None
    people.close()


def test_a_discharge_is_seen_by_the_other_and_stored(robin: Opens, kim: Opens, database: Path) -> None:
    page = robin("/patients")
    patient = add_patient(page)
    other = kim(patient)
    page.goto(patient)
    page.get_by_role("link", name="Discharge").click()
    fill(page, {"discharged_on": "2026-11-23"})
    save(page)
    other.reload()
    expect(other.get_by_text("discharged on 2026-11-23")).to_be_visible()
    expect(other.get_by_role("link", name="Discharge")).to_have_count(0)
    with open_store(f"sqlite:///{database}") as store:
        assert [one.record.discharged_on for one in store.tracking.all(Episode)] == [date(2026, 11, 23)]


def test_a_corrected_visit_is_one_visit_for_the_other_and_both_events_stay(
    robin: Opens, kim: Opens, database: Path
) -> None:
    page = robin("/patients")
    patient = add_patient(page)
    page.goto(f"{patient}/visits/new")
    fill(page, {"day": "2026-11-23", "lines": "97530:1"})
    save(page)
    other = kim(patient)
    page.get_by_role("link", name="Correct the visit of").click()
    fill(page, {"day": "2026-11-20", "lines": "97535:2"})
    save(page)
    other.reload()
    visits = other.locator("section[aria-labelledby='visits'] tbody tr")
    expect(visits).to_have_count(1)
    expect(visits).to_contain_text("97535")
    with open_store(f"sqlite:///{database}") as store:
        events = store.tracking.events(patient.rsplit("/", 1)[1])
    assert [(event.kind, event.day) for event in events] == [
        ("booked", date(2026, 11, 23)), ("corrected", date(2026, 11, 20)),
    ]  # fmt: skip


def test_the_administrator_gives_out_and_deletes_what_is_held_of_a_patient(
    robin: Opens, kim: Opens, database: Path
) -> None:
    page = robin("/patients")
    patient = add_patient(page)
    patient_id = patient.rsplit("/", 1)[1]
    other = kim(patient)
    page.goto(f"{patient}/data")
    with page.expect_download() as downloaded:
        page.get_by_role("button", name="Download").click()
    held = json.loads(Path(downloaded.value.path()).read_text())
    assert "Mary Example" in json.dumps(held["records"])
    fill(page, {"why": "asked for by the patient", "again": "another"})
    save(page, "Delete for good")
    expect(page.get_by_role("alert")).to_be_visible()
    other.reload()
    expect(other.get_by_role("heading", level=1)).to_have_text("Mary Example")
    fill(page, {"why": "asked for by the patient", "again": patient_id})
    save(page, "Delete for good")
    other.reload()
    expect(other.get_by_role("heading", level=1)).to_have_text("Not found")
    files = [one.read_bytes() for one in database.parent.glob(f"{database.name}*")]  # the write-ahead log too
    assert files
    assert not any(b"Mary Example" in file for file in files)
    with open_store(f"sqlite:///{database}") as store:
        trail = [(entry.who, entry.what) for entry in store.audit.trail(patient_id=patient_id)]
        assert not store.tracking.all(Patient)
        assert not store.verify()
    assert {(NAME, "exported"), (NAME, "deleted")} <= set(trail)


def test_without_scripts_a_patient_is_added_and_seen_by_the_other(robin: Opens, kim: Opens, database: Path) -> None:
    page = robin("/patients", java_script_enabled=False)
    patient = add_patient(page)
    other = kim("/patients", java_script_enabled=False)
    other.get_by_role("link", name="Mary Example").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Mary Example")
    with open_store(f"sqlite:///{database}") as store:
        assert [one.record.id for one in store.tracking.all(Patient)] == [patient.rsplit("/", 1)[1]]
        assert [one.record.discipline for one in store.tracking.all(Episode)] == ["OT"]
