"""The work of a process that installs and goes back again and again, until it is killed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.release.bundle import unpack
from engine.release.installed import Installed
from tests.release.conftest import AT, WHO


def installs(folder: Path, bundles: Sequence[Path]) -> Iterator[str]:
    """The release of each step that is done."""
    installed = Installed(folder)
    read = [unpack(path.read_bytes(), str(path)) for path in bundles]
    present = installed.current()
    if present is not None and present.manifest.id == read[0].manifest.id:
        read.reverse()
    while True:
        for bundle in read:
            installed.install(bundle, WHO, AT, lambda _: None)
            yield bundle.manifest.id
