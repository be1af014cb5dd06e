"""The commands backup and restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.record import database_url, now, told_plainly

File = Annotated[Path, typer.Argument(metavar="FILE", help="The backup's file.")]


def backup(file: File) -> None:
    """Write a copy of everything recorded into one file, while others go on working. It holds patient data."""
    from engine.store.backup import backup as write

    with told_plainly():
        entries = write(database_url(), file)
    print(f"Written: {file}, {entries} entries of the log, verified. It holds patient data: keep it locked away.")


def restore(file: File) -> None:
    """Make the database anew from a backup, after verifying it; the old one is kept beside. Stop `serve` before."""
    from engine.store.backup import restore as read

    with told_plainly():
        old = read(database_url(), file, now())
    kept = f" What was there before is kept in {old}." if old else ""
    print(f"Restored from {file}. Everybody signs in anew.{kept}")
