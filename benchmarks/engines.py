"""What is compared: this project's evaluators and the raw loop of durable-rules on the patterns they emit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import durable_rules_engine as c_engine
import orjson

from benchmarks.library import NAMES, example
from benchmarks.workload import Case, Workload, ruleset_of
from engine.facts.base import Facts, Setting
from engine.facts.values import known
from engine.inference.durable import RULES_IN_CHUNK, DurableEngine, _Chunk
from engine.inference.patterns import FALSE, TRUE, Level
from engine.inference.program import compile_rules
from engine.inference.reference import ReferenceEvaluator, truth_of
from engine.inference.rule_engine import Firing, RuleEngine
from engine.language.conditions import judge
from engine.language.load import load_rulesets

FIRING, RAW, WHOLE, COMPILED = "precertain, firing", "durable-rules, raw", "precertain, whole", "compiled Python"


@dataclass(frozen=True)
class Contender:
    """One engine with the rules loaded.

    ``given`` turns a case into what the engine is handed and ``applies`` its outcome into the ids of the rules that
    apply; only ``decide``, between them, is timed. ``batch`` is the number of cases a round, fewer for a slow engine.
    """

    name: str
    given: Callable[[Case], Any]
    decide: Callable[[Any], Any]
    applies: Callable[[Any], Iterable[str]]
    batch: int = 40


def own_contenders(work: Workload) -> list[Contender]:
    """Firing alone, the raw loop on the same patterns, the whole way from facts, and the second evaluator alone."""
    rules = ruleset_of(work.rules).rules
    (segment,) = compile_rules(rules)
    (level,) = segment.levels
    engine = DurableEngine(segment.levels)

    def slots(case: Case) -> dict[int, int]:
        return segment.values(0, [judge(test, known(case[test.fact])) for test in segment.tests], {})

    def names(states: Iterable[int]) -> list[str]:
        return certain(dict(zip((pattern.name for pattern in level), states, strict=True)))

    raw = RawLoop(level)
    return [
        Contender(FIRING, slots, lambda values: engine.fire(0, values), names),
        Contender(RAW, lambda case: raw.facts(slots(case)), raw.decide, raw.applies),
        _whole(work),
        _compiled(work),
    ]


def certain(states: Mapping[str, int]) -> list[str]:
    """The rules that apply; no rule of a complete case may apply only possibly."""
    if not set(states.values()) <= {FALSE, TRUE}:
        raise AssertionError("a rule applies possibly although the case is complete")
    return [name for name, state in states.items() if state == TRUE]


def _whole(work: Workload) -> Contender:
    """From the facts of a case: tests judged, both evaluators run and compared."""
    engine = RuleEngine(ruleset_of(work.rules))
    treatment = example(NAMES[0])
    setting = Setting(load_rulesets().reference, None, {}, uses_edits=False, fee_schedule=False)

    def facts(case: Case) -> Facts:
        inputs = {name: known(value) for name, value in case.items()}
        return Facts(treatment, treatment.coverage, setting, inputs, frozenset())

    def names(firing: Firing) -> list[str]:
        if firing.disputed:
            raise AssertionError("the two evaluators disagree")
        return certain(firing.lines[0])

    def decide(case: Facts) -> Firing:
        engine.forget()
        return engine.fire(case)

    return Contender(WHOLE, facts, decide, names)


def _compiled(work: Workload) -> Contender:
    rules = ruleset_of(work.rules).rules
    evaluator = ReferenceEvaluator(rules, rules)

    def decide(values: Mapping[str, Any]) -> dict[str, int]:
        truths = [truth_of(test, values[test.fact]) for test in evaluator.tests]
        return dict(zip((rule.id for rule in rules), evaluator.states(truths, ()), strict=True))

    return Contender(COMPILED, lambda case: {name: known(value) for name, value in case.items()}, decide, certain)


class RawLoop:
    """The C module driven with nothing around it: assert, drain, retract, on facts that are ready text.

    The patterns and the facts are taken from the chunks of ``engine.inference.durable``: they are the very same.
    """

    def __init__(self, level: Level) -> None:
        self._rules = [level[start : start + RULES_IN_CHUNK] for start in range(0, len(level), RULES_IN_CHUNK)]
        self._chunks = [_Chunk(rules) for rules in self._rules]
        self._opened = [_open(chunk, number) for number, chunk in enumerate(self._chunks)]

    def facts(self, values: Mapping[int, int]) -> list[str]:
        return [chunk._fact(values) for chunk in self._chunks]

    def decide(self, facts: list[str]) -> list[list[str]]:
        """What each chunk sends back, in its own words."""
        answers: list[list[str]] = []
        for (handle, state), fact in zip(self._opened, facts, strict=True):
            messages: list[str] = []
            code, _ = c_engine.assert_fact(handle, fact)
            if code == 0:
                message = c_engine.start_action_for_state(handle, state)[1]
                while message:
                    messages.append(message)
                    message = c_engine.complete_and_start_action(handle, state)
            c_engine.retract_fact(handle, fact)
            answers.append(messages)
        return answers

    def applies(self, answers: list[list[str]]) -> Iterable[str]:
        for rules, messages in zip(self._rules, answers, strict=True):
            for message in messages:
                (name,) = orjson.loads(message)
                if name.startswith("c"):
                    yield rules[int(name[1:])].name


def _open(chunk: _Chunk, number: int) -> tuple[int, int]:
    """A ruleset with its one state, made by a sentinel that fires."""
    handle = c_engine.create_ruleset(f"raw-{number}-{id(chunk)}", chunk._definition)
    slots = {f"s{slot}": -9 for slot in chunk._slots}
    sentinel = orjson.dumps({"id": "b", "sid": "0", "boot": 1, "always": 0} | slots).decode()
    _, state = c_engine.assert_fact(handle, sentinel)
    c_engine.start_action_for_state(handle, state)
    while c_engine.complete_and_start_action(handle, state):
        pass
    c_engine.retract_fact(handle, sentinel)
    return handle, state
