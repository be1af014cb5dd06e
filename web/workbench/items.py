"""What is found of a draft, each with its place in the draft's own files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from engine import Library, Problem
from engine.language.authored_files import NamedFile, named_files


@dataclass(frozen=True, slots=True)
class Item:
    """One thing found: ``line`` of the draft's YAML, or of its table ``file``; ``more`` said of it."""

    text: str
    line: int | None = None
    more: tuple[str, ...] = ()
    level: str = "error"
    file: str = ""


def path_of(folder: Path, ruleset: str) -> Path | None:
    """The draft's YAML among the candidate's files; None where none has its id."""
    listed = Library(folder).listed.get(ruleset)
    return listed.path if listed and listed.own else None


def items(problems: Iterable[Problem], draft: Path | None) -> tuple[Item, ...]:
    """``draft``: its YAML, None where none has its id. What is of another file has no place."""
    named = (named_files(draft.read_bytes()) if draft else None) or ()
    return tuple(_item(one, draft, named) for one in problems)


def _item(problem: Problem, draft: Path | None, named: tuple[NamedFile, ...]) -> Item:
    said = f"{problem.code}: {problem.message}"
    hints = (problem.hint,) if problem.hint else ()
    if problem.where is None or draft is None:
        return Item(said, None, hints, problem.level)
    path, line = Path(problem.where.file), problem.where.line
    more = (problem.excerpt, *hints) if problem.excerpt else hints
    if path == draft:
        # A table's file that cannot be read at all is told of where it is named: its own field is nearer.
        unread = next((one.name for one in named if problem.code == "broken-table" and one.key == problem.key), None)
        return Item(said, None, hints, problem.level, unread) if unread else Item(said, line, more, problem.level)
    if path.parent == draft.parent and any(one.name == path.name for one in named):
        return Item(said, line, more, problem.level, path.name)
    return Item(said, None, hints, problem.level)
