"""The packet: fax cover, letter, field sheet and checklist of one request, as a folder of PDFs or as one PDF.

Written whole or not at all. A folder that is there is replaced only where it is a packet that nobody has changed.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from engine.decision import Decision
from engine.files import check_place, write_whole
from engine.problems import Problem, UserError
from engine.treatment import PlannedTreatment
from letters.compose import compose
from letters.kinds import request_kind
from letters.letter import Gap, Letter
from letters.render import FORMATS, render
from letters.render.pdf import as_one_pdf
from letters.writing import LetterWritten

MANIFEST = "packet.json"
"""Names the files of a packet with the SHA-256 of each: by it a folder is known as a packet."""
_TITLE = "Authorization packet"
_FORMAT = "pdf"


@dataclass(frozen=True, slots=True)
class PacketWritten:
    """A packet on disk: one entry for each paper of a folder, or one for the whole PDF. ``gaps`` only of a draft."""

    path: Path
    files: tuple[LetterWritten, ...]
    draft: bool
    gaps: tuple[Gap, ...]


def write_packet(
    treatment: PlannedTreatment,
    decision: Decision,
    path: Path,
    *,
    today: date,
    draft: bool = False,
    templates: Path | None = None,
) -> PacketWritten:
    """Write the packet to a folder, or to one PDF where ``path`` ends in .pdf.

    Raises UserError, with nothing written, where one of its papers cannot be composed, where what is there is no
    packet, and where it cannot be written.
    """
    one_file = _is_one_file(path)
    if one_file:
        check_place(path)
    else:
        _check_folder(path)
    letters = compose_packet(treatment, decision, today=today, draft=draft, templates=templates)
    files = tuple(_one_file(path, letters) if one_file else _folder(path, letters))
    gaps = tuple(dict.fromkeys(gap for letter in letters for gap in letter.gaps))
    return PacketWritten(path, files, draft, gaps)


def compose_packet(
    treatment: PlannedTreatment,
    decision: Decision,
    *,
    today: date,
    draft: bool = False,
    templates: Path | None = None,
    request: str | None = None,
) -> tuple[Letter, ...]:
    """What is faxed first, then what stays in the practice. Raises UserError with the problems of all of them.

    ``request``: the kind of letter that goes to the payer, else the one that the decision calls for.
    """
    request = request or request_kind(decision)
    letters: list[Letter] = []
    problems: list[Problem] = []
    for kind in ("fax-cover", request, "field-sheet", "checklist"):
        enclosed = (request,) if kind == "fax-cover" else ()
        try:
            letters.append(
                compose(kind, treatment, decision, today=today, draft=draft, templates=templates, enclosed=enclosed)
            )
        except UserError as error:
            problems += error.problems
    if problems:
        raise UserError(dict.fromkeys(problems))
    return tuple(letters)


def packet_pdf(letters: Sequence[Letter]) -> bytes:
    """All papers in one file."""
    return as_one_pdf(letters, _TITLE)


def packet_zip(letters: Sequence[Letter]) -> bytes:
    """A PDF for each paper, as an archive that is the same for the same letters."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, (letter, content) in _files(letters).items():
            day = letter.dated
            archive.writestr(ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0)), content, ZIP_DEFLATED)
    return packed.getvalue()


def _files(letters: Sequence[Letter]) -> dict[str, tuple[Letter, bytes]]:
    return {
        f"{number}-{letter.kind}.{_FORMAT}": (letter, render(letter, _FORMAT))
        for number, letter in enumerate(letters, 1)
    }


def _is_one_file(path: Path) -> bool:
    ending = path.suffix.removeprefix(".").lower()
    if ending in FORMATS and ending != _FORMAT:
        told = f"a packet is a folder or one file that ends in .pdf, not {path.name}"
        raise UserError([Problem("unknown-format", told)])
    return ending == _FORMAT


def _one_file(path: Path, letters: tuple[Letter, ...]) -> Iterator[LetterWritten]:
    content = packet_pdf(letters)
    write_whole(path, content)
    yield LetterWritten(path, "packet", _FORMAT, _sha256(content), letters[0].draft, (), ())


def _folder(path: Path, letters: tuple[Letter, ...]) -> Iterator[LetterWritten]:
    written = _files(letters)
    _write_folder(path, {name: content for name, (_, content) in written.items()})
    for name, (letter, content) in written.items():
        yield LetterWritten(
            path / name, letter.kind, _FORMAT, _sha256(content), letter.draft, letter.gaps, letter.notes
        )


def _write_folder(path: Path, contents: Mapping[str, bytes]) -> None:
    """Under a name of its own first, then in one step under the right one."""
    mark = secrets.token_hex(8)
    new, old = path.with_name(f".packet-{mark}.part"), path.with_name(f".packet-{mark}.old")
    try:
        new.mkdir()
        for name, content in contents.items():
            write_whole(new / name, content)
        listed = {name: _sha256(content) for name, content in contents.items()}
        write_whole(new / MANIFEST, json.dumps({"packet": listed}, indent=2).encode() + b"\n")
        if path.exists():
            path.rename(old)
        try:
            new.rename(path)
        except OSError:
            if old.exists():
                old.rename(path)
            raise
    except OSError as error:
        raise UserError([Problem("cannot-write", f"{path}: {error.strerror or error}")]) from None
    finally:
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _check_folder(path: Path) -> None:
    """Raises UserError where no packet may be written to the folder."""
    if not path.parent.is_dir():
        raise UserError([Problem("no-such-folder", f"there is no folder {path.parent}", hint="Make the folder first.")])
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise UserError([Problem("no-packet", f"{path} is there and is no folder", hint="Name another folder.")])
    if path.is_dir() and (strange := _strange(path)) is not None:
        raise UserError([Problem("no-packet", f"{path} is there and {strange}", hint="Name another folder.")])


def _strange(folder: Path) -> str | None:
    """Why a folder is no packet as it was written; an empty folder is as good as none."""
    found = {entry.name for entry in folder.iterdir()}
    if not found:
        return None
    try:
        listed = json.loads((folder / MANIFEST).read_bytes())["packet"].items()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "is no packet"
    known = {name: sha256 for name, sha256 in listed if name in found}
    if others := sorted(found - {MANIFEST, *known}):
        return f"holds what the packet did not: {', '.join(others)}"
    changed = sorted(name for name, sha256 in known.items() if _sha256_of(folder / name) != sha256)
    return f"was changed: {', '.join(changed)}" if changed else None


def _sha256_of(file: Path) -> str | None:
    try:
        return _sha256(file.read_bytes())
    except OSError:
        return None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
