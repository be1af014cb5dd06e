"""What was found about payers, statement by statement, held against the rulesets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.language.load import Library
from engine.problems import Problem, UserError
from engine.reference import TablePart, read_table

FILE = "statements.yaml"


class _Statement(TablePart):
    payer: str
    says: str
    sources: tuple[str, ...]
    rules: tuple[str, ...] = ()
    why_none: str | None = None


class _Statements(TablePart):
    statements: tuple[_Statement, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One finding about a payer: the rules and clocks that encode it, or in a sentence why none does."""

    payer: str
    says: str
    sources: tuple[str, ...]
    rules: tuple[str, ...]
    why_none: str | None


def load_statements(library: Library) -> tuple[Statement, ...]:
    """The table. Raises UserError with every row that names what there is not, or that says neither or both."""
    table, document = read_table(library.bundled / "reference" / FILE, _Statements)
    known = _encoding(library)
    problems: list[Problem] = []
    for at, row in enumerate(table.statements):
        here = ("statements", at)
        problems += [
            Problem("unknown-rule", f"no rule or clock is called {rule!r}", document.span(here), "rules")
            for rule in row.rules
            if rule not in known
        ]
        problems += [
            Problem("unknown-source", f"no source is called {key!r}", document.span(here), "sources")
            for key in row.sources
            if key not in library.reference.sources
        ]
        if bool(row.rules) == bool(row.why_none):
            message = "a statement names its rules, or says why none encodes it"
            problems.append(Problem("broken-value", message, document.span(here), "rules"))
    if problems:
        raise UserError(problems)
    return tuple(Statement(row.payer, row.says, row.sources, row.rules, row.why_none) for row in table.statements)


def unstated(library: Library) -> tuple[str, ...]:
    """The payers' rules and clocks that no statement names: those of a payer's own ruleset that cite a publication."""
    named = {rule for statement in load_statements(library) for rule in statement.rules}
    return tuple(name for name in _of_payers(library) if name not in named)


def _encoding(library: Library) -> frozenset[str]:
    rulesets = library.all()
    rules = {rule.id for ruleset in rulesets for rule in ruleset.rules}
    return frozenset(rules | {clock.id for ruleset in rulesets for clock in ruleset.clocks.values()})


def _of_payers(library: Library) -> Iterator[str]:
    for ruleset in library.all():
        if ruleset.payer and ruleset.id != "medicare-part-b":
            for rule in ruleset.rules:
                if rule.id.startswith(f"{ruleset.id}/") and rule.source.level != "own":
                    yield rule.id
            yield from (clock.id for clock in ruleset.clocks.values())
