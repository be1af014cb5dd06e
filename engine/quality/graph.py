"""Who extends whom, and which rule overrides which: a picture of one payer's rules, as SVG."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from engine.language.conditions import Fired, leaves
from engine.language.graph import dependencies
from engine.language.rules import Rule, Ruleset

_WIDE, _LETTERS, _ID_LETTERS = 270, 36, 42
_GAP_ACROSS, _GAP_DOWN, _MARGIN, _LINE = 90, 14, 20, 16
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1b1f24}.id{font-size:11px;fill:#4b5563}"
    "rect{fill:#fff;stroke:#6b7280}.base rect{fill:#f3f4f6}path{fill:none;stroke:#6b7280;stroke-width:1.3}"
    ".reads{stroke-dasharray:5 4}"
)


@dataclass(frozen=True, slots=True)
class _Box:
    rule: Rule
    lines: tuple[str, ...]
    left: int
    top: int

    @property
    def height(self) -> int:
        return _LINE * (len(self.lines) + 1) + 12

    @property
    def middle(self) -> int:
        return self.top + self.height // 2


def graph(ruleset: Ruleset) -> bytes:
    """The rules that override, read or are overridden, from what decides first on the left; arrows to what gives way.

    A title and a description tell the same in words.
    """
    rules = tuple(_connected(ruleset))
    boxes = _placed(rules, dependencies(ruleset.rules))
    width = max((box.left + _WIDE for box in boxes.values()), default=_WIDE) + _MARGIN
    height = max((box.top + box.height for box in boxes.values()), default=60) + _MARGIN
    svg = Xml.Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width} {height}", role="img")
    svg.set("aria-labelledby", "title told")
    Xml.SubElement(svg, "title", id="title").text = f"{ruleset.title}: which rule gives way to which"
    Xml.SubElement(svg, "desc", id="told").text = " ".join(told(ruleset))
    Xml.SubElement(svg, "style").text = _STYLE
    marker = Xml.SubElement(Xml.SubElement(svg, "defs"), "marker", id="arrow", viewBox="0 0 8 8", refX="8", refY="4")
    marker.attrib |= {"markerWidth": "8", "markerHeight": "8", "orient": "auto"}
    Xml.SubElement(marker, "path", d="M0 0 8 4 0 8z", style="fill:#6b7280;stroke:none")
    Xml.SubElement(svg, "text", x=str(_MARGIN), y="24").text = _heading(ruleset)
    for box in boxes.values():
        for target in box.rule.overrides:
            _arrow(svg, box, boxes[target], "overrides")
        for leaf in leaves(box.rule.condition):
            if isinstance(leaf, Fired):
                _arrow(svg, boxes[leaf.rule], box, "reads")
    for box in boxes.values():
        _draw(svg, box, ruleset)
    written: bytes = Xml.tostring(svg, encoding="utf-8", xml_declaration=True)
    return written


def told(ruleset: Ruleset) -> Iterator[str]:
    """The picture in sentences."""
    yield f"{_heading(ruleset)}."
    for rule in ruleset.rules:
        if rule.overrides:
            yield f"{rule.id} overrides {', '.join(rule.overrides)}."
        read = [leaf.rule for leaf in leaves(rule.condition) if isinstance(leaf, Fired)]
        if read:
            yield f"{rule.id} rests on whether {', '.join(read)} applies."


def _heading(ruleset: Ruleset) -> str:
    chain = [used.id for used in ruleset.used]
    return " extends ".join(chain)


def _connected(ruleset: Ruleset) -> Iterator[Rule]:
    """The rules with an arrow."""
    needs = dependencies(ruleset.rules)
    needed = {name for names in needs.values() for name in names}
    return (rule for rule in ruleset.rules if needs[rule.id] or rule.id in needed)


def _placed(rules: tuple[Rule, ...], needs: Mapping[str, tuple[str, ...]]) -> Mapping[str, _Box]:
    """Each rule in the column after those that are decided before it."""
    levels: dict[str, int] = {}

    def level(name: str) -> int:
        if name not in levels:
            levels[name] = 1 + max((level(need) for need in needs[name]), default=-1)
        return levels[name]

    boxes: dict[str, _Box] = {}
    start = _MARGIN + 24
    for band in _bands(rules):
        tops: dict[int, int] = {}
        for rule in band:
            column = level(rule.id)
            top = tops.get(column, start)
            lines = tuple(textwrap.wrap(rule.title, _LETTERS))
            box = _Box(rule, lines, _MARGIN + column * (_WIDE + _GAP_ACROSS), top)
            boxes[rule.id] = box
            tops[column] = top + box.height + _GAP_DOWN
        start = max(tops.values()) + 2 * _GAP_DOWN
    return boxes


def _bands(rules: tuple[Rule, ...]) -> Iterator[tuple[Rule, ...]]:
    """The rules of each dimension under each other; one that gives no answer stands with the first that rests on it."""
    bands = {rule.id: rule.effect.dimension if rule.effect else None for rule in rules}
    for rule in rules:
        for leaf in leaves(rule.condition):
            if isinstance(leaf, Fired) and bands.get(leaf.rule) is None:
                bands[leaf.rule] = bands[rule.id]
    for dimension in dict.fromkeys(bands.values()):
        yield tuple(rule for rule in rules if bands[rule.id] == dimension)


def _arrow(svg: Xml.Element, start: _Box, end: _Box, kind: str) -> None:
    ahead = end.left - 4
    bend = (start.left + _WIDE + ahead) // 2
    way = f"M{start.left + _WIDE} {start.middle}C{bend} {start.middle} {bend} {end.middle} {ahead} {end.middle}"
    Xml.SubElement(svg, "path", {"d": way, "class": kind, "marker-end": "url(#arrow)"})


def _draw(svg: Xml.Element, box: _Box, ruleset: Ruleset) -> None:
    own = box.rule.id.partition("/")[0] == ruleset.id
    group = Xml.SubElement(svg, "g", {"class": "own" if own else "base"})
    Xml.SubElement(group, "rect", x=str(box.left), y=str(box.top), width=str(_WIDE), height=str(box.height), rx="5")
    for number, line in enumerate(box.lines, start=1):
        Xml.SubElement(group, "text", x=str(box.left + 8), y=str(box.top + number * _LINE)).text = line
    last = str(box.top + (len(box.lines) + 1) * _LINE)
    text = Xml.SubElement(group, "text", {"x": str(box.left + 8), "y": last, "class": "id"})
    text.text = box.rule.id if len(box.rule.id) <= _ID_LETTERS else f"{box.rule.id[: _ID_LETTERS - 1]}…"
