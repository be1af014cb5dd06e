"""What is wrong with rulesets beyond their form. One check, one class, one paragraph, one bad fixture.

A check looks at one rule (``validate``), at a payer's ruleset as a whole (``finalize``) or at all files (``look``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from engine.activities import load_activities
from engine.denial_reasons import load_denial_reasons
from engine.language.load import Library
from engine.lint.boundaries import BoundaryWithoutExample
from engine.lint.checks import (
    AlwaysApplied,
    Check,
    NeverApplied,
    PaperDecides,
    PresumedByAuthorization,
    Subject,
    WithoutExample,
)
from engine.lint.dates import EndsWithoutSuccessor, Gap, OverlappingDates
from engine.lint.language import Jargon, UnclearBecause, UndefinedAbbreviation
from engine.lint.logic import AlwaysHidden, CannotApply, Conflict, ImpossibleValue, RepeatedRule
from engine.lint.silence import Silent
from engine.lint.sources import DeadSource, FigureWithoutSource, OldSource, SourceNotSeen
from engine.lint.unused import UnusedFigure
from engine.lint.whole import Asked, FileCheck, Whole, WholeCheck
from engine.notices import load_abn, load_clauses
from engine.paperwork.risks import load_risks
from engine.problems import Problem
from engine.quality.examples import cases_of, own_rules

CHECKS: tuple[Check, ...] = (
    WithoutExample(),
    NeverApplied(),
    AlwaysApplied(),
    BoundaryWithoutExample(),
    PresumedByAuthorization(),
    PaperDecides(),
)
WHOLE_CHECKS: tuple[WholeCheck, ...] = (
    ImpossibleValue(),
    CannotApply(),
    AlwaysHidden(),
    Conflict(),
    RepeatedRule(),
    UnusedFigure(),
    SourceNotSeen(),
    Gap(),
    EndsWithoutSuccessor(),
    Silent(),
)
FILE_CHECKS: tuple[FileCheck, ...] = (
    OverlappingDates(),
    Gap(),
    EndsWithoutSuccessor(),
    FigureWithoutSource(),
    DeadSource(),
    OldSource(),
    UnclearBecause(),
    UndefinedAbbreviation(),
    Jargon(),
)


def lint(
    library: Library, payer: str | None = None, *, day: date | None = None, older_than: int | None = None
) -> tuple[Problem, ...]:
    """Every problem of every ruleset, or of one payer's, errors first. Raises UserError where files cannot be read.

    ``day`` is today: no source can have been verified after it; ``older_than`` the age in days from which a source is
    to be looked at again.
    """
    payers = (payer,) if payer else library.payers
    if payer is None:
        library.all()
    load_activities(library.reference.folder)
    load_risks(library.reference.folder)
    load_denial_reasons(library.reference.folder)
    load_clauses(library.reference.folder)
    load_abn(library.reference.folder)
    asked = Asked(library, day, older_than)
    files = _files_of(library, payers) if payer else None
    found = [*by_examples(_subjects(library, payers)), *solved(asked, payers), *as_written(asked, files)]
    return in_order(found)


def by_examples(subjects: Iterable[Subject]) -> Iterator[Problem]:
    """What is wrong with rules by what their examples show."""
    return (problem for subject in subjects for check in CHECKS for problem in check.validate(subject))


def solved(asked: Asked, payers: Iterable[str]) -> Iterator[Problem]:
    """What the payers' rules can never do, and what they leave out: slow, for their conditions are solved."""
    for name in payers:
        if (ruleset := asked.library.for_payer(name)) is not None:
            whole = Whole(asked, ruleset)
            yield from (problem for check in WHOLE_CHECKS for problem in check.finalize(whole))


def as_written(asked: Asked, files: Collection[str] | None = None) -> Iterator[Problem]:
    """What is wrong with the files by their text; with these alone, where they are given."""
    for check in FILE_CHECKS:
        yield from (problem for problem in check.look(asked) if files is None or _in(problem, files))


def in_order(found: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once, errors first."""
    return tuple(sorted(dict.fromkeys(found), key=lambda problem: _LEVELS.index(problem.level)))


_LEVELS = ("error", "warning", "note")


def _files_of(library: Library, payers: tuple[str, ...]) -> set[str]:
    """The files that the payers' rulesets are built from."""
    rulesets = [ruleset for payer in payers if (ruleset := library.for_payer(payer)) is not None]
    return {str(library.listed[used.id].path) for ruleset in rulesets for used in ruleset.used}


def _in(problem: Problem, files: Collection[str]) -> bool:
    return problem.where is not None and problem.where.file in files


def _subjects(library: Library, payers: tuple[str, ...]) -> Iterator[Subject]:
    for payer in payers:
        ruleset = library.for_payer(payer)
        if ruleset is None:
            continue
        engine = library.engine(payer)
        for rule in own_rules(library, ruleset):
            yield Subject(rule, engine, cases_of(library, ruleset, rule))


__all__ = [
    "CHECKS", "FILE_CHECKS", "WHOLE_CHECKS", "Asked", "Check", "FileCheck", "Subject", "WholeCheck", "as_written",
    "by_examples", "in_order", "lint", "solved",
]  # fmt: skip
