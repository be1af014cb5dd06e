"""The picture of a payer's rules: a box for each rule that gives way or is given way to, an arrow for each override."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from engine import Library
from engine.quality.graph import graph
from tests.command import run

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("payer", ["uhc-medicare-advantage", "self-pay", "medicare-part-b"])
def test_every_override_is_an_arrow_and_is_told_in_words(payer: str) -> None:
    ruleset = Library().for_payer(payer)
    assert ruleset is not None
    picture = Xml.fromstring(graph(ruleset))
    arrows = [path for path in picture.iter(f"{SVG}path") if path.get("class") == "overrides"]
    overrides = [(rule.id, target) for rule in ruleset.rules for target in rule.overrides]
    assert len(arrows) == len(overrides)
    said = picture.findtext(f"{SVG}desc") or ""
    assert all(f"{rule} overrides" in said and target in said for rule, target in overrides)
    assert said.startswith(ruleset.id)


def test_boxes_do_not_overlap() -> None:
    ruleset = Library().for_payer("uhc-medicare-advantage")
    assert ruleset is not None
    boxes = [
        tuple(int(box.get(key, "0")) for key in ("x", "y", "width", "height"))
        for box in Xml.fromstring(graph(ruleset)).iter(f"{SVG}rect")
    ]
    for number, (left, top, width, height) in enumerate(boxes):
        for other_left, other_top, other_width, other_height in boxes[:number]:
            beside = left + width <= other_left or other_left + other_width <= left
            assert beside or top + height <= other_top or other_top + other_height <= top


def test_the_command_writes_it(tmp_path: Path) -> None:
    written = run("rules", "graph", "anthem-commercial", "-o", str(tmp_path / "rules.svg"))
    assert written.returncode == 0, written.stderr
    assert (tmp_path / "rules.svg").read_bytes().startswith(b"<?xml")
    assert run("rules", "graph", "anthm-commercial", "-o", str(tmp_path / "x.svg")).returncode == 2
