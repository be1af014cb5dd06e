"""What rules may read and override: within their scope, in one dimension, and never in a circle."""

from __future__ import annotations

from engine.facts.dictionary import describe
from engine.language.conditions import Fired, Test, leaves
from engine.language.parse import Path, Vocabulary
from engine.language.rules import Rule
from engine.problems import Problem, Span

_REACH = {"treatment": ("treatment",), "line": ("treatment", "line"), "pair": ("treatment", "pair")}


def check_scope(rule: Rule, path: Path, words: Vocabulary) -> None:
    """Refuse facts and effects that a rule of this scope cannot have."""
    for leaf in leaves(rule.condition):
        if isinstance(leaf, Test) and (scope := describe(leaf.fact).scope) not in _REACH[rule.scope]:
            message = f"{leaf.fact} belongs to a {scope}, but the rule is about a {rule.scope}"
            words.refuse((*path, "scope"), "wrong-scope", message)
    if rule.effect and rule.effect.dimension == "edit" and rule.scope != "pair":
        words.refuse((*path, "scope"), "wrong-scope", "an edit is about a pair of lines: say scope: pair")


def check_graph(rules: tuple[Rule, ...], problems: list[Problem]) -> None:
    """Report overrides across dimensions, readings of a wider scope, and cycles."""
    by_id = {rule.id: rule for rule in rules}
    for rule in rules:
        for target in rule.overrides:
            other = by_id[target]
            same = rule.effect and other.effect and rule.effect.dimension == other.effect.dimension
            if not same:
                message = f"{rule.id} overrides {target}, which decides something else"
                problems.append(Problem("foreign-override", message, rule.where))
            if rule.scope not in ("treatment", other.scope):
                message = f"{target} is about a {other.scope}, so {rule.id}, about a {rule.scope}, cannot override it"
                hint = f"say scope: {rule.scope}"
                problems.append(Problem("wrong-scope", message, other.where, hint=hint))
        for leaf in leaves(rule.condition):
            if isinstance(leaf, Fired) and by_id[leaf.rule].scope not in ("treatment", rule.scope):
                message = f"{rule.id} is about a {rule.scope} and cannot read {leaf.rule}"
                problems.append(Problem("wrong-scope", message, rule.where))
    _find_cycle(rules, problems)


def dependencies(rules: tuple[Rule, ...]) -> dict[str, tuple[str, ...]]:
    """For each rule the rules that must be decided before it: those it reads and those that override it."""
    needs: dict[str, list[str]] = {rule.id: [] for rule in rules}
    for rule in rules:
        needs[rule.id].extend(leaf.rule for leaf in leaves(rule.condition) if isinstance(leaf, Fired))
        for target in rule.overrides:
            needs[target].append(rule.id)
    return {name: tuple(dict.fromkeys(names)) for name, names in needs.items()}


def _find_cycle(rules: tuple[Rule, ...], problems: list[Problem]) -> None:
    needs = dependencies(rules)
    places: dict[str, Span] = {rule.id: rule.where for rule in rules}
    done: set[str] = set()
    for start in needs:
        trail: list[str] = []
        stack: list[tuple[str, int]] = [(start, 0)]
        while stack:
            name, at = stack.pop()
            if at == 0:
                if name in done:
                    continue
                trail.append(name)
            if at < len(needs[name]):
                stack.append((name, at + 1))
                following = needs[name][at]
                if following in trail:
                    ring = [*trail[trail.index(following) :], following]
                    message = "these rules wait for one another: " + " → ".join(ring)
                    problems.append(Problem("cycle", message, places[following]))
                    return
                stack.append((following, 0))
            else:
                trail.pop()
                done.add(name)
