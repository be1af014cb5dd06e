"""The releases on this machine: each in a folder of its own, and a history whose end tells which of them answers.

A release is written beside the others first and counts only once the history names it, which is replaced in one step:
whatever fails before that leaves what answered as it was.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from engine.files import write_whole
from engine.language.load import Library
from engine.problems import Problem, UserError
from engine.release.bundle import MANIFEST, RULESETS, SIGNATURE, Bundle
from engine.release.gate import released_files
from engine.release.manifest import Manifest, Sha256, file_sum
from engine.release.signing import Keys

_HISTORY, _RELEASES = "history.json", "releases"


class Step(BaseModel):
    """One entry of the history. ``release``: None where the bundled rulesets answer alone from then on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: datetime
    who: str
    action: Literal["installed", "went back"]
    release: Sha256 | None


_STEPS = TypeAdapter(tuple[Step, ...])


@dataclass(frozen=True, slots=True)
class Release:
    """An installed release. ``rulesets``: the folder of its files."""

    manifest: Manifest
    rulesets: Path


class Installed:
    """The releases in a folder, which may not exist yet. Methods raise UserError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def history(self) -> tuple[Step, ...]:
        """Oldest first."""
        path = self._folder / _HISTORY
        try:
            return _STEPS.validate_json(path.read_bytes()) if path.exists() else ()
        except (OSError, ValidationError):
            raise UserError(
                [Problem("broken-bundle", f"{path} cannot be read; which release answers is not known")]
            ) from None

    def stamp(self) -> tuple[int, int] | None:
        """Another one after each change of the history; None where nothing was ever installed."""
        try:
            found = (self._folder / _HISTORY).stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def current(self) -> Release | None:
        """The release that answers; None where the bundled rulesets do alone."""
        history = self.history()
        return self._release(history[-1].release) if history and history[-1].release else None

    def install(self, bundle: Bundle, who: str, at: datetime, prove: Callable[[Library], object]) -> None:
        """Make the bundle, whose signature was looked at, the release that answers. ``prove`` refuses by UserError."""
        identity = bundle.manifest.id
        history = self.history()
        if history and history[-1].release == identity:
            raise UserError([Problem("no-release", "this release is installed already")])
        staged = self._folder / _RELEASES / f".{secrets.token_hex(8)}.part"
        try:
            self._write(bundle, staged)
            prove(Library(staged / RULESETS))
            final = self._folder / _RELEASES / identity
            if final.exists():  # installed before, and left since: what stands there may have been touched
                shutil.rmtree(final)
            staged.rename(final)
        except OSError as error:
            raise UserError([Problem("cannot-write", f"{self._folder}: {error.strerror or error}")]) from None
        finally:
            shutil.rmtree(staged, ignore_errors=True)
        self._append(Step(at=at, who=who, action="installed", release=identity))

    def go_back(self, who: str, at: datetime) -> Release | None:
        """Let the release answer that the present one followed; returns it, None for the bundled rulesets alone."""
        before = self.before()
        self._append(Step(at=at, who=who, action="went back", release=before.manifest.id if before else None))
        return before

    def before(self) -> Release | None:
        """The release that answered when the present one was installed; UserError where there is no present one."""
        history = self.history()
        present = history[-1].release if history else None
        if present is None:
            raise UserError([Problem("no-release", "no release is installed, so there is none to go back from")])
        came = next(
            at
            for at in reversed(range(len(history)))
            if history[at].action == "installed" and history[at].release == present
        )
        followed = history[came - 1].release if came else None
        return self._release(followed) if followed else None

    def faults(self, keys: Keys) -> tuple[Problem, ...]:
        """Where the release that answers is not as it was released and signed."""
        release = self.current()
        if release is None:
            return ()
        folder = release.rulesets.parent
        content = release.manifest.canonical()
        problems = []
        if not keys.signer(content, (folder / SIGNATURE).read_bytes()):
            problems.append(Problem("untrusted-bundle", "no trusted key signed the release that answers"))
        there = dict(released_files(release.rulesets))
        named = release.manifest.files
        wrong = {name for name, content in there.items() if named.get(name) != file_sum(content)} | (
            set(named) - set(there)
        )
        return (*problems, *(Problem("broken-bundle", f"{name} is not as it was released") for name in sorted(wrong)))

    def _release(self, identity: str) -> Release:
        folder = self._folder / _RELEASES / identity
        try:
            manifest = Manifest.read((folder / MANIFEST).read_bytes())
        except (OSError, ValueError):
            raise UserError(
                [
                    Problem(
                        "broken-bundle",
                        f"the installed release in {folder} cannot be read",
                        hint="install it again, or go back",
                    )
                ]
            ) from None
        if manifest.id != identity:
            raise UserError([Problem("broken-bundle", f"the manifest in {folder} is not the one that was installed")])
        return Release(manifest, folder / RULESETS.rstrip("/"))

    def _write(self, bundle: Bundle, folder: Path) -> None:
        for name, content in _members(bundle):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)

    def _append(self, step: Step) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        write_whole(self._folder / _HISTORY, _STEPS.dump_json((*self.history(), step), indent=1))


def _members(bundle: Bundle) -> Iterator[tuple[str, bytes]]:
    yield MANIFEST, bundle.manifest.canonical()
    yield SIGNATURE, bundle.signature
    for name, content in bundle.files.items():
        yield RULESETS + name, content
