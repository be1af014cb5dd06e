"""Problems as cases of a JUnit file: each file that was checked is one, which fails by the errors in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from cli.show.junit import JUnitCase, named_from
from engine import Problem
from engine.problems import Span


def as_cases(problems: Sequence[Problem], files: Sequence[str], root: Path) -> Iterator[JUnitCase]:
    """Of the files checked, and of what else problems stand in, such as a table kept beside a file."""
    standing = [(problem.where.file if problem.where else "rulesets", problem) for problem in problems]
    for file in dict.fromkeys([*files, *(place for place, _ in standing)]):
        errors = [problem for place, problem in standing if place == file and problem.level == "error"]
        yield JUnitCase(
            suite="lint",
            of="rules lint",
            name=named_from(root, file),
            where=(errors[0].where if errors else None) or Span(file, 1, 1),
            failure="; ".join(problem.message for problem in errors) if errors else None,
            detail="\n".join(f"{problem.where}: {problem.code}: {problem.message}" for problem in errors),
        )
