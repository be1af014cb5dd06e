"""A draft in the place where it would answer: the practice's released rulesets with the draft's among them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from engine import Library, Problem, UserError
from engine.language.authored_files import AuthoredFiles, named_files, read_files
from web.desk import Desk
from web.workbench.items import Item, items, path_of


def files_now(at: Desk, ruleset: str) -> AuthoredFiles | None:
    """The files of the ruleset that answers under that id now; None where there is none."""
    listed = at.library.listed.get(ruleset)
    return read_files(listed.path) if listed else None


@contextmanager
def candidate(at: Desk, ruleset: str, files: AuthoredFiles) -> Iterator[Path]:
    """A folder with the rulesets that would be the practice's own; it goes away afterwards."""
    release = at.installed.current()
    with TemporaryDirectory() as made:
        folder = Path(made) / "own"
        if release is not None:
            shutil.copytree(release.rulesets, folder)
        folder.mkdir(exist_ok=True)
        library = Library(folder)
        released, path = library.listed.get(ruleset), folder / f"{ruleset}.yaml"
        if released is not None and released.own:
            path = released.path
            _take_away(path, library)
        named = {one.name for one in named_files(files.yaml) or ()}
        tables = [table for table in files.tables if table.name in named]
        if any(path.with_name(table.name).exists() for table in tables):  # another's: these are not to change it
            path = folder / ruleset / f"{ruleset}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(files.yaml)
        for table in tables:
            path.with_name(table.name).write_bytes(table.content)
        yield folder


def _take_away(path: Path, library: Library) -> None:
    """A released ruleset and its tables, which the draft's replace; not those that another one beside it reads too."""
    others = [one.path for one in library.listed.values() if one.path.parent == path.parent and one.path != path]
    kept = {table.name for other in others for table in read_files(other).tables}
    for table in read_files(path).tables:
        if table.name not in kept:
            path.with_name(table.name).unlink()
    path.unlink()


def form_problems(at: Desk, ruleset: str, files: AuthoredFiles) -> tuple[Problem, ...]:
    """What is wrong with the draft's form; lint, which takes longer, is asked for."""
    with candidate(at, ruleset, files) as folder:
        return _problems(folder, ruleset)


def form_items(at: Desk, ruleset: str, files: AuthoredFiles) -> tuple[Item, ...]:
    """What is wrong with the draft's form, each with its place."""
    with candidate(at, ruleset, files) as folder:
        return items(_problems(folder, ruleset), path_of(folder, ruleset))


def _problems(folder: Path, ruleset: str) -> tuple[Problem, ...]:
    try:
        library = Library(folder)
        if ruleset not in library.listed or not library.listed[ruleset].own:
            return (Problem("unknown-ruleset", f"the id of this draft is {ruleset}, and stays so", key="id"),)
        library.ruleset(ruleset)
    except UserError as error:
        return error.problems
    return ()
