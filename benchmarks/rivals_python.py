"""The same rules in the customary form of three engines written in Python, each handed a plain dictionary."""

from __future__ import annotations

from typing import Any

import business_rules  # type: ignore[import-untyped]
import experta  # type: ignore[import-untyped]
import rule_engine  # type: ignore[import-untyped]
from business_rules.actions import BaseActions, rule_action  # type: ignore[import-untyped]
from business_rules.fields import FIELD_TEXT  # type: ignore[import-untyped]
from business_rules.variables import (  # type: ignore[import-untyped]
    BaseVariables,
    boolean_rule_variable,
    numeric_rule_variable,
    string_rule_variable,
)

from benchmarks.engines import Contender
from benchmarks.workload import BOOLEANS, CHOICES, PLAIN, WHOLES, Case, Term, Workload, plain


def python_rivals(work: Workload) -> list[Contender]:
    return [_rule_engine(work), _business_rules(work), _experta(work)]


def _rule_engine(work: Workload) -> Contender:
    """One compiled expression a rule."""

    def text(term: Term) -> str:
        name = PLAIN[term.fact]
        match term.operator:
            case "is":
                return name if term.constants[0] else f"not {name}"
            case "one_of":
                return f"{name} in [{', '.join(repr(word) for word in term.constants)}]"
            case "at_least":
                return f"{name} >= {term.constants[0]}"
            case "at_most":
                return f"{name} <= {term.constants[0]}"
            case "between":
                return f"{name} >= {term.constants[0]} and {name} <= {term.constants[1]}"

    compiled = [(rule.id, rule_engine.Rule(" and ".join(map(text, rule.terms)))) for rule in work.rules]
    return Contender(
        "rule-engine", plain, lambda case: [name for name, rule in compiled if rule.matches(case)], list, 10
    )


def _business_rules(work: Workload) -> Contender:
    """Rules as its dictionaries, with a variable for each fact and an action that notes the rule."""

    def conditions(term: Term) -> list[dict[str, Any]]:
        name = PLAIN[term.fact]
        match term.operator:
            case "is":
                return [{"name": name, "operator": "is_true" if term.constants[0] else "is_false", "value": ""}]
            case "one_of":
                return [{"any": [{"name": name, "operator": "equal_to", "value": word} for word in term.constants]}]
            case "at_least":
                return [{"name": name, "operator": "greater_than_or_equal_to", "value": term.constants[0]}]
            case "at_most":
                return [{"name": name, "operator": "less_than_or_equal_to", "value": term.constants[0]}]
            case "between":
                low, high = term.constants
                return [
                    {"name": name, "operator": "greater_than_or_equal_to", "value": low},
                    {"name": name, "operator": "less_than_or_equal_to", "value": high},
                ]

    def variable(name: str) -> Any:
        def read(self: Any) -> Any:
            return self.case[name]

        read.__name__ = name
        return read

    kinds = (
        (BOOLEANS, boolean_rule_variable), (CHOICES, string_rule_variable), (WHOLES, numeric_rule_variable),
    )  # fmt: skip
    members = {PLAIN[name]: decorate(variable(PLAIN[name])) for names, decorate in kinds for name in names}
    variables = type("Variables", (BaseVariables,), members)

    class Actions(BaseActions):  # type: ignore[misc]
        def __init__(self) -> None:
            self.applied: list[str] = []

        @rule_action(params={"rule": FIELD_TEXT})  # type: ignore[untyped-decorator]
        def note(self, rule: str) -> None:
            self.applied.append(rule)

    rules = [
        {
            "conditions": {"all": [part for term in rule.terms for part in conditions(term)]},
            "actions": [{"name": "note", "params": {"rule": rule.id}}],
        }
        for rule in work.rules
    ]

    def decide(case: Case) -> list[str]:
        given, actions = variables(), Actions()
        given.case = case
        business_rules.run_all(rules, given, actions)
        return actions.applied

    return Contender("business-rules", plain, decide, list, 10)


def _experta(work: Workload) -> Contender:
    """A knowledge engine with one rule method each, over one fact that holds the case."""

    class Given(experta.Fact):  # type: ignore[misc]
        pass

    def constraint(term: Term) -> Any:
        first, last = term.constants[0], term.constants[-1]
        match term.operator:
            case "is":
                return first
            case "one_of":
                return experta.P(lambda value: value in term.constants)
            case "at_least":
                return experta.P(lambda value: value >= first)
            case "at_most":
                return experta.P(lambda value: value <= first)
            case "between":
                return experta.P(lambda value: first <= value <= last)

    def method(name: str) -> Any:
        return lambda self: self.applied.append(name)

    members = {
        rule.id: experta.Rule(Given(**{PLAIN[term.fact]: constraint(term) for term in rule.terms}))(method(rule.id))
        for rule in work.rules
    }
    engine = type("Knowledge", (experta.KnowledgeEngine,), members)()

    def decide(case: Case) -> list[str]:
        engine.applied = []
        engine.reset()
        engine.declare(Given(**case))
        engine.run()
        return list(engine.applied)

    return Contender("experta", plain, decide, list, 4)
