"""The command that lints and tests rulesets while somebody edits them."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.session import stop
from engine import Problem

if TYPE_CHECKING:
    from engine.quality.watch import Found, Watched

_LOOK = 250
"""How often, in milliseconds, the folder is looked at while nothing is saved."""
_RESTED = 3
"""After so many looks at nothing new the files have rested, and the solver's checks begin."""


def watch(folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder with the rulesets.")]) -> None:
    """Lint and test what you save, at once; what only the solver finds follows when it has rested. Ctrl-C ends it."""
    if not folder.is_dir():
        stop(Problem("no-such-folder", f"there is no folder {folder}"))
    try:
        _watch(folder)
    except KeyboardInterrupt:
        _say("Ended.")


def _watch(folder: Path) -> None:
    import watchfiles

    from engine.quality.watch import Watched

    changes = watchfiles.watch(
        folder, watch_filter=_is_ruleset, debounce=200, step=20, rust_timeout=_LOOK, yield_on_timeout=True
    )
    next(changes)  # from here on no save is missed, also while all is looked at for the first time
    watched = Watched(folder)
    _tell(watched.begin())
    gc.freeze()  # the bundled rulesets stay: to look through them for garbage at each save would double its time
    solving, rested = _solving(watched), 0
    _say(f"Watching {folder}; Ctrl-C ends it.")
    for changed in changes:
        if changed:
            paths = {Path(path) for _, path in changed}
            _say(f"{datetime.now():%H:%M:%S} saved {', '.join(sorted(path.name for path in paths))}")
            _tell(watched.saved(paths))
            solving, rested = _solving(watched), 0
        elif (rested := rested + 1) >= _RESTED:
            next(solving, None)


def _is_ruleset(_: object, path: str) -> bool:
    from engine.language.table_files import ENDINGS

    return Path(path).suffix in (".yaml", *ENDINGS)


def _tell(looks: Iterator[Found]) -> None:
    """Tell what is found as it is found: where many payers are looked at, a verdict first of the first."""
    from cli.show.examples import show_failed
    from cli.show.page import Page

    began, problems, failed = time.perf_counter(), 0, 0
    for number, found in enumerate(looks):
        for problem in found.problems[problems:]:
            if problem.level != "note":
                _say(str(problem))
        show_failed(found.failed[failed:], Page())
        problems, failed = len(found.problems), len(found.failed)
        if number == 0 or not found.more:
            so_far = f" so far, {found.more} more payers follow" if found.more else ""
            took = f"{len(found.decided)} examples, {time.perf_counter() - began:.1f} s"
            _say(f"{'All well' if found.well else 'NOT WELL'}{so_far}: {took}")


def _solving(watched: Watched) -> Iterator[None]:
    """Tell what the solver finds, one check at a time, so that a save need not wait for all."""
    found = None
    for problems in watched.solved():
        found = found or False
        for problem in problems:
            if problem.level != "note":
                found = True
                _say(f"Solved: {problem}")
        yield
    if found is False:
        _say("Solved: nothing more.")


def _say(text: str) -> None:
    print(text, flush=True)
