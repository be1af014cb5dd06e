"""Letters as a tagged PDF (PDF/UA-1) on US Letter paper.

The layout reads the letters as JSON: text never becomes typst markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path

import typst

from letters.letter import Letter

_LAYOUT = Path(__file__).resolve().parents[1] / "templates" / "typst" / "letter.typ"
_WITHOUT_GLYPH = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")


def as_pdf(letter: Letter) -> bytes:
    """A character that no font at hand can show stands as its code, such as [U+6587], rather than being lost."""
    return as_one_pdf([letter], letter.title)


def as_one_pdf(letters: Sequence[Letter], title: str) -> bytes:
    """Letters of one language in one file, each from a page of its own, pages counted anew."""
    first = letters[0]
    data = json.dumps([letter.as_json() for letter in letters], ensure_ascii=False)
    marked = f"DRAFT: {title}" if any(letter.draft for letter in letters) else title
    while True:
        try:
            return typst.compile(
                _LAYOUT,
                sys_inputs={"letters": data, "title": marked, "language": first.language},
                pdf_standards=["ua-1"],
                timestamp=datetime.combine(first.dated, time(), UTC),
            )
        except typst.TypstError as error:
            shown = _with_codes(data, error.diagnostic)
            if shown == data:
                raise
            data = shown


def _with_codes(data: str, diagnostic: str) -> str:
    """The letter with codes in the place of the characters that the layout could not show."""
    texts = {_ESCAPE.sub(lambda code: chr(int(code[1], 16)), text) for text in _WITHOUT_GLYPH.findall(diagnostic)}
    lost = {ord(character): f"[U+{ord(character):04X}]" for text in texts for character in text if ord(character) > 127}
    return data.translate(lost)
