"""Installs and goes back again and again, telling each step once it is done, until it is killed."""

from __future__ import annotations

import sys
from pathlib import Path

from engine.release.bundle import unpack
from engine.release.installed import Installed
from tests.release.conftest import AT, WHO


def main(folder: str, *bundles: str) -> None:
    installed = Installed(Path(folder))
    read = [unpack(Path(path).read_bytes(), path) for path in bundles]
    present = installed.current()
    if present is not None and present.manifest.id == read[0].manifest.id:
        read.reverse()
    while True:
        for bundle in read:
            installed.install(bundle, WHO, AT, lambda _: None)
            print(bundle.manifest.id, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
