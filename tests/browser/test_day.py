"""Tomorrow: a schedule is brought in, looked over and recorded, its exceptions first."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.store import open_store
from tests.browser.flows import bring_in, fill, save
from tests.web.conftest import Clock

Opens = Callable[..., Page]
DAY = "/day/2026-12-01"
ORDER = ["not_covered", "call_payer", "authorize_first", "book_and_request", "book"]
STRANGE = "Feld 1;Feld 2;Feld 3;Feld 4\n2026-12-01 09:00;Sample, Aster;self-pay;OT session\n"
STRANGE_COLUMNS = {
    "date_of_service": "Feld 1", "patient.name": "Feld 2", "coverage.payer": "Feld 3", "lines.1.code": "Feld 4",
}  # fmt: skip


@pytest.mark.parametrize("scripts", [True, False])
def test_a_schedule_is_brought_in_and_the_other_sees_it_exceptions_first(
    robin: Opens, kim: Opens, database: Path, scripts: bool
) -> None:
    page = robin("/day", java_script_enabled=scripts)
    bring_in(page, Path("examples/day.csv").read_bytes())
    expect(page.get_by_role("heading", level=1)).to_have_text("Look the schedule over")
    other = kim(DAY, java_script_enabled=scripts)
    expect(other.locator(".schedule")).to_have_count(0)
    page.get_by_role("button", name="Check and record").click()
    expect(page.get_by_role("status")).to_contain_text("Visits checked and recorded: 5")

    other.reload()
    badges = other.locator(".schedule tbody td .badge")
    expect(badges).to_have_count(5)
    words = [str(badge.get_attribute("class")).split()[-1] for badge in badges.all()]
    assert words == sorted(words, key=ORDER.index)
    with open_store(f"sqlite:///{database}") as store:
        assert len(store.tracking.patients_on(date(2026, 12, 1))) == 5
        assert sum(entry.kind == "check" for entry in store.entries()) == 5


def test_columns_that_nobody_knows_are_said_once_for_all(robin: Opens, kim: Opens, database: Path) -> None:
    page = robin("/day")
    bring_in(page, STRANGE.encode())
    expect(page.get_by_role("heading", level=1)).to_have_text("What the columns hold")
    for fact, header in STRANGE_COLUMNS.items():
        page.locator(f"[name='field.{fact}']").select_option(header)
    save(page, "Read it so")
    page.get_by_role("link", name="Say what the columns hold").click()
    fill(page, {"value.3.0": "97535 30"})
    save(page, "Read it so")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look the schedule over")
    save(page)

    other = kim("/day")
    following = STRANGE.replace("2026-12-01 09:00;Sample, Aster", "2026-12-02 10:00;Test, Bryony")
    bring_in(other, following.encode())
    expect(other.get_by_role("heading", level=1)).to_have_text("Look the schedule over")
    save(other)
    page.goto("/day/2026-12-02")
    expect(page.locator(".schedule")).to_contain_text("Test, Bryony")
    with open_store(f"sqlite:///{database}") as store:
        remembered = store.uploads.columns(STRANGE.partition("\n")[0].split(";"))
        assert [len(store.tracking.patients_on(date(2026, 12, day))) for day in (1, 2)] == [1, 1]
    assert remembered is not None
    assert (
        STRANGE_COLUMNS.items() <= {fact: header for header, fact in json.loads(remembered)["columns"].items()}.items()
    )
    assert b"Aster" not in remembered


def test_a_file_that_is_dropped_leaves_nothing(robin: Opens, kim: Opens, database: Path, clock: Clock) -> None:
    page = robin("/day")
    bring_in(page, STRANGE.encode())
    upload = page.url.removesuffix("/columns").rsplit("/", 1)[1]
    page.get_by_role("button", name="Drop the file").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("What the columns hold")
    expect(kim(DAY).locator(".schedule")).to_have_count(0)
    with open_store(f"sqlite:///{database}") as store:
        assert store.uploads.find(upload, user_id=1, at=clock()) is None
        assert not store.tracking.patients_on(date(2026, 12, 1))
