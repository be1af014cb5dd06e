"""Every page that a link leads to, by axe: WCAG 2.2 AA, in both languages, narrow and wide, light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.flows import check_a_visit

Opens = Callable[..., Page]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LANGUAGES = {"en": "en-US", "es": "es-US"}
WIDTHS = (360, 1280)
LIKE_ANOTHER = re.compile(r"[^/]*\d[^/]*|(?<=/rules/)[^/]+")
"""Parts of a path that only say which one: of the pages that differ in them alone, one is looked at."""
variants = pytest.mark.parametrize(("language", "width"), [(said, wide) for said in LANGUAGES for wide in WIDTHS])


@variants
def test_every_page_a_link_leads_to_is_accessible(robin: Opens, language: str, width: int) -> None:
    page = robin("/check", locale=LANGUAGES[language], viewport={"width": width, "height": 900})
    seen = [_hold_to_the_rules(page, language, width) for _ in _pages(page)]
    assert {"/check", "/rules", "/people"} <= set(seen)


@variants
def test_so_are_a_verdict_and_a_form_with_mistakes(robin: Opens, language: str, width: int) -> None:
    page = robin("/check", locale=LANGUAGES[language], viewport={"width": width, "height": 900})
    check_a_visit(page)
    for summary in page.locator("summary").all():
        summary.click()
    _hold_to_the_rules(page, language, width)
    check_a_visit(page, {"lines.1.code": "97X35", "coverage.payer": ""})
    _hold_to_the_rules(page, language, width)


@variants
def test_so_are_the_pages_of_who_is_not_signed_in(open_as: Callable[..., Page], language: str, width: int) -> None:
    page = open_as(None, "/sign-in", locale=LANGUAGES[language], viewport={"width": width, "height": 900})
    _hold_to_the_rules(page, language, width)


def _pages(page: Page) -> Iterator[None]:
    """Open each page that links lead to from here, one of each kind."""
    waiting, kinds = [page.url], set[str]()
    while waiting:
        if (kind := LIKE_ANOTHER.sub("*", waiting[0].split("?")[0].split("#")[0])) not in kinds:
            kinds.add(kind)
            answer = page.goto(waiting[0])
            assert answer is not None
            assert answer.ok, waiting[0]
            yield
            links = "links => links.map(link => link.href).filter(to => to.startsWith(location.origin))"
            waiting += page.locator("a[href]:not([download])").evaluate_all(links)
        waiting.pop(0)


def _hold_to_the_rules(page: Page, language: str, width: int) -> str:
    """The path of the page, once it is found to keep to the rules."""
    path = page.evaluate("location.pathname")
    assert page.locator("html").get_attribute("lang") == language, path
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width, f"{path} is wider than {width}"
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        answer = Axe().run(page, options=RULES | {"resultTypes": ["violations"]})
        found += [
            f"{path} {scheme}: {rule['id']}: {node['target']} {node['failureSummary']}"
            for rule in answer.response["violations"]
            for node in rule["nodes"]
        ]
    assert not found, "\n".join(found)
    return str(path)
