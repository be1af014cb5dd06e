"""The commands that release rulesets, install them, go back, and verify what is running."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.record import now
from cli.session import WRONG_INPUT, AsJson, Today, day_asked, print_json, releases_folder, stop, tell
from engine import Problem
from engine.files import check_place, write_whole
from engine.store.folder import data_folder

if TYPE_CHECKING:
    from engine.release.installed import Installed
    from engine.release.manifest import Manifest
    from engine.release.signing import Keys

Who = Annotated[str, typer.Option("--by", metavar="NAME", help="Who does it: kept in the history.")]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder with the rulesets to release.")]
BundleFile = Annotated[Path, typer.Argument(metavar="BUNDLE", help="The file of a release.")]
To = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The bundle to write.")]


def release(folder: Folder, output: To, by: Who, today: Today = None, as_json: AsJson = False) -> None:
    """Prove the rulesets of a folder and write them as a signed bundle; what does not pass is refused with reasons."""
    from engine.release.bundle import pack
    from engine.release.release import make_bundle

    if not folder.is_dir():
        stop(Problem("no-such-folder", f"there is no folder {folder}"))
    check_place(output)
    bundle = make_bundle(folder, _installed(), maintainer_keys(), who=by, on=day_asked(today))
    write_whole(output, pack(bundle))
    if as_json:
        print_json(_json(bundle.manifest))
    else:
        _show(bundle.manifest)
        print(f"Wrote {output}")


def install(bundle: BundleFile, by: Who, as_json: AsJson = False) -> None:
    """Verify a bundle, prove its rules beside the bundled ones here, and let them answer from now on."""
    from engine.release.release import install_bundle

    manifest = install_bundle(bundle, _installed(), maintainer_keys(), who=by, at=now())
    if as_json:
        print_json(_json(manifest))
    else:
        _show(manifest)
        print("Installed: these rulesets answer from now on.")


def back(by: Who, as_json: AsJson = False) -> None:
    """Let the release answer again that the present one followed, or the bundled rulesets alone."""
    before = _installed().go_back(by, now())
    if as_json:
        print_json(_json(before.manifest) if before else None)
    elif before:
        _show(before.manifest)
        print("Gone back: these rulesets answer from now on.")
    else:
        print("Gone back: the bundled rulesets answer alone from now on.")


def verify(as_json: AsJson = False) -> None:
    """Tell which release answers, and whether it still is as it was released and signed."""
    from engine.release.release import bundled_since

    at = _installed()
    present = at.current()
    faults = at.faults(maintainer_keys())
    since = bundled_since(present) if present else None
    if as_json:
        print_json(
            {
                "release": _json(present.manifest) if present else None,
                "faults": [str(fault) for fault in faults],
                "bundled_changed": since is not None,
            }
        )
    elif present is None:
        print("No release is installed: the bundled rulesets answer alone.")
    else:
        _show(present.manifest)
        tell(faults)
        if not faults:
            print("As it was released, and signed by a key that is trusted here.")
        if since:
            print(since)
    if faults:
        raise typer.Exit(WRONG_INPUT)


def trust(key: Annotated[Path, typer.Argument(metavar="KEY.pem", help="A maintainer's public key.")]) -> None:
    """Trust the bundles that a key signs, from now on."""
    print(f"Trusted: {maintainer_keys().trust(key)}")


def public_key(output: To) -> None:
    """Write the public half of the key that signs here, for those who shall trust it."""
    from engine.release.signing import key_name, pem

    key = maintainer_keys().own().public_key()
    write_whole(output, pem(key))
    print(f"Wrote {output}: the key {key_name(key)}")


def releases(as_json: AsJson = False) -> None:
    """List what was installed and gone back to, by whom and when, the newest first."""
    history = tuple(reversed(_installed().history()))
    if as_json:
        print_json([step.model_dump(mode="json") for step in history])
        return
    for step in history:
        what = step.release[:12] if step.release else "the bundled rulesets alone"
        print(f"{step.at:%Y-%m-%d %H:%M} UTC  {step.who}  {step.action}  {what}")
    if not history:
        print("No release was ever installed here.")


def _installed() -> Installed:
    from engine.release.installed import Installed

    return Installed(releases_folder())


def maintainer_keys() -> Keys:
    """The key that signs here, and those that are trusted."""
    from engine.release.signing import Keys

    return Keys(data_folder() / "keys")


def _show(manifest: Manifest) -> None:
    print(f"Release {manifest.id[:12]} of {manifest.released_on}, by {manifest.released_by}")
    for one in manifest.rulesets:
        print(f"  {one.id} {one.version}: {one.change}")
    for proof in manifest.proofs:
        print(f"  {proof.name}: {proof.result}")


def _json(manifest: Manifest) -> dict[str, object]:
    return {"id": manifest.id, **manifest.model_dump(mode="json")}
