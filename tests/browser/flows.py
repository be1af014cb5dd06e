"""What people do on the screen, step by step."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import Page

VISIT = {
    "coverage.payer": "Original Medicare Part B", "coverage.state": "OH", "provider.discipline": "OT",
    "lines.1.code": "97530", "lines.1.minutes": "30", "diagnoses": "I69.351", "plan_of_care.visits": "8",
    "plan_of_care.weeks": "4", "date_of_service": "2026-12-01", "site.place_of_service": "11",
    "site.modality": "in_person", "provider.credential": "OT",
}  # fmt: skip
"""A visit, by the fields of the check page."""


def fill(page: Page, fields: Mapping[str, str]) -> None:
    """Fill in fields by their names."""
    for name, value in fields.items():
        field = page.locator(f"[name='{name}']")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def check_a_visit(page: Page, changed: Mapping[str, str] | None = None) -> None:
    fill(page, VISIT | dict(changed or {}))
    page.locator("form#check button.main").click()
    page.wait_for_load_state()
