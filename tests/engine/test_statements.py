"""Every payer statement found has its rule or a reason, and every payer's rule its statement."""

from __future__ import annotations

from collections import Counter

from engine import Library
from engine.quality.statements import load_statements, unstated

LIBRARY = Library()


def test_every_statement_names_rules_that_there_are_or_says_why_none() -> None:
    statements = load_statements(LIBRARY)
    assert len(statements) > 80
    assert all(statement.rules or statement.why_none for statement in statements)


def test_every_rule_and_clock_of_a_payer_rests_on_a_statement() -> None:
    assert unstated(LIBRARY) == ()


def test_every_payer_has_statements() -> None:
    counted = Counter(statement.payer for statement in load_statements(LIBRARY))
    assert set(counted) == set(LIBRARY.payers)


def test_a_rule_cites_a_source_of_its_statement() -> None:
    titles = {key: source.title for key, source in LIBRARY.reference.sources.items()}
    rules = {rule.id: rule for ruleset in LIBRARY.all() for rule in ruleset.rules}
    elsewhere = [
        f"{name} cites {rules[name].source.title}"
        for statement in load_statements(LIBRARY)
        for name in statement.rules
        if name in rules and rules[name].source.level != "own"
        if rules[name].source.title not in {titles[key] for key in statement.sources}
    ]
    assert elsewhere == []
