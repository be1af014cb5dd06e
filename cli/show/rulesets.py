"""A ruleset in plain English."""

from __future__ import annotations

from collections.abc import Sequence

from cli.show.page import Page
from cli.show.words import citation
from engine.decision import JsonValue
from engine.language.rules import Rule, Ruleset
from engine.quality.english import clock_spans, conditions, effects, in_force


def show_rules(ruleset: Ruleset, rules: Sequence[Rule], page: Page) -> None:
    page.line(f"{ruleset.title} ({ruleset.id} {ruleset.version}, verified {ruleset.verified})", "bold")
    for rule in rules:
        page.line()
        page.line(rule.id, "bold")
        page.line(rule.because, by=2)
        page.line(f"In force for {in_force(rule)}. Applies where:", by=2)
        for line in conditions(rule):
            page.items(line.text, by=4 + 2 * line.depth)
        page.line("Then:", by=2)
        page.items(*(effects(rule) or ("other rules may build on it",)), by=4)
        if rule.overrides:
            page.line(f"It overrides {', '.join(rule.overrides)}.", by=2)
        page.line(citation(rule.source), "dim", by=2)


def show_clocks(ruleset: Ruleset, page: Page) -> None:
    for clock in ruleset.clocks.values():
        page.line()
        page.line(clock.id, "bold")
        page.line(f"{clock.title}, counted from {clock.counted_from}.", by=2)
        for said, span in zip(clock_spans(clock), clock.spans, strict=True):
            page.items(said, by=4)
            page.line(citation(span.source), "dim", by=4)


def rules_json(rules: Sequence[Rule]) -> list[JsonValue]:
    return [
        {
            "id": rule.id,
            "title": rule.title,
            "scope": rule.scope,
            "in_force": {
                "from": rule.in_force_from.isoformat() if rule.in_force_from else None,
                "to": rule.in_force_to.isoformat() if rule.in_force_to else None,
            },
            "when": [{"depth": line.depth, "text": line.text} for line in conditions(rule)],
            "then": list(effects(rule)),
            "because": rule.because,
            "overrides": list(rule.overrides),
            "source": rule.source.as_json(),
            "examples": [example.name for example in rule.examples],
        }
        for rule in rules
    ]
