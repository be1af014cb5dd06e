"""A letter as one HTML file: nothing is loaded, nothing runs, and it prints on US Letter paper."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from letters.letter import Letter

_FOLDER = Path(__file__).resolve().parents[1] / "templates" / "html"


def as_html(letter: Letter) -> bytes:
    return _template().render(letter=letter.as_json()).encode()


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("letter.html.j2")
