"""Writes a letter to a file: whole or not at all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.decision import Decision
from engine.files import check_place, write_whole
from engine.problems import Problem, UserError
from engine.treatment import PlannedTreatment
from letters.compose import compose
from letters.letter import Gap
from letters.render import FORMATS, render


@dataclass(frozen=True, slots=True)
class LetterWritten:
    """A letter on disk. ``format`` is the file's ending, ``sha256`` of the file's bytes; ``gaps`` only of a draft.

    ``notes``: what whoever sends it should know.
    """

    path: Path
    kind: str
    format: str
    sha256: str
    draft: bool
    gaps: tuple[Gap, ...]
    notes: tuple[str, ...]


def write_letter(
    kind: str,
    treatment: PlannedTreatment,
    decision: Decision,
    path: Path,
    *,
    today: date,
    draft: bool = False,
    templates: Path | None = None,
    language: str = "en",
) -> LetterWritten:
    """Write the letter in the format of the file's ending, over a file that is there.

    Raises UserError, with nothing written, where ``compose`` does, for an unknown ending, and where the file cannot be
    written.
    """
    format = _format(path)
    check_place(path)
    letter = compose(kind, treatment, decision, today=today, draft=draft, templates=templates, language=language)
    content = render(letter, format)
    write_whole(path, content)
    return LetterWritten(
        path, letter.kind, format, hashlib.sha256(content).hexdigest(), draft, letter.gaps, letter.notes
    )


def _format(path: Path) -> str:
    ending = path.suffix.removeprefix(".").lower()
    if ending not in FORMATS:
        endings = ", ".join(f".{name}" for name in FORMATS)
        raise UserError(
            [Problem("unknown-format", f"the ending of {path.name} tells no format", hint=f"Endings: {endings}.")]
        )
    return ending
