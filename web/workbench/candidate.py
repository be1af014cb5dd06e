"""A draft in the place where it would answer: the practice's released rulesets with the draft's among them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from engine import Library, Problem, UserError
from engine.language.table_files import ENDINGS
from web.desk import Desk


def text_now(at: Desk, ruleset: str) -> bytes | None:
    """The file that answers under that id now; None where there is none."""
    listed = at.library.listed.get(ruleset)
    return listed.path.read_bytes() if listed else None


@contextmanager
def candidate(at: Desk, ruleset: str, content: bytes) -> Iterator[Path]:
    """A folder with the rulesets that would be the practice's own; it goes away afterwards."""
    release = at.installed.current()
    with TemporaryDirectory() as made:
        folder = Path(made) / "own"
        if release is not None:
            shutil.copytree(release.rulesets, folder)
        folder.mkdir(exist_ok=True)
        released, listed = Library(folder).listed.get(ruleset), at.library.listed.get(ruleset)
        path = folder / f"{ruleset}.yaml"
        if released is not None and released.own:
            path = released.path
        elif listed is not None:
            for beside in listed.path.parent.iterdir():
                if beside.suffix in ENDINGS and beside.name.encode() in content:
                    shutil.copy(beside, folder)
        path.write_bytes(content)
        yield folder


def form_problems(at: Desk, ruleset: str, content: bytes) -> tuple[Problem, ...]:
    """What is wrong with the draft's form; lint, which takes longer, is asked for."""
    with candidate(at, ruleset, content) as folder:
        try:
            library = Library(folder)
            if ruleset not in library.listed or not library.listed[ruleset].own:
                return (Problem("unknown-ruleset", f"the id of this draft is {ruleset}, and stays so", key="id"),)
            library.ruleset(ruleset)
        except UserError as error:
            return error.problems
    return ()
