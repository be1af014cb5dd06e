"""Files that are written whole or not at all, and archives that may be damaged."""

from __future__ import annotations

import lzma
import os
import secrets
import zlib
from pathlib import Path
from zipfile import BadZipFile

from engine.problems import Problem, UserError

UNREADABLE_ZIP = (BadZipFile, EOFError, OSError, RuntimeError, lzma.LZMAError, zlib.error)
"""What reading a damaged zip archive, or one that is locked or packed otherwise, raises; a ValueError, too."""


def check_place(path: Path) -> None:
    """Raises UserError where no file can be at ``path``."""
    if path.exists() and not path.is_file():
        raise UserError([Problem("cannot-write", f"{path} is there and is no file")])
    if not path.parent.is_dir():
        raise UserError([Problem("no-such-folder", f"there is no folder {path.parent}", hint="Make the folder first.")])


def write_whole(path: Path, content: bytes) -> None:
    """Under a name of its own first, then in one step under the right one. Raises UserError where that fails."""
    check_place(path)
    temporary = path.with_name(f".precertain-{secrets.token_hex(8)}.part")
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
