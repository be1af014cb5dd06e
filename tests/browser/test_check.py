"""Check: eight fields by keyboard, the live verdict, what is unknown answered during the call."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

Opens = Callable[..., Page]


def test_home_is_the_check(robin: Opens) -> None:
    page = robin("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check a visit")
