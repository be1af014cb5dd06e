"""Coverage as a terminal and as a page show it."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from cli.show.page import Page
from engine.quality.coverage import KINDS, Coverage, Kind

TITLES = {
    "rule": "rules applying and not",
    "condition": "conditions both ways",
    "boundary": "numbers at their edges",
    "date": "dates at their edges",
}


def show_coverage(found: Coverage) -> None:
    page = Page()
    for rule, sides in groupby(found.missing, key=lambda side: side.rule):
        wanting = tuple(sides)
        page.verbatim(f"{wanting[0].where}: {rule}: no example shows")
        page.items(*(side.what for side in wanting))
        page.line()
    page.rows(*((TITLES[kind], _counted(found, kind)) for kind in KINDS), by=0)


def as_html(found: Coverage) -> str:
    """The whole as one HTML page that needs nothing else."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    rules = [(rule, tuple(sides)) for rule, sides in groupby(found.sides, key=lambda side: side.rule)]
    counts = [(TITLES[kind], *found.count(kind)) for kind in KINDS]
    return environment.get_template("coverage.html.j2").render(rules=rules, counts=counts)


def _counted(found: Coverage, kind: Kind) -> str:
    shown, of = found.count(kind)
    return f"{shown} of {of} shown"
