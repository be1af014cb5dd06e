"""Every page by axe, with records on it, in both languages: a route of which no page is looked at fails the test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from engine import PlannedTreatment
from engine.store import open_store
from engine.tracking.packets import Packet
from engine.tracking.records import Amount, AuthorizationRecord, Episode, Patient, VisitEvent
from tests.browser.axe import breaks
from tests.browser.flows import begin_a_draft, bring_in, check_a_visit, fill, reworded, save
from tests.browser.serving import serving
from tests.browser.test_day import STRANGE
from tests.web.conftest import LIBRARY, NAME, Clock
from tests.web.packet_room import CASE, COMPLETE
from tests.web.test_roles import ROUTES
from web.settings import Settings

Opens = Callable[..., Page]
LOCALES = {"en": "en-US", "es": "es-US"}
EPISODE = "/patients/mary/episodes/course"
PAGES: dict[str, tuple[str, ...]] = {
    "/check": ("/check",),
    "/account": ("/account",),
    "/day": ("/day",),
    "/day/{on}": ("/day/2026-12-01",),
    "/patients": ("/patients",),
    "/patients/new": ("/patients/new",),
    "/patients/{patient_id}": ("/patients/mary",),
    "/patients/{patient_id}/edit": ("/patients/mary/edit",),
    "/patients/{patient_id}/data": ("/patients/mary/data",),
    "/patients/{patient_id}/episodes/new": ("/patients/mary/episodes/new",),
    "/patients/{patient_id}/episodes/{episode_id}/edit": (f"{EPISODE}/edit",),
    "/patients/{patient_id}/episodes/{episode_id}/discharge": (f"{EPISODE}/discharge",),
    "/patients/{patient_id}/episodes/{episode_id}/authorizations/new": (f"{EPISODE}/authorizations/new",),
    "/patients/{patient_id}/authorizations/{authorization_id}": ("/patients/mary/authorizations/request",),
    "/patients/{patient_id}/authorizations/{authorization_id}/edit": ("/patients/mary/authorizations/request/edit",),
    "/patients/{patient_id}/visits/new": ("/patients/mary/visits/new",),
    "/patients/{patient_id}/visits/{visit_id}/correct": ("/patients/mary/visits/kept/correct",),
    "/visits/import": ("/visits/import",),
    "/deadlines": ("/deadlines",),
    "/packets": ("/packets",),
    "/packets/{packet_id}": ("/packets/gaps", "/packets/complete"),
    "/packets/{packet_id}/field-sheet": ("/packets/complete/field-sheet",),
    "/rules": ("/rules",),
    "/rules/{payer}": ("/rules/bcbs-massachusetts-commercial",),
    "/rules/{payer}/on/{day}": ("/rules/self-pay/on/2026-12-01",),
    "/rules/{payer}/proof": ("/rules/uhc-medicare-advantage/proof",),
    "/rules/stale": ("/rules/stale",),
    "/rules/review/{rule:path}": ("/rules/review/self-pay/no-authorization",),
    "/payers/new": ("/payers/new",),
    "/people": ("/people",),
    "/people/{person_id}": ("/people/2",),
    "/audit": ("/audit",),
}
"""Of each route that shows a page, the pages that are looked at once there are records."""
ELSEWHERE = {
    "/",  # leads to /check
    "/calendar/{token}.ics",  # no page
    "/sign-in",
    "/first-run",
    "/check/{check_id}/contradictions",
    "/workbench",
    "/workbench/{ruleset}",
    "/workbench/{ruleset}/found/{kind}",
    "/workbench/{ruleset}/discard",
    "/workbench/{ruleset}/tables/{name}",  # a file
    "/day/import/{upload_id}",
    "/day/import/{upload_id}/columns",
}
"""Looked at by a test of their own, or for the reason beside them not at all."""
in_both_languages = pytest.mark.parametrize("language", LOCALES)


def test_no_page_is_left_out() -> None:
    assert {path for method, path in ROUTES if method == "GET"} == PAGES.keys() | ELSEWHERE


def test_every_page_with_records_is_accessible(robin: Opens, database: Path) -> None:
    _records(database)
    page = robin("/day")
    _a_day(page)
    _finished(page)
    found = []
    for language, locale in LOCALES.items():
        page.set_extra_http_headers({"Accept-Language": locale})
        for path in (path for paths in PAGES.values() for path in paths):
            answer = page.goto(path)
            assert answer is not None
            assert (answer.status, urlsplit(page.url).path) == (200, path)
            found += breaks(page, language)
    assert not found, "\n".join(found)


@in_both_languages
def test_so_are_a_verdict_a_form_with_mistakes_and_a_schedule_to_look_over(robin: Opens, language: str) -> None:
    page = robin("/check", locale=LOCALES[language])
    check_a_visit(page)
    for summary in page.locator("summary").all():
        summary.click()
    found = breaks(page, language)
    said = {"otherwise.said": "Another answer", "otherwise.said_by": "Provider portal"}
    for wrong in (" ", "Provider portal"):
        page.locator("[name='otherwise.rule']").select_option(index=1)
        fill(page, said | {"otherwise.said_by": wrong})
        with page.expect_navigation():
            page.locator("[formaction='/check/contradict'], #otherwise button").click()
        found += breaks(page, language)
    assert page.url.endswith("/contradictions")
    page.goto("/check")
    check_a_visit(page, {"lines.1.code": "97X35", "coverage.payer": ""})
    found += breaks(page, language)
    page.goto("/day")
    bring_in(page, Path("examples/day.csv").read_bytes())
    found += breaks(page, language)
    page.goto("/day")
    bring_in(page, STRANGE.encode())
    if not page.url.endswith("/columns"):
        page.goto(f"{page.url}/columns")
    found += breaks(page, language)
    assert not found, "\n".join(found)


@in_both_languages
def test_so_are_what_is_refused_signing_in_and_the_first_run(
    chromium: Browser, open_as: Opens, kim: Opens, tmp_path: Path, language: str
) -> None:
    locale = LOCALES[language]
    page = kim("/people", locale=locale)
    assert page.locator("h1").count() == 1
    found = breaks(page, language)
    page.goto("/no-such-page")
    found += breaks(page, language)
    found += breaks(open_as(None, "/sign-in", locale=locale), language)
    with serving(Settings(f"sqlite:///{tmp_path / 'new.db'}", LIBRARY, clock=Clock())) as address:
        context = chromium.new_context(base_url=address, locale=locale, reduced_motion="reduce")
        first = context.new_page()
        first.goto("/")
        save(first)
        assert first.get_by_role("alert").count()
        found += breaks(first, language)
        context.close()
    assert not found, "\n".join(found)


def test_so_is_the_maintainers_desk_from_a_draft_to_its_release(robin: Opens) -> None:
    pages = {language: robin("/workbench", locale=locale) for language, locale in LOCALES.items()}
    page, found = pages["en"], []

    def look(path: str) -> None:
        for language, looked in pages.items():
            looked.goto(path)
            found.extend(breaks(looked, language))

    look("/workbench")
    text = begin_a_draft(page)
    page.locator("#content").fill(text.replace("extends: common", "extend: common"))
    save(page, "Save the draft")
    look("/workbench/self-pay")
    look("/workbench/self-pay/discard")
    page.goto("/workbench/self-pay")
    # What asks whether it is done gets no answer meanwhile: the page that waits is looked at.
    page.route("**/found/*", lambda route: route.continue_() if route.request.resource_type == "document" else None)
    save(page, "Its tests")
    assert page.get_by_role("link", name="Look again").count()
    found.extend(breaks(page, "en"))
    page.unroute_all(behavior="ignoreErrors")
    page.reload()
    expect(page.get_by_role("status")).to_contain_text("Refused")
    look("/workbench/self-pay/found/tests")
    look("/workbench/self-pay/found/lint")
    page.goto("/workbench/self-pay")
    page.locator("#content").fill(reworded(text))
    save(page, "Propose it")
    look("/workbench/self-pay")
    page.goto("/workbench/self-pay")
    save(page, "Release it")
    expect(page.get_by_role("status")).to_contain_text("it answers from now on")
    look("/workbench/self-pay/found/release")
    look("/workbench")
    assert not found, "\n".join(found)


def _records(database: Path) -> None:
    """A patient with all that has a page of its own."""
    case = PlannedTreatment.model_validate_json(CASE)
    at = Clock().at
    visits = (("kept", "booked", date(2026, 11, 23)), ("kept", "kept", date(2026, 11, 23)),
              ("next", "booked", date(2026, 12, 2)))  # fmt: skip
    with open_store(f"sqlite:///{database}") as store:
        store.tracking.add(
            Patient(id="mary", name="Mary Example", birth_date=date(1950, 2, 3)),
            Episode(id="course", patient_id="mary", payer="uhc-medicare-advantage", discipline="OT", visits_per_week=1),
            AuthorizationRecord(
                id="request", episode_id="course", number="A-1", state="approved", granted=Amount(visits=4),
                valid_from=date(2026, 11, 2), valid_to=date(2027, 1, 31), request_by=date(2026, 11, 20),
            ),
            Packet(id="gaps", kind="prior-authorization", case=case),
            Packet(id="complete", kind="prior-authorization", case=case),
            who=NAME, at=at,
        )  # fmt: skip
        for number, (visit, kind, day) in enumerate(visits):
            event = VisitEvent(
                id=f"event-{number}", visit_id=visit, patient_id="mary", episode_id="course", kind=kind, day=day,  # type: ignore[arg-type]
                at=at, who=NAME,
            )  # fmt: skip
            store.tracking.append(event)


def _a_day(page: Page) -> None:
    bring_in(page, Path("examples/day.csv").read_bytes())
    save(page)


def _finished(page: Page) -> None:
    """Make the packet that is to be complete final."""
    page.goto("/packets/complete")
    fill(page, COMPLETE)
    with page.expect_navigation():
        page.get_by_role("button", name="Save and make it final", exact=True).click()
