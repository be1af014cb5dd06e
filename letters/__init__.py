"""Letters from a planned treatment and its decision; nothing in them that is not a fact or a cited rule."""

from __future__ import annotations

from letters.compose import compose
from letters.letter import Gap, Letter
from letters.render import FORMATS, render
from letters.writing import LetterWritten, write_letter

__all__ = ["FORMATS", "Gap", "Letter", "LetterWritten", "compose", "render", "write_letter"]
