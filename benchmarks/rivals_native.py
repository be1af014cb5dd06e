"""The same rules in the customary form of three engines written in Rust or C, each handed a plain dictionary."""

from __future__ import annotations

from typing import Any

import clips  # type: ignore[import-untyped]
import datalogic_py
import orjson
import zen

from benchmarks.engines import Contender
from benchmarks.workload import PLAIN, Case, Term, Workload, plain


def native_rivals(work: Workload) -> list[Contender]:
    return [_zen(work), _datalogic(work), _clips(work)]


def _zen(work: Workload) -> Contender:
    """One decision table that collects every row that matches."""

    def cell(term: Term) -> str:
        match term.operator:
            case "is":
                return "true" if term.constants[0] else "false"
            case "one_of":
                return ", ".join(f'"{word}"' for word in term.constants)
            case "at_least":
                return f">= {term.constants[0]}"
            case "at_most":
                return f"<= {term.constants[0]}"
            case "between":
                return f"[{term.constants[0]}..{term.constants[1]}]"

    rows = [
        {"_id": rule.id, "rule": f'"{rule.id}"'}
        | dict.fromkeys(PLAIN.values(), "")
        | {PLAIN[term.fact]: cell(term) for term in rule.terms}
        for rule in work.rules
    ]
    table = {
        "hitPolicy": "collect",
        "inputs": [{"id": name, "name": name, "field": name} for name in PLAIN.values()],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": rows,
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": "first", "sourceId": "in", "targetId": "table", "type": "edge"},
        {"id": "second", "sourceId": "table", "targetId": "out", "type": "edge"},
    ]
    content = orjson.dumps({"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}).decode()
    decision = zen.ZenEngine().create_decision(content)

    return Contender("zen-engine", plain, decision.evaluate, lambda found: [row["rule"] for row in found["result"]])


def _datalogic(work: Workload) -> Contender:
    """One compiled JSONLogic list with a truth value for each rule."""

    def logic(term: Term) -> dict[str, Any]:
        fact = {"var": PLAIN[term.fact]}
        match term.operator:
            case "is":
                return {"==": [fact, term.constants[0]]}
            case "one_of":
                return {"in": [fact, list(term.constants)]}
            case "at_least":
                return {">=": [fact, term.constants[0]]}
            case "at_most":
                return {"<=": [fact, term.constants[0]]}
            case "between":
                return {"<=": [term.constants[0], fact, term.constants[1]]}

    compiled = datalogic_py.Engine().compile([{"and": [logic(term) for term in rule.terms]} for rule in work.rules])
    return Contender(
        "datalogic-py",
        plain,
        compiled.evaluate,
        lambda truths: [rule.id for rule, truth in zip(work.rules, truths, strict=True) if truth],
    )


def _clips(work: Workload) -> Contender:
    """One fact with a slot for each of the case's; rules that apply add their id to a global list."""

    def slot(term: Term) -> str:
        match term.operator:
            case "is":
                value = "TRUE" if term.constants[0] else "FALSE"
            case "one_of":
                value = "|".join(map(str, term.constants))
            case "at_least":
                value = f"?v&:(>= ?v {term.constants[0]})"
            case "at_most":
                value = f"?v&:(<= ?v {term.constants[0]})"
            case "between":
                value = f"?v&:(<= {term.constants[0]} ?v {term.constants[1]})"
        name = PLAIN[term.fact]
        return f"({name} {value.replace('?v', '?' + name)})"

    environment = clips.Environment()
    environment.build("(defglobal ?*applied* = (create$))")
    environment.build(f"(deftemplate case {' '.join(f'(slot {name})' for name in PLAIN.values())})")
    for rule in work.rules:
        action = f"(bind ?*applied* (create$ ?*applied* {rule.id}))"
        environment.build(f"(defrule {rule.id} (case {' '.join(map(slot, rule.terms))}) => {action})")
    template = environment.find_template("case")

    def decide(case: Case) -> Any:
        environment.reset()
        template.assert_fact(**{name: clips.Symbol(v) if isinstance(v, str) else v for name, v in case.items()})
        environment.run()
        return environment.find_global("applied").value

    return Contender("clipspy", plain, decide, lambda found: map(str, found))
