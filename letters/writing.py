"""Writes a letter to a file: whole or not at all."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engine.decision import Decision
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
) -> LetterWritten:
    """Write the letter in the format of the file's ending, over a file that is there.

    Raises UserError, with nothing written, where ``compose`` does, for an unknown ending, and where the file cannot be
    written.
    """
    format = _format(path)
    _check_place(path)
    letter = compose(kind, treatment, decision, today=today, draft=draft, templates=templates)
    content = render(letter, format)
    _write(path, content)
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


def _check_place(path: Path) -> None:
    if path.exists() and not path.is_file():
        raise UserError([Problem("cannot-write", f"{path} is there and is no file")])
    if not path.parent.is_dir():
        raise UserError([Problem("no-such-folder", f"there is no folder {path.parent}", hint="Make the folder first.")])


def _write(path: Path, content: bytes) -> None:
    """Under a name of its own first, then in one step under the right one."""
    temporary = path.with_name(f".letter-{secrets.token_hex(8)}.part")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise UserError([Problem("cannot-write", f"{path}: {error.strerror or error}")]) from None
    finally:
        temporary.unlink(missing_ok=True)
