"""People: the first run, signing in and out, roles, locks, the audit log, and the language."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from engine.store import open_store
from engine.store.people import People
from tests.browser.flows import fill, save
from tests.browser.serving import serving
from tests.web.conftest import LIBRARY, NAME, PASSWORD, Clock
from web.guard import SESSION, token_hash
from web.settings import Settings

Opens = Callable[..., Page]
ANOTHER = "six other quite invented words"


@pytest.mark.parametrize(
    ("scripts", "locale", "words"),
    [
        (True, "en-US", ("Check a visit", "Sign in")),
        (False, "en-US", ("Check a visit", "Sign in")),
        (True, "es-US", ("Consultar una visita", "Entrar")),
    ],
)
def test_the_first_run_makes_the_administrator(
    chromium: Browser, tmp_path: Path, clock: Clock, scripts: bool, locale: str, words: tuple[str, str]
) -> None:
    database = tmp_path / "new.db"
    with serving(Settings(f"sqlite:///{database}", LIBRARY, clock=clock)) as address:
        first, second = (
            chromium.new_context(base_url=address, java_script_enabled=scripts, locale=locale) for _ in range(2)
        )
        page, other = first.new_page(), second.new_page()
        page.goto("/")
        fill(page, {"name": NAME, "password": PASSWORD, "again": PASSWORD})
        save(page)
        expect(page.get_by_role("heading", level=1)).to_have_text(words[0])
        expect(page.locator("html")).to_have_attribute("lang", locale[:2])
        other.goto("/first-run")
        expect(other.get_by_role("heading", level=1)).to_have_text(words[1])
        first.close()
        second.close()
    people = People.open(f"sqlite:///{database}")
    assert [(one.name, one.role) for one in people.all()] == [(NAME, "administrator")]
    people.close()


def test_who_is_let_in_chooses_a_password_of_their_own(
    robin: Opens, open_as: Callable[..., Page], database: Path
) -> None:
    page = robin("/people")
    fill(page, {"name": "Lee Made-Up", "role": "clinician", "password": PASSWORD, "again": PASSWORD})
    save(page)
    expect(page.get_by_role("link", name="Lee Made-Up")).to_be_visible()

    other = open_as(None, "/sign-in")
    fill(other, {"name": "Lee Made-Up", "password": PASSWORD})
    save(other)
    expect(other.get_by_role("heading", level=1)).to_have_text("Your account")
    fill(other, {"old": PASSWORD, "password": ANOTHER, "again": ANOTHER})
    save(other)
    other.goto("/check")
    expect(other.get_by_role("heading", level=1)).to_have_text("Check a visit")
    expect(other.get_by_role("navigation", name="Rooms").get_by_role("link", name="People")).to_have_count(0)
    people = People.open(f"sqlite:///{database}")
    lee = people.named("Lee Made-Up")
    people.close()
    assert lee is not None
    assert (lee.role, lee.must_change) == ("clinician", False)


def test_who_is_locked_is_out_at_once_and_the_log_says_who_did_it(robin: Opens, kim: Opens, database: Path) -> None:
    other = kim("/check")
    page = robin("/people")
    page.get_by_role("link", name="Kim Invented").click()
    page.get_by_role("button", name="Lock").click()
    expect(page.get_by_role("button", name="Unlock")).to_be_visible()
    other.reload()
    expect(other.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto("/audit")
    expect(page.locator("tbody")).to_contain_text("Kim Invented")
    with open_store(f"sqlite:///{database}") as store:
        newest = store.audit.trail(limit=1)[0]
    assert (newest.who, newest.what) == (NAME, "locked")


def test_each_reads_in_a_language_of_their_own(robin: Opens, kim: Opens) -> None:
    page = robin("/check")
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.goto("/patients")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pacientes")
    other = kim("/patients")
    expect(other.locator("html")).to_have_attribute("lang", "en")
    expect(other.get_by_role("heading", level=1)).to_have_text("Patients")


def test_before_typed_text_is_lost_to_another_language_one_is_asked(robin: Opens) -> None:
    page = robin("/account")
    fill(page, {"password": "a new plain password"})
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", stay)
    page.get_by_role("button", name="Español").click()
    assert "not saved" in asked[0]
    expect(page.locator("[name='password']")).to_have_value("a new plain password")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("[name='password']")).to_have_value("")


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("form", ["/patients/new", "/people"])
def test_what_is_typed_of_a_person_is_kept_in_another_language(robin: Opens, form: str, scripts: bool) -> None:
    page = robin(form, java_script_enabled=scripts)
    fill(page, {"name": "Mary Example"})
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("[name='name']")).to_have_value("Mary Example")


def test_who_signs_out_is_out_though_somebody_kept_the_session(kim: Opens, robin: Opens, database: Path) -> None:
    page, same, other = kim("/check"), kim("/check"), robin("/patients")
    [session] = [one["value"] for one in page.context.cookies() if one.get("name") == SESSION]
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto("/patients")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    same.goto("/patients")
    expect(same.get_by_role("heading", level=1)).to_have_text("Sign in")
    other.reload()
    expect(other.get_by_role("heading", level=1)).to_have_text("Patients")
    people = People.open(f"sqlite:///{database}")
    assert people.whose(token_hash(session), Clock().at) is None
    people.close()
