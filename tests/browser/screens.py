"""``python -m tests.browser.screens``: the screenshots of docs/screens, of a practice with plainly invented people."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import ARGUMENTS, installed
from tests.browser.flows import (
    add_authorization,
    add_patient,
    begin_a_draft,
    bring_in,
    check_a_visit,
    fill,
    reworded,
    save,
)
from tests.browser.serving import serving, staffed
from tests.web.conftest import LIBRARY, NAME, Clock
from web.guard import SESSION
from web.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "screens"
WIDE, NARROW, TALLEST = 1280, 360, 1400
COLOURS = 64
LETTER = {
    "provider.name": "Robin Example", "referral.physician.name": "Dr. Ash Invented",
    "necessity.functional_limitation": "Cannot reach the bedroom upstairs.",
    "necessity.current_level": "Climbs four stairs with help.",
}  # fmt: skip
CIGNA = {"coverage.payer": "Cigna commercial", "diagnoses": "Z47.1"}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with _practice() as (browser, address, sessions):
        wide = _opened(browser, address, sessions, WIDE)
        _furnish(wide)
        authorization = wide.url
        _take(wide, "authorization")
        _a_packet(wide)
        _take(wide, "packet")
        _a_draft(wide)
        _take(wide, "workbench-draft")
        save(wide, "What changes, in plain English")
        expect(wide.locator("ul.reported li").first).to_be_visible(timeout=120_000)
        _take(wide, "workbench-found")
        for room, path in {
            "day": "/day/2026-12-01", "patient": authorization.rsplit("/authorizations", 1)[0],
            "deadlines": "/deadlines?days=90", "packets": "/packets", "rules": "/rules", "workbench": "/workbench",
            "people": "/people", "audit": "/audit",
        }.items():  # fmt: skip
            wide.goto(path)
            _take(wide, room)
        for width, scheme, name in (
            (WIDE, "light", "check"),
            (NARROW, "light", "check-narrow"),
            (WIDE, "dark", "check-dark"),
        ):
            page = _opened(browser, address, sessions, width, scheme)
            check_a_visit(page, CIGNA)
            _take(page, name)
        for name, path in {"day-narrow": "/day/2026-12-01", "deadlines-dark": "/deadlines?days=90"}.items():
            dark = "dark" if name.endswith("dark") else "light"
            page = _opened(browser, address, sessions, WIDE if dark == "dark" else NARROW, dark)
            page.goto(path)
            _take(page, name)
        spanish = _opened(browser, address, sessions, WIDE, locale="es-US")
        check_a_visit(spanish, CIGNA)
        _take(spanish, "check-spanish")


@contextmanager
def _practice() -> Iterator[tuple[Browser, str, dict[str, str]]]:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        database = Path(folder) / "precertain.db"
        sessions = staffed(database)
        settings = Settings(f"sqlite:///{database}", LIBRARY, clock=Clock(), data=Path(folder) / "data", follows=True)
        with serving(settings) as address:
            browser = playwright.chromium.launch(executable_path=installed(), args=ARGUMENTS, timeout=120_000)
            yield browser, address, sessions
            browser.close()


def _opened(
    browser: Browser, address: str, sessions: dict[str, str], width: int, scheme: str = "light", locale: str = "en-US"
) -> Page:
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": 900}, color_scheme=scheme, locale=locale,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )  # fmt: skip
    context.set_default_timeout(120_000)
    context.add_cookies([{"name": SESSION, "value": sessions[NAME], "url": address}])
    page = context.new_page()
    page.goto("/check")
    return page


def _furnish(page: Page) -> None:
    """A day's schedule, and a patient with an authorization, whose page is open at the end."""
    page.goto("/day")
    bring_in(page, (ROOT / "examples" / "day.csv").read_bytes())
    save(page)
    patient = add_patient(page)
    authorization = add_authorization(page, {"request_by": "2026-11-30"})
    fill(page, {"state": "submitted", "on": "2026-11-03"})
    save(page, "Record")
    fill(page, {"state": "approved", "on": "2026-11-05", "number": "A-100", "granted.visits": "10"})
    fill(page, {"valid_from": "2026-11-02", "valid_to": "2027-01-31"})
    save(page, "Record")
    for day in ("2026-11-09", "2026-11-16", "2026-11-23", "2026-12-02", "2026-12-09"):
        page.goto(f"{patient}/visits/new")
        fill(page, {"day": day, "lines": "97530:1"})
        save(page)
    while (kept := page.get_by_role("button", name="Kept, the visit of")).count():
        with page.expect_navigation():
            kept.first.click()
    page.goto(authorization)


def _a_packet(page: Page) -> None:
    """A letter that is being written, open, with gaps."""
    page.goto("/packets")
    fill(page, {"lines.1.code": "97530", "date_of_service": "2026-12-01"})
    save(page, "Begin the packet")
    fill(page, LETTER)
    save(page, "Save")


def _a_draft(page: Page) -> None:
    """A draft in which a rule says the same in other words, open."""
    page.locator("#content").fill(reworded(begin_a_draft(page)))
    save(page, "Save the draft")


def _take(page: Page, name: str) -> None:
    """The page from its top, cut where it is very long, in few colours: small enough to be kept."""
    whole = not page.locator(".packet .doing").count()  # its buttons stand at the foot of the window
    shot = Image.open(BytesIO(page.screenshot(full_page=whole, animations="disabled")))
    cut = shot.convert("RGB").crop((0, 0, shot.width, min(shot.height, TALLEST)))
    cut.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)
    print(f"written: docs/screens/{name}.png, {(FOLDER / f'{name}.png').stat().st_size // 1024} kB", flush=True)


if __name__ == "__main__":
    main()
