"""What is wrong with rulesets beyond their form. One check, one class, one paragraph, one bad fixture."""

from __future__ import annotations

from collections.abc import Iterator

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
from engine.lint.conflicts import Conflict
from engine.lint.unused import UnusedFigure
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


def lint(library: Library, payer: str | None = None) -> tuple[Problem, ...]:
    """Every problem of every ruleset, or of one payer's. Raises UserError where files cannot even be read."""
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
    for name in payers:
        if (ruleset := library.for_payer(name)) is not None:
            found.extend(Conflict().finalize(library, ruleset))
            found.extend(UnusedFigure().finalize(library, ruleset))
    return tuple(dict.fromkeys(found))


def _subjects(library: Library, payers: tuple[str, ...]) -> Iterator[Subject]:
    for payer in payers:
        ruleset = library.for_payer(payer)
        if ruleset is None:
            continue
        engine = library.engine(payer)
        for rule in own_rules(library, ruleset):
            cases = tuple(example_case(library, ruleset, rule, example) for example in rule.examples)
            yield Subject(rule, engine, cases)


__all__ = ["CHECKS", "Check", "Subject", "lint"]
