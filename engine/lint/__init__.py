"""What is wrong with rulesets beyond their form. One check, one class, one paragraph, one bad fixture.

A check looks at one rule (``validate``), at a payer's ruleset as a whole (``finalize``) or at all files (``look``).
"""

from __future__ import annotations

from collections.abc import Iterator
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
from engine.quality.examples import example_case, own_rules

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
    found = [
        problem for subject in _subjects(library, payers) for check in CHECKS for problem in check.validate(subject)
    ]
    asked = Asked(library, day, older_than)
    for name in payers:
        if (ruleset := library.for_payer(name)) is not None:
            whole = Whole(asked, ruleset)
            found.extend(problem for check in WHOLE_CHECKS for problem in check.finalize(whole))
    files = {str(library.listed[used].path) for used in _used(library, payers)}
    for check in FILE_CHECKS:
        found.extend(problem for problem in check.look(asked) if payer is None or _in(problem, files))
    return tuple(sorted(dict.fromkeys(found), key=lambda problem: _LEVELS.index(problem.level)))


_LEVELS = ("error", "warning", "note")


def _used(library: Library, payers: tuple[str, ...]) -> Iterator[str]:
    """The ids of the files that the payers' rulesets are built from."""
    for payer in payers:
        if (ruleset := library.for_payer(payer)) is not None:
            yield from (used.id for used in ruleset.used)


def _in(problem: Problem, files: set[str]) -> bool:
    return problem.where is not None and problem.where.file in files


def _subjects(library: Library, payers: tuple[str, ...]) -> Iterator[Subject]:
    for payer in payers:
        ruleset = library.for_payer(payer)
        if ruleset is None:
            continue
        engine = library.engine(payer)
        for rule in own_rules(library, ruleset):
            cases = tuple(example_case(library, ruleset, rule, example) for example in rule.examples)
            yield Subject(rule, engine, cases)


__all__ = ["CHECKS", "FILE_CHECKS", "WHOLE_CHECKS", "Check", "FileCheck", "Subject", "WholeCheck", "lint"]
