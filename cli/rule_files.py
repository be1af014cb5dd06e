"""The commands that write ruleset files: fmt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from cli.session import WRONG_INPUT, AsJson, print_json, stop, tell
from engine import Problem, UserError
from engine.files import write_whole

Paths = Annotated[list[Path], typer.Argument(metavar="FILE|DIR…", help="Ruleset files, or folders of them.")]

Check = Annotated[bool, typer.Option("--check", help="Write nothing; exit with 2 where something would be.")]


def fmt(
    paths: Paths,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 2 where something would be.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write ruleset files in their one form: the same rules and comments, in the same order and lines."""
    from engine.language.canonical import canonical

    changed: dict[Path, bytes] = {}
    problems: list[Problem] = []
    for path in _files(paths):
        try:
            raw = path.read_bytes()
            if (text := canonical(raw, str(path))) != raw:
                changed[path] = text
        except OSError as error:
            problems.append(Problem("unreadable", f"{path}: {error.strerror or error}"))
        except UserError as error:
            problems.extend(error.problems)
    if problems:
        stop(*problems)
    if not check:
        for path, text in changed.items():
            write_whole(path, text)
    if as_json:
        print_json({"changed": [str(path) for path in changed], "written": not check})
    elif check:
        tell([Problem("not-canonical", f"{path} is not written in its one form") for path in changed])
    else:
        print("\n".join(f"Wrote {path}" for path in changed) or "All are written in their one form.")
    if check and changed:
        raise typer.Exit(WRONG_INPUT)


def _files(paths: list[Path]) -> Iterator[Path]:
    """The files named, and those of the folders named but for reference tables and tables of rates."""
    from engine.cost.rates import holds_rates

    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for found in sorted(path.rglob("*.yaml")):
            if found.parent.name != "reference" and not holds_rates(
                found.read_text(encoding="utf-8", errors="replace")
            ):
                yield found
