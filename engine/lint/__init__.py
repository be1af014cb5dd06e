"""What is wrong with rulesets beyond their form. One check, one class, one paragraph, one bad fixture."""

from __future__ import annotations

from collections.abc import Iterator

from engine.activities import load_activities
from engine.denial_reasons import load_denial_reasons
from engine.language.load import Library
from engine.lint.boundaries import BoundaryWithoutExample
from engine.lint.checks import Check, NeverApplied, PaperDecides, PresumedByAuthorization, Subject, WithoutExample
from engine.lint.conflicts import Conflict
from engine.notices import load_abn, load_clauses
from engine.paperwork.risks import load_risks
from engine.problems import Problem
from engine.quality.examples import example_case, own_rules

CHECKS: tuple[Check, ...] = (
    WithoutExample(),
    NeverApplied(),
    BoundaryWithoutExample(),
    PresumedByAuthorization(),
    PaperDecides(),
)


def lint(library: Library) -> tuple[Problem, ...]:
    """Every problem of every ruleset. Raises UserError where files cannot even be read."""
    library.all()
    load_activities(library.reference.folder)
    load_risks(library.reference.folder)
    load_denial_reasons(library.reference.folder)
    load_clauses(library.reference.folder)
    load_abn(library.reference.folder)
    found = [problem for subject in _subjects(library) for check in CHECKS for problem in check.validate(subject)]
    for payer in library.payers:
        if (ruleset := library.for_payer(payer)) is not None:
            found.extend(Conflict().finalize(library, ruleset))
    return tuple(dict.fromkeys(found))


def _subjects(library: Library) -> Iterator[Subject]:
    for payer in library.payers:
        ruleset = library.for_payer(payer)
        if ruleset is None:
            continue
        engine = library.engine(payer)
        for rule in own_rules(library, ruleset):
            cases = tuple(example_case(library, ruleset, rule, example) for example in rule.examples)
            yield Subject(rule, engine, cases)


__all__ = ["CHECKS", "Check", "Subject", "lint"]
