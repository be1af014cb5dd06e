"""A maintainer's folder with one changed ruleset, and machines with keys and releases of their own."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine.language.load import BUNDLED
from engine.release.bundle import Bundle, pack
from engine.release.installed import Installed
from engine.release.release import install_bundle, make_bundle
from engine.release.signing import Keys, pem

WHO, DAY, AT = "Robin Sample", date(2026, 11, 26), datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
PAYER = "self-pay"


@dataclass(frozen=True)
class Machine:
    """One installation: its keys, its releases."""

    folder: Path

    @property
    def keys(self) -> Keys:
        return Keys(self.folder / "keys")

    @property
    def installed(self) -> Installed:
        return Installed(self.folder / "rulesets")

    def release(self, rulesets: Path) -> Bundle:
        return make_bundle(rulesets, self.installed, self.keys, who=WHO, on=DAY)

    def install(self, bundle: Bundle) -> None:
        self.install_bytes(pack(bundle))

    def install_bytes(self, raw: bytes) -> None:
        path = self.folder / "came.zip"
        path.write_bytes(raw)
        install_bundle(path, self.installed, self.keys, who=WHO, at=AT)

    def answering(self) -> str | None:
        """The version of the ruleset that an installed release gives."""
        release = self.installed.current()
        return release.manifest.rulesets[0].version if release else None

    def trusts(self, other: Machine) -> None:
        other.folder.mkdir(exist_ok=True)
        path = self.folder / "other.pem"
        path.write_bytes(pem(other.keys.own().public_key()))
        self.keys.trust(path)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    folder = tmp_path / "machine"
    folder.mkdir()
    return Machine(folder)


@pytest.fixture
def other(tmp_path: Path) -> Machine:
    folder = tmp_path / "other"
    folder.mkdir()
    return Machine(folder)


@pytest.fixture
def rulesets(tmp_path: Path) -> Path:
    """The practice's folder: self-pay in a version of its own."""
    folder = tmp_path / "own"
    folder.mkdir()
    shutil.copy(BUNDLED / "self-pay.yaml", folder)
    raise_version(folder, "2027.1.1")
    return folder


def raise_version(folder: Path, version: str) -> None:
    """Give the ruleset this version, and a word about it in its changelog."""
    path = folder / "self-pay.yaml"
    lines = path.read_text().splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("version:"))
    lines[at] = f'version: "{version}"'
    at = lines.index("changelog:")
    lines[at + 1 : at + 1] = [f'  - version: "{version}"', "    date: 2027-01-01", "    change: Only to try it out."]
    path.write_text("\n".join(lines) + "\n")
