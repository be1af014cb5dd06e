"""What the last proofs showed, one section each in RESULT.md."""

from __future__ import annotations

import platform
import re

from tests.command import ROOT

_RESULT = ROOT / "tests" / "prove" / "RESULT.md"


def record(title: str, text: str) -> None:
    """Put a section in place of the one with its title."""
    _, *old = re.split(r"^## ", _RESULT.read_text(), flags=re.MULTILINE)
    sections = dict(section.split("\n", 1) for section in old)
    sections[title] = f"\n{text}\nPython {platform.python_version()}.\n"
    parts = (f"## {name}\n\n{body.strip()}\n" for name, body in sections.items())
    _RESULT.write_text("# Last proofs\n\n" + "\n".join(parts))
