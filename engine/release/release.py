"""From a folder of rulesets to a bundle, and from a bundle's file to the release that answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from pydantic import ValidationError

from engine.language.canonical import canonical
from engine.language.load import BUNDLED, Library
from engine.problems import Problem, UserError
from engine.release.bundle import Bundle, unpack
from engine.release.gate import changed, prove, prove_examples, released_files
from engine.release.installed import Installed, Release
from engine.release.manifest import Manifest, file_sum
from engine.release.signing import Keys


def make_bundle(folder: Path, installed: Installed, keys: Keys, *, who: str, on: date) -> Bundle:
    """The folder's rulesets as a signed bundle. Raises UserError with all that keeps them from being released."""
    library = Library(folder)
    present = installed.current()
    if not changed(library, Library(present.rulesets if present else None)):
        raise UserError([Problem("no-change", f"no ruleset of {folder} differs from what answers now")])
    passed = prove(library)
    proofs = (*passed.proofs, *prove_examples(library))
    files = dict(released_files(folder))
    _require_canonical(files)
    try:
        manifest = Manifest(
            released_on=on, released_by=who, precertain=version("precertain"), bundled=folder_hash(BUNDLED),
            follows=present.manifest.id if present else None, rulesets=passed.rulesets, proofs=proofs,
            files={name: file_sum(content) for name, content in files.items()},
        )  # fmt: skip
    except ValidationError as error:
        raise UserError(_unfit(error)) from None
    return Bundle(manifest, files, keys.own().sign(manifest.canonical()))


def install_bundle(path: Path, installed: Installed, keys: Keys, *, who: str, at: datetime) -> Manifest:
    """Verify the bundle in a file, prove its rules beside the bundled ones of this machine, and let them answer."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UserError([Problem("unreadable", f"{path}: {error.strerror or error}")]) from None
    bundle = unpack(raw, path.name)
    require_trusted(bundle, keys, path.name)
    installed.install(bundle, who, at, prove)
    return bundle.manifest


def require_trusted(bundle: Bundle, keys: Keys, name: str) -> str:
    """The name of the trusted key that signed the bundle. Raises UserError where none did."""
    signer = keys.signer(bundle.manifest.canonical(), bundle.signature)
    if signer is None:
        hint = "trust its maker's public key first, with: precertain rules trust KEY.pem"
        raise UserError([Problem("untrusted-bundle", f"no key that is trusted here signed {name}", hint=hint)])
    return signer


def _require_canonical(files: Mapping[str, bytes]) -> None:
    """What is signed is written in its one form, so that two releases differ where their rules do."""
    loose = [name for name, text in files.items() if name.endswith(".yaml") and canonical(text, name) != text]
    if loose:
        raise UserError(
            Problem("not-canonical", f"{name} is not written in its one form", hint="run: precertain rules fmt")
            for name in loose
        )


def folder_hash(folder: Path) -> str:
    """The hash of every ruleset and reference table of a folder, by name and content."""
    return sha256(
        b"".join(f"{name} {file_sum(text).sha256}\n".encode() for name, text in released_files(folder))
    ).hexdigest()


def bundled_since(release: Release) -> str | None:
    """What is to be said where the bundled rulesets are others than those beside which the release was proved."""
    if release.manifest.bundled == folder_hash(BUNDLED):
        return None
    return "The bundled rulesets have changed since it was released; it was proved beside these when it was installed."


def _unfit(error: ValidationError) -> Iterable[Problem]:
    for detail in error.errors(include_url=False, include_input=False):
        place = ".".join(map(str, detail["loc"]))
        yield Problem("not-proved", f"cannot stand in a bundle: {place}: {detail['msg']}")
