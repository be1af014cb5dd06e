"""What a page breaks of WCAG 2.0 to 2.2, A and AA, and of axe's best practices: narrow and wide, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WIDE, NARROW = 1280, 360
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_COLOURS = ["color-contrast", "link-in-text-block"]
_ALL: dict[str, object] = {"runOnly": {"type": "tag", "values": _TAGS}}
_IN_COLOUR: dict[str, object] = {"runOnly": {"type": "rule", "values": _COLOURS}}
_IN_WORDS = _ALL | {"rules": {rule: {"enabled": False} for rule in _COLOURS}}
_RUN = """async options => {
    const answer = await axe.run({...options, resultTypes: ["violations"], preload: false, iframes: false});
    const said = rule => rule.nodes.map(node => `${rule.id}: ${node.target}: ${node.failureSummary}`);
    return answer.violations.flatMap(said);
}"""
_PAINTED = """() => [...document.querySelectorAll("*")].map(element => {
    const style = getComputedStyle(element);
    const kinds = "color backgroundColor backgroundImage opacity textDecoration fontSize fontWeight".split(" ");
    return element.checkVisibility({visibilityProperty: true}) ? kinds.map(kind => style[kind]).join() : "";
})"""


def breaks(page: Page, language: str) -> list[str]:
    """A line for each rule that an element of the open page breaks; none where all is well.

    Dark differs from light in its colours alone, whatever the width, another language from English in its words alone:
    only what these can break is looked at again. So it is at another width where that paints nothing otherwise.
    """
    path = urlsplit(page.url).path
    found = []
    if (said := page.locator("html").get_attribute("lang")) != language:
        found.append(f"{path} is in {said}, not in {language}")
    page.evaluate(AXE_SCRIPT)
    painted: dict[int, list[str]] = {}
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        if (wide := page.evaluate("document.scrollingElement.scrollWidth")) > width:
            found.append(f"{path} is {wide} wide in a window of {width}")
        page.emulate_media(color_scheme="light")
        painted[width] = page.evaluate(_PAINTED)
        for scheme, rules in _looks(language, width, _as_painted(painted[width], painted[WIDE])):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found += [f"{path} at {width}, {scheme}: {wrong}" for wrong in page.evaluate(_RUN, rules)]
    return found


def _as_painted(narrow: list[str], wide: list[str]) -> bool:
    """Whether each element that is shown narrow is shown wide in the same colours and type."""
    return len(narrow) == len(wide) and all(look in ("", other) for look, other in zip(narrow, wide, strict=True))


def _looks(language: str, width: int, as_wide: bool) -> Iterator[tuple[str, dict[str, object]]]:
    """The colour schemes to look in at that width, and by which rules."""
    if language != "en":
        if width == WIDE:
            yield "light", _IN_WORDS
    elif width == NARROW and as_wide:
        yield "light", _IN_WORDS
    else:
        yield "light", _ALL
        if width == WIDE:
            yield "dark", _IN_COLOUR
