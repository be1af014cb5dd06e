"""The trees of ``why``: each rule, each condition, each value."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from cli.show.page import Page
from cli.show.words import citation
from engine.decision import JsonValue
from engine.explain import Node, RuleTree

_MARKS = {"true": "[true]", "false": "[false]", "unknown": "[unknown]"}


def show_trees(trees: Sequence[RuleTree], page: Page, *, every: bool) -> None:
    """Rules that apply or may apply with all their conditions; of the others the title only, unless ``every``."""
    if not trees:
        page.line("There is no ruleset for this payer, so no rule to explain.")
    spoken = [tree for tree in trees if every or tree.state != "does not apply"]
    for _, alike in groupby(spoken, key=lambda tree: (tree.rule.id, tree.state, tree.root, tree.overridden_by)):
        _show(tuple(alike), page)
    silent = [tree for tree in trees if tree not in spoken]
    if silent:
        page.line("Rules that do not apply (name one to see why)", "bold")
        names = dict.fromkeys((tree.rule.id, tree.rule.title) for tree in silent)
        page.rows(*names)


def _show(alike: Sequence[RuleTree], page: Page) -> None:
    """One rule where it stands alike on several lines."""
    tree = alike[0]
    lines = [str(one.line + 1) for one in alike if one.line is not None]
    where = f", line {lines[0]}" if len(lines) == 1 else f", lines {', '.join(lines)}" if lines else ""
    page.line(f"{tree.rule.id}{where}: {tree.state}", "bold")
    page.line(tree.rule.because, by=2)
    if tree.overridden_by:
        page.line(f"Overridden by {', '.join(tree.overridden_by)}.", by=2)
    _node(tree.root, 2, page)
    page.line(citation(tree.rule.source), "dim", by=2)
    page.line()


def _node(node: Node, depth: int, page: Page) -> None:
    page.rows((_MARKS[node.truth], node.text), by=depth)
    for part in node.parts:
        _node(part, depth + 2, page)


def trees_json(trees: Sequence[RuleTree]) -> list[JsonValue]:
    return [
        {
            "rule": tree.rule.id,
            "line": None if tree.line is None else tree.line + 1,
            "state": tree.state,
            "because": tree.rule.because,
            "overridden_by": list(tree.overridden_by),
            "condition": _node_json(tree.root),
            "source": tree.rule.source.as_json(),
        }
        for tree in trees
    ]


def _node_json(node: Node) -> JsonValue:
    return {"text": node.text, "truth": node.truth, "parts": [_node_json(part) for part in node.parts]}
