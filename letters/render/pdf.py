"""A letter as a tagged PDF (PDF/UA-1) on US Letter paper.

The layout reads the letter as JSON: text never becomes typst markup.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from pathlib import Path

import typst

from letters.letter import Letter

_LAYOUT = Path(__file__).resolve().parents[1] / "templates" / "typst" / "letter.typ"


def as_pdf(letter: Letter) -> bytes:
    return typst.compile(
        _LAYOUT,
        sys_inputs={"letter": json.dumps(letter.as_json())},
        pdf_standards=["ua-1"],
        timestamp=datetime.combine(letter.dated, time(), UTC),
    )
