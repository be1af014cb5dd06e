"""One letter, five formats. Each escapes for itself: what a person typed comes out as it was typed, and inert."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from letters.letter import Letter
from letters.render.html import as_html
from letters.render.markdown import as_markdown
from letters.render.pdf import as_pdf
from letters.render.text import as_text
from letters.render.word import as_word

FORMATS: Mapping[str, Callable[[Letter], bytes]] = {
    "md": as_markdown,
    "txt": as_text,
    "html": as_html,
    "pdf": as_pdf,
    "docx": as_word,
}
"""Each format by the ending of its files."""


def render(letter: Letter, format: str) -> bytes:
    """The letter's file. ``format`` is a key of FORMATS."""
    return FORMATS[format](letter)
