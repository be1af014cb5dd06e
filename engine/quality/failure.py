"""Why an example fails: the rules that the answer rests on, or the conditions by which its own rule does not apply."""

from __future__ import annotations

from collections.abc import Iterator

from engine.decision import Decision
from engine.explain import Node, RuleTree, explain
from engine.language.load import Library
from engine.language.rules import ANSWERS, Rule
from engine.treatment import PlannedTreatment


def why(library: Library, treatment: PlannedTreatment, rule: Rule, key: str, decision: Decision) -> tuple[str, ...]:
    """What decided where an example's expectation ``key`` of a rule's example came out otherwise."""
    if key in ("applies", "applies_on_lines"):
        trees = explain(treatment, library, today=decision.today, rule=rule.id)
        return tuple(dict.fromkeys(said for tree in trees for said in _of_tree(tree)))
    return tuple(f"{name}: {_because(library, decision, name)}" for name in dict.fromkeys(_resting_on(decision, key)))


def _of_tree(tree: RuleTree) -> Iterator[str]:
    yield from (f"{name} overrides it" for name in tree.overridden_by)
    if tree.root.truth == "true":
        yield from (f"{text}: true" for text in _texts(tree.root))
    else:
        yield from _wanting(tree.root)


def _wanting(node: Node) -> Iterator[str]:
    """The conditions that keep a node from being true."""
    if node.truth == "true":
        return
    if not node.parts or node.text == "not":
        yield f"{'; '.join(_texts(node))}: {node.truth}"
    else:
        for part in node.parts:
            yield from _wanting(part)


def _texts(node: Node) -> Iterator[str]:
    if not node.parts:
        yield node.text
    for part in node.parts:
        yield from (f"not: {text}" if node.text == "not" else text for text in _texts(part))


def _resting_on(decision: Decision, key: str) -> Iterator[str]:
    match key:
        case "coverage" | "authorization" | "telehealth" | "provider":
            yield from getattr(decision, key).why
        case "headline":
            for answer in ANSWERS:
                yield from getattr(decision, answer).why
        case "edits" | "documents" | "deadlines":
            for one in getattr(decision, key):
                yield from one.why
        case _:
            yield from decision.lines[0].why


def _because(library: Library, decision: Decision, name: str) -> str:
    ruleset = library.for_payer(decision.payer)
    rule = ruleset.by_id.get(name) if ruleset else None
    return rule.because if rule else "a clock or a figure"
