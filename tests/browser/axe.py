"""What a page breaks of WCAG 2.0 to 2.2, A and AA, and of axe's best practices: narrow and wide, light and dark."""

from __future__ import annotations

from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WIDTHS = (360, 1280)
SCHEMES = ("light", "dark")
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """async rules => {
    const answer = await axe.run({runOnly: rules, resultTypes: ["violations"]});
    const said = rule => rule.nodes.map(node => `${rule.id}: ${node.target}: ${node.failureSummary}`);
    return answer.violations.flatMap(said);
}"""


def breaks(page: Page, language: str) -> list[str]:
    """A line for each rule that an element of the open page breaks; none where all is well."""
    path = urlsplit(page.url).path
    found = []
    if (said := page.locator("html").get_attribute("lang")) != language:
        found.append(f"{path} is in {said}, not in {language}")
    page.evaluate(AXE_SCRIPT)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if (wide := page.evaluate("document.scrollingElement.scrollWidth")) > width:
            found.append(f"{path} is {wide} wide in a window of {width}")
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found += [f"{path} at {width}, {scheme}: {wrong}" for wrong in page.evaluate(_RUN, _RULES)]
    return found
