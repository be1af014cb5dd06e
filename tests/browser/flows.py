"""What people do on the screen, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from playwright.sync_api import Page

OLD = "The patient pays, so there is no payer whose rules could refuse the visit."
NEW = "Whoever pays alone has no payer whose rules could refuse the visit."
"""What a rule of self-pay says, and in other words."""
VISIT = {
    "coverage.payer": "Original Medicare Part B", "coverage.state": "OH", "provider.discipline": "OT",
    "lines.1.code": "97530", "lines.1.minutes": "30", "diagnoses": "I69.351", "plan_of_care.visits": "8",
    "plan_of_care.weeks": "4", "date_of_service": "2026-12-01", "site.place_of_service": "11",
    "site.modality": "in_person", "provider.credential": "OT",
}  # fmt: skip
"""A visit, by the fields of the check page."""


def fill(page: Page, fields: Mapping[str, str]) -> None:
    """Fill in fields by their names; without scripts too."""
    page.wait_for_load_state("domcontentloaded")
    chosen = page.evaluate("[...document.querySelectorAll('select')].map(field => field.name)")
    for name, value in fields.items():
        field = page.locator(f"[name='{name}']")
        if name in chosen:
            field.select_option(value)
        else:
            field.fill(value)


def save(page: Page, button: str | None = None) -> None:
    """Press the form's main button, or the one named, and wait for the page that follows."""
    main = page.locator("main")
    pressed = main.get_by_role("button", name=button, exact=True) if button else main.locator("button.main")
    with page.expect_navigation():
        pressed.click()


def check_a_visit(page: Page, changed: Mapping[str, str] | None = None) -> None:
    fill(page, VISIT | dict(changed or {}))
    with page.expect_navigation():
        page.locator("form#check button.main").click()


def bring_in(page: Page, schedule: bytes) -> None:
    file = {"name": "day.csv", "mimeType": "text/csv", "buffer": schedule}
    page.locator("[name='file']").set_input_files(file)  # type: ignore[arg-type]
    save(page)


def add_patient(page: Page) -> str:
    """The address of a new patient with an episode, whose page is then open."""
    page.goto("/patients/new")
    fill(page, {"name": "Mary Example", "birth_date": "1950-02-03"})
    save(page)
    address = urlsplit(page.url).path
    with page.expect_navigation():
        page.get_by_role("link", name="New episode").click()
    payer = {"payer": "UnitedHealthcare Medicare Advantage", "discipline": "OT"}
    fill(page, payer | {"evaluation_on": "2026-11-02", "visits_per_week": "1"})
    save(page)
    return address


def add_authorization(page: Page, changed: Mapping[str, str] | None = None) -> str:
    """The address of a request for the patient whose page is open; its own page is then."""
    with page.expect_navigation():
        page.get_by_role("link", name="New authorization").click()
    fill(page, {"codes": "97530 97535", "requested.visits": "12"} | dict(changed or {}))
    save(page)
    return urlsplit(page.url).path


def begin_a_draft(page: Page) -> str:
    """The text of a draft that is begun on the maintainers' desk, which is open; the draft's own page is then."""
    page.goto("/workbench")
    page.locator("[name='ruleset']").select_option("self-pay")
    save(page)
    return page.locator("#content").input_value()


def reworded(text: str) -> str:
    """The draft of a next version, in which a rule says the same in other words."""
    entry = '  - version: "2026.12.1"\n    date: 2026-11-24\n    change: The reason is told in other words.\n'
    text = text.replace(OLD, NEW).replace('version: "2026.11.1"', 'version: "2026.12.1"', 1)
    return text.replace("changelog:\n", f"changelog:\n{entry}", 1)
