"""The commands that show rules side by side: diff and graph."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.named import ruleset_named
from cli.session import AsJson, Rulesets, installed_rulesets, print_json, rulesets_only, stop
from engine import Library, Problem
from engine.files import write_whole

Old = Annotated[str, typer.Argument(metavar="OLD", help="A folder, a ruleset file, a bundle, or: running, bundled.")]
New = Annotated[str, typer.Argument(metavar="NEW", help="The same.")]


def diff(
    old: Old,
    new: New,
    payer: Annotated[str | None, typer.Option("--payer", metavar="ID", help="Only this payer.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell in plain English what changes for whom, each with a case decided both ways; or that no answer changes."""
    from cli.show.difference import difference_json, show_differences
    from engine.quality.difference import differences

    with_old, with_new = version(old), version(new)
    payers = tuple(dict.fromkeys([*with_old.payers, *with_new.payers]))
    if payer is not None and payer not in payers:
        stop(Problem("unknown-ruleset", f"neither of the two has a payer {payer!r}"))
    found = differences(with_old, with_new, [payer] if payer else payers)
    if as_json:
        print_json([difference_json(one) for one in found])
    else:
        show_differences(found)


def version(named: str) -> Library:
    """The rulesets that a word or a path names. Raises UserError."""
    return Library(folder_named(named))


def folder_named(named: str) -> Path | None:
    """The folder that holds the rulesets which a word or a path names; None for the bundled ones alone."""
    if named == "bundled":
        return None
    if named == "running":
        return installed_rulesets()
    path = Path(named)
    if path.is_dir():
        return path
    if not path.is_file():
        hint = "name a folder, a ruleset file, a bundle, or one of: running, bundled"
        stop(Problem("unreadable", f"there is no {named}", hint=hint))
    return _unpacked(path)


def _unpacked(path: Path) -> Path:
    """A folder with the rulesets of a file alone, which goes away when the command ends."""
    import atexit
    import tempfile

    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    into = Path(folder.name)
    if path.suffix == ".yaml":
        for beside in (path, *path.parent.glob("*.csv"), *path.parent.glob("*.xlsx")):
            (into / beside.name).write_bytes(beside.read_bytes())
        return into
    from engine.release.bundle import unpack

    for name, content in unpack(path.read_bytes(), path.name).files.items():
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        (into / name).write_bytes(content)
    return into


def graph(
    name: Annotated[str, typer.Argument(metavar="RULESET", help="A ruleset's or a payer's id.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The SVG to write.")],
    rulesets: Rulesets = None,
) -> None:
    """Draw which rule gives way to which, and whom the ruleset extends, as SVG."""
    from engine.quality import graph as drawing

    write_whole(output, drawing.graph(ruleset_named(rulesets_only(rulesets), name)))
    print(f"Wrote {output}")
