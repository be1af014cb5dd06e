"""What a page breaks of WCAG 2.0 to 2.2, A and AA, and of axe's best practices: narrow and wide, light and dark."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.browser.serving import AXE

WIDE, NARROW = 1280, 360
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RULES = """async ([tags, coloured]) => {
    const rules = {"color-contrast": {enabled: false}, "link-in-text-block": {enabled: !coloured}};
    const answer = await axe.run({
        runOnly: {type: "tag", values: tags}, rules, resultTypes: ["violations"], preload: false, iframes: false,
    });
    const told = rule => rule.nodes.map(node => `${rule.id}: ${node.target}: ${node.failureSummary}`);
    return answer.violations.flatMap(told);
}"""
_COLOURS = """async passed => {
    const known = new Set(passed), grounds = new Map(), paints = new Map();
    const own = "color fontSize fontWeight textShadow".split(" ");
    const speaks = node => node.nodeType === Node.TEXT_NODE && node.data.trim();
    for (const element of document.querySelectorAll("*")) {
        const style = getComputedStyle(element);
        const {position, opacity, filter, mixBlendMode, backgroundColor, backgroundImage} = style;
        const ground = [...(grounds.get(element.parentElement) ?? [])];
        const mixed = [opacity, filter, mixBlendMode].join();
        if (mixed !== "1,none,normal") ground.push(mixed);
        if (["absolute", "fixed"].includes(position)) ground.push("placed");
        const colour = [backgroundColor, backgroundImage].join();
        if (colour !== "rgba(0, 0, 0, 0),none") ground.push(colour);
        grounds.set(element, ground);
        const worded = element.matches("input, select, textarea, [href]") || [...element.childNodes].some(speaks);
        if (!worded || !element.checkVisibility({visibilityProperty: true})) continue;
        const paint = [...own.map(kind => style[kind]), ...ground].join();
        const lines = ["none", element.parentElement && getComputedStyle(element.parentElement).textDecorationLine];
        const unlined = lines.includes(style.textDecorationLine);
        const byColour = element.matches("[href]") && unlined && style.display === "inline";
        if (byColour || ground.includes("placed") || !known.has(paint)) paints.set(element, paint);
    }
    if (!paints.size) return [[], []];
    const answer = await axe.run({include: [...paints.keys()]}, {
        runOnly: ["color-contrast", "link-in-text-block"], resultTypes: ["violations", "passes"], elementRef: true,
        preload: false, iframes: false,
    });
    const told = rule => rule.nodes.map(node => `${rule.id}: ${node.target}: ${node.failureSummary}`);
    const contrasts = answer.passes.filter(rule => rule.id === "color-contrast").flatMap(rule => rule.nodes);
    return [answer.violations.flatMap(told), contrasts.map(node => paints.get(node.element)).filter(paint => paint)];
}"""
_passed: set[str] = set()
"""How text is painted, on what, for which axe found the contrast enough: the same is not looked at again.

Text that is placed over others is looked at wherever it is, for what is under it need not be what it stands in.
"""


def breaks(page: Page, language: str) -> list[str]:
    """A line for each rule that an element of the open page breaks; none where all is well.

    Another language differs from English in its words alone: what these can break is looked at again.
    """
    path = urlsplit(page.url).path
    found = []
    if (said := page.locator("html").get_attribute("lang")) != language:
        found.append(f"{path} is in {said}, not in {language}")
    page.add_script_tag(url=AXE)
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        if (wide := page.evaluate("document.scrollingElement.scrollWidth")) > width:
            found.append(f"{path} is {wide} wide in a window of {width}")
        coloured = language == "en"  # links among text are then looked at with the colours, light and dark
        if coloured or width == WIDE:
            found += [f"{path} at {width}: {wrong}" for wrong in page.evaluate(_RULES, [_TAGS, coloured])]
        if coloured:
            found += [f"{path} at {width}, {wrong}" for wrong in _colours(page)]
    return found


def _colours(page: Page) -> list[str]:
    """What is painted so that it is hard to read, light or dark."""
    found = []
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        wrong, right = page.evaluate(_COLOURS, list(_passed))
        _passed.update(right)
        found += [f"{scheme}: {one}" for one in wrong]
    return found
