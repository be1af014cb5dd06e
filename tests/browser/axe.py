"""What a page breaks of WCAG 2.0 to 2.2, A and AA, and of axe's best practices: narrow and wide, light and dark."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.browser.serving import AXE

WIDE, NARROW = 1280, 360
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_MEASURING = ["target-size", "scrollable-region-focusable", "skip-link", "bypass", "th-has-data-cells"]
"""Of the rules, those that ask where an element stands and how large it is, not only whether it is shown."""
_BUILT = """() => {
    const worded = ["alt", "placeholder", "value", "href", "action"], parts = [], words = new Map();
    const which = text => words.get(text) ?? words.set(text, words.size).get(text);  // the same words stay the same
    const attribute = ({name, value}) => {
        if (name === "lang" && ["en", "es"].includes(value) || name.startsWith("data-")) return name;
        if (name === "aria-label" || name === "title") return `${name} ${value.trim() && which(value)}`;
        return worded.includes(name) && value.trim() && value[0] !== "#" ? name : `${name}=${value}`;
    };
    const build = node => {
        if (node.nodeType === Node.TEXT_NODE && node.data.trim() && parts.at(-1) !== "words") parts.push("words");
        if (node.nodeType !== Node.ELEMENT_NODE || node.localName === "script") return;
        const marks = node.localName === "span" && ["en", "es"].includes(node.lang) && node.attributes.length === 1;
        if (!marks) parts.push(`<${node.localName}`, ...[...node.attributes].map(attribute), ">");
        node.childNodes.forEach(build);
        if (!marks) parts.push("</>");
    };
    build(document.documentElement);
    return parts.join(" ");
}"""
"""What the page is built of, whatever its words are and whichever of them are marked as of another language."""
_RULES = """async ([tags, measuring, coloured]) => {
    const kinds = "display visibility contentVisibility opacity position overflow clip clipPath".split(" ");
    const look = element => {
        const {width, height} = element.getBoundingClientRect(), style = getComputedStyle(element);
        const texts = ["::before", "::after"].map(part => getComputedStyle(element, part).content);
        return [...kinds.map(kind => style[kind]), ...texts, width < 2, height < 2].join();
    };
    const shown = [document.documentElement.outerHTML, ...[...document.querySelectorAll("*")].map(look)].join();
    const again = measuring && window.shownBefore === shown;
    window.shownBefore = shown;
    const rules = {"color-contrast": {enabled: false}, "link-in-text-block": {enabled: !coloured}};
    const answer = await axe.run({
        ...again ? {runOnly: measuring} : {runOnly: {type: "tag", values: tags}, rules},
        resultTypes: ["violations"], preload: false, iframes: false,
    });
    const told = rule => rule.nodes.map(node => `${rule.id}: ${node.target}: ${node.failureSummary}`);
    return answer.violations.flatMap(told);
}"""
"""At another width, where the same elements are shown, only the rules that measure are asked again."""
_COLOURS = """async passed => {
    const known = new Set(passed), grounds = new Map(), paints = new Map();
    const own = "color fontSize fontWeight textShadow".split(" ");
    const beside = "display color background border fontFamily fontSize fontStyle fontWeight textDecoration".split(" ");
    const styles = element => element ? [getComputedStyle(element), ...styles(element.parentElement)] : [];
    const among = link => styles(link).flatMap(style => beside.map(kind => style[kind]));
    const speaks = node => node.nodeType === Node.TEXT_NODE && node.data.trim();
    for (const element of document.querySelectorAll("*")) {
        const style = getComputedStyle(element);
        const {position, opacity, filter, mixBlendMode, backgroundColor, backgroundImage, clipPath} = style;
        const ground = [...(grounds.get(element.parentElement) ?? [])];
        const mixed = [opacity, filter, mixBlendMode].join();
        if (mixed !== "1,none,normal") ground.push(mixed);
        if (["absolute", "fixed"].includes(position)) ground.push("placed");
        if (clipPath === "inset(50%)") ground.push("clipped");
        const colour = [backgroundColor, backgroundImage].join();
        if (colour !== "rgba(0, 0, 0, 0),none") ground.push(colour);
        grounds.set(element, ground);
        const worded = element.matches("input, select, textarea, [href]") || [...element.childNodes].some(speaks);
        if (!worded || !element.checkVisibility({visibilityProperty: true})) continue;
        if (ground.includes("clipped") || element.getBoundingClientRect().right <= 0) continue;  // is not painted
        const lines = ["none", element.parentElement && getComputedStyle(element.parentElement).textDecorationLine];
        const unlined = lines.includes(style.textDecorationLine);
        const byColour = element.matches("[href]") && unlined && style.display === "inline";
        const paint = [...own.map(kind => style[kind]), ...ground, ...byColour ? among(element) : []].join();
        if (ground.includes("placed") || !known.has(paint)) paints.set(element, {paint, byColour});
    }
    if (!paints.size) return [[], []];
    const answer = await axe.run({include: [...paints.keys()]}, {
        runOnly: ["color-contrast", "link-in-text-block"], resultTypes: ["violations", "passes"], elementRef: true,
        preload: false, iframes: false,
    });
    const told = rule => rule.nodes.map(node => `${rule.id}: ${node.target}: ${node.failureSummary}`);
    const passes = answer.passes.flatMap(rule => rule.nodes.map(node => [rule.id, node.element]));
    const passing = id => passes.filter(([rule, element]) => rule === id && paints.has(element)).map(([, one]) => one);
    const apart = new Set(passing("link-in-text-block"));
    const sure = passing("color-contrast").filter(element => !paints.get(element).byColour || apart.has(element));
    return [answer.violations.flatMap(told), sure.map(element => paints.get(element).paint)];
}"""
_passed: set[str] = set()
"""How text is painted, on what, for which axe found the contrast enough: the same is not looked at again.

With a link that has no line of its own goes how all that it stands in looks; axe found it told apart from the words.

Text that is placed over others is looked at wherever it is, for what is under it need not be what it stands in. What is
clipped away, or off the page until it has the focus, is not painted: of its colours axe says nothing.
"""


_built: set[str] = set()
"""What the pages are built of that were looked at in English."""


def breaks(page: Page, language: str) -> list[str]:
    """A line for each rule that an element of the open page breaks; none where all is well.

    A page in another language of which only the words differ from one looked at in English breaks what that one breaks,
    but for its widths, which are asked. One that is built otherwise is looked at by all rules but those of colours.
    """
    path = urlsplit(page.url).path
    found = []
    if (said := page.evaluate("document.documentElement.lang")) != language:
        found.append(f"{path} is in {said}, not in {language}")
    english = language == "en"  # links among text are then looked at with the colours, light and dark
    built = page.evaluate(_BUILT)
    known = not english and built in _built
    if english:
        _built.add(built)
    if not known:
        page.add_script_tag(url=AXE)
    windows = sorted(({"width": width, "height": 900} for width in (WIDE, NARROW)), key=page.viewport_size.__ne__)
    for window, schemes in zip(windows, (("light", "dark"), ("dark", "light")), strict=True):
        width = window["width"]
        if page.viewport_size != window:
            page.set_viewport_size(window)  # type: ignore[arg-type]
        if (wide := page.evaluate("document.scrollingElement.scrollWidth")) > width:
            found.append(f"{path} is {wide} wide in a window of {width}")
        if english or (width == WIDE and not known):
            wrong = page.evaluate(_RULES, [_TAGS, _MEASURING if window is windows[1] else None, english])
            found += [f"{path} at {width}: {one}" for one in wrong]
        if english:
            found += [f"{path} at {width}, {one}" for scheme in schemes for one in _colours(page, scheme)]
    return found


def _colours(page: Page, scheme: str) -> list[str]:
    """What is painted so that it is hard to read, light or dark."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    wrong, right = page.evaluate(_COLOURS, list(_passed))
    _passed.update(right)
    return [f"{scheme}: {one}" for one in wrong]
