"""Tomorrow: a schedule is brought in, looked over and recorded, its exceptions first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.store import open_store
from tests.browser.flows import bring_in

Opens = Callable[..., Page]
DAY = "/day/2026-12-01"
ORDER = ["not_covered", "call_payer", "authorize_first", "book_and_request", "book"]
STRANGE = (
    "When;Whom;Born;Who pays;Kind;By;Where;Why;What\n"
    "01.12.2026 09:00;Sample, Aster;11.02.1964;self-pay;OT;OT;11;I69.351;97535 30\n"
)


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


def test_columns_that_nobody_knows_are_said_once(robin: Opens, kim: Opens, database: Path) -> None:
    page = robin("/day")
    bring_in(page, STRANGE.encode())
    if page.get_by_role("heading", level=1).inner_text() != "What the columns hold":
        page.get_by_role("link", name="Say what the columns hold").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What the columns hold")
    assert not _patients(database)
    page.get_by_role("button", name="Drop the file").click()
    other = kim(DAY)
    expect(other.locator(".schedule")).to_have_count(0)
    assert not _patients(database)


def _patients(database: Path) -> tuple[str, ...]:
    with open_store(f"sqlite:///{database}") as store:
        return store.tracking.patients_on(date(2026, 12, 1))
