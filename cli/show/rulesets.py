"""A ruleset in plain English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cli.show.page import Page
from cli.show.words import citation
from engine.decision import JsonValue
from engine.language.rules import Rule, Ruleset
from engine.quality.clauses import plain_day
from engine.quality.english import clock_spans, conditions, effects, in_force, lists, titled

BUILDS = "Other rules build on it"
"""What follows from a rule that has no answer of its own."""
OUR_READING = "; this is our reading of it"


def show_rules(ruleset: Ruleset, rules: Sequence[Rule], titles: Mapping[str, str], page: Page) -> None:
    """The rules, its own first, then those of each ruleset that it extends, by its title."""
    page.line(ruleset.title, "bold")
    page.line(f"{ruleset.id}, version {ruleset.version}, last verified {plain_day(ruleset.verified)}", "dim")
    for origin, group in by_origin(ruleset, rules):
        if origin != ruleset.id:
            page.line()
            page.line(f"TAKEN OVER FROM: {titles[origin]}", "bold")
        for rule in group:
            _show_rule(ruleset, rule, page)
    for name, codes in lists(rules, ruleset).items():
        page.line()
        page.line(f"The list “{name.replace('-', ' ')}”", "bold")
        page.line(", ".join(codes), by=2)


def by_origin(ruleset: Ruleset, rules: Sequence[Rule]) -> Iterator[tuple[str, list[Rule]]]:
    """The rules by the id of the ruleset that they come from, its own first and the most general last."""
    for used in ruleset.used:
        group = [rule for rule in rules if rule.id.partition("/")[0] == used.id]
        if group:
            yield used.id, sorted(group, key=_answers_first)


def _answers_first(rule: Rule) -> int:
    order = ("authorization", "coverage", "telehealth", "provider", "edit", "modifier")
    return order.index(rule.effect.dimension) if rule.effect else len(order)


def _show_rule(ruleset: Ruleset, rule: Rule, page: Page) -> None:
    page.line()
    page.line(rule.title, "bold")
    page.line(rule.because, by=2)
    page.line(f"For {in_force(rule)}:", by=2)
    page.items(*(f"{effect}." for effect in effects(rule) or (BUILDS,)), by=4)
    page.line("Where", by=2)
    for line in conditions(rule, ruleset):
        page.items(line.text, by=4 + 2 * line.depth)
    if rule.overrides:
        page.line("Where it applies, these do not:", by=2)
        page.items(*(titled(name, ruleset) for name in rule.overrides), by=4)
    page.line(f"Source: {citation(rule.source)}{OUR_READING if rule.inferred else ''}", "dim", by=2)
    page.line(f"[{rule.id}]", "dim", by=2)


def show_clocks(ruleset: Ruleset, page: Page) -> None:
    for clock in ruleset.clocks.values():
        page.line()
        page.line(clock.title, "bold")
        page.line(f"Counted from {clock.counted_from}.", by=2)
        for said, span in zip(clock_spans(clock), clock.spans, strict=True):
            page.items(said, by=4)
            page.line(f"Source: {citation(span.source)}", "dim", by=4)
        page.line(f"[{clock.id}]", "dim", by=2)


def rules_json(ruleset: Ruleset, rules: Sequence[Rule]) -> list[JsonValue]:
    return [
        {
            "id": rule.id,
            "title": rule.title,
            "scope": rule.scope,
            "in_force": {
                "from": rule.in_force_from.isoformat() if rule.in_force_from else None,
                "to": rule.in_force_to.isoformat() if rule.in_force_to else None,
            },
            "when": [{"depth": line.depth, "text": line.text} for line in conditions(rule, ruleset)],
            "then": list(effects(rule)),
            "because": rule.because,
            "overrides": list(rule.overrides),
            "source": rule.source.as_json(),
            "examples": [example.name for example in rule.examples],
        }
        for rule in rules
    ]
