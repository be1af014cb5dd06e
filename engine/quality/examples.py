"""The examples beside the rules: each is decided like any case and compared with what its author expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from engine.decide import check, facts_for
from engine.decision import Decision
from engine.facts.base import Facts, Place
from engine.facts.values import known
from engine.inference.patterns import FALSE, TRUE
from engine.inference.rule_engine import VISIT, States
from engine.language.load import Library
from engine.language.rules import Example, Rule, Ruleset
from engine.problems import Problem, Span, UserError
from engine.quality.failure import why
from engine.source import Document, validate
from engine.treatment import PlannedTreatment

EXPECTATIONS = (
    "applies", "applies_on_lines", "coverage", "authorization", "telehealth", "provider", "headline", "reason",
    "modifiers", "documents", "deadlines", "edits", "units",
)  # fmt: skip
APPLIES = {0: False, 1: "possibly", 2: True}


@dataclass(frozen=True)
class ExampleResult:
    """One expectation of one example: what was expected and what came out. ``given``: what the example changes in
    the typical case; ``why``: what decided, where it came out otherwise."""

    ruleset: str
    rule: str
    name: str
    key: str
    expected: object
    got: object
    where: Span
    given: Mapping[str, object]
    why: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return self.expected == self.got


@dataclass(frozen=True, slots=True)
class Standing:
    """How a rule stands in a case: whether it applies anywhere, and the lines, from 1, on which it certainly does.

    A rule about a pair applies on both of its lines.
    """

    applies: object
    lines: tuple[int, ...]

    @staticmethod
    def of(rule: Rule, states: Mapping[Place, States]) -> Standing:
        """From the states of all rules in all places of a case."""
        pairs = rule.scope == "pair"
        own = {place: at.get(rule.id, FALSE) for place, at in states.items() if isinstance(place, tuple) == pairs}
        lines = {at + 1 for place, state in own.items() if state == TRUE for at in _lines_of(place)}
        return Standing(APPLIES[max(own.values(), default=FALSE)], tuple(sorted(lines)))

    def told(self) -> Mapping[str, object]:
        """By the expectations that an example may have of it."""
        return {"applies": self.applies, "applies_on_lines": self.lines}


def _lines_of(place: Place) -> tuple[int, ...]:
    if place is None:
        return ()
    return place if isinstance(place, tuple) else (place,)


@dataclass(frozen=True)
class ExampleCase:
    """An example as a planned treatment, with the facts and how the example's own rule stands in it."""

    example: Example
    treatment: PlannedTreatment
    facts: Facts
    standing: Standing

    @property
    def applies(self) -> object:
        return self.standing.applies


def run_examples(library: Library, payer: str | None = None) -> tuple[ExampleResult, ...]:
    """Decide every example of the payers' rulesets. Raises UserError where an example is no valid case."""
    results: list[ExampleResult] = []
    for name in [payer] if payer else library.payers:
        ruleset = library.for_payer(name)
        if ruleset is not None:
            for rule in own_rules(library, ruleset):
                results.extend(results_of(library, ruleset, rule, cases_of(library, ruleset, rule)))
    return tuple(results)


def own_rules(library: Library, ruleset: Ruleset) -> Iterator[Rule]:
    """The rules whose examples this ruleset answers for: its own, and those of bases that no payer owns."""
    return (rule for rule in ruleset.rules if answering(library, rule).id == ruleset.id)


def answering(library: Library, rule: Rule) -> Ruleset:
    """The ruleset whose typical case a rule's examples change: its payer's own; of a base's rule one that has it, and
    not one of its own in its place: bundled before own, then one that uses edits, then by name."""
    origin = library.ruleset(rule.id.partition("/")[0])
    if origin.payer is not None:
        return origin
    having = [ruleset for payer in library.payers if (ruleset := library.for_payer(payer)) and rule.id in ruleset.by_id]
    having.sort(key=lambda ruleset: (library.listed[ruleset.id].own, not ruleset.uses_edits, ruleset.id))
    return having[0] if having else origin


def cases_of(library: Library, ruleset: Ruleset, rule: Rule) -> tuple[ExampleCase, ...]:
    """The examples of a rule as cases. Raises UserError where one is no valid case."""
    return tuple(example_case(library, ruleset, rule, example) for example in rule.examples)


def results_of(
    library: Library, ruleset: Ruleset, rule: Rule, cases: tuple[ExampleCase, ...]
) -> Iterator[ExampleResult]:
    """What is expected of the cases and what comes out; one is only decided where more is expected than that the rule
    applies."""
    for case in cases:
        decision: Decision | None = None
        for key, expected in case.example.expect.items():
            standing = case.standing.told()
            if decision is None and not (key in standing and standing[key] == expected):
                day = case.treatment.today or case.treatment.date_of_service
                gathered = case.facts.before or case.facts
                decision = check(case.treatment, library, today=day, explained=False, gathered=gathered)
            got = got_of(key, decision, case) if decision else standing[key]
            because = () if decision is None or got == expected else why(library, case.treatment, rule, key, decision)
            yield ExampleResult(
                ruleset.id, rule.id, case.example.name, key, expected, got, case.example.where, case.example.given,
                because,
            )  # fmt: skip


def example_case(library: Library, ruleset: Ruleset, rule: Rule, example: Example) -> ExampleCase:
    """The typical case with the example's facts put in; it may name another payer that has the rule too."""
    treatment, facts = example_facts(library, ruleset, example)
    firing = library.engine(treatment.coverage.payer).fire(facts)
    return ExampleCase(example, treatment, facts, Standing.of(rule, firing.places))


def example_facts(library: Library, ruleset: Ruleset, example: Example) -> tuple[PlannedTreatment, Facts]:
    """The example as a planned treatment, and its facts; of a plan without a visit number, those of the first visit.

    Raises UserError where it is no valid case.
    """
    data = nested({**ruleset.typical_case, **example.given})
    treatment = validate(PlannedTreatment, data, _no_document(example))
    if not isinstance(treatment, PlannedTreatment):
        raise UserError(
            Problem("broken-example", f"{example.name!r}: {problem.message}", example.where, problem.key)
            for problem in treatment
        )
    today = treatment.today or treatment.date_of_service
    facts = facts_for(treatment, treatment.coverage, library, today, strict=False)
    if not facts.value(VISIT).is_known and treatment.plan_of_care.visits is not None:
        facts = facts.assuming({VISIT: known(1)})
    return treatment, facts


def _no_document(example: Example) -> Document:
    return Document(data={}, spans={}, file=example.where.file, lines=())


def nested(dotted: Mapping[str, object]) -> dict[str, object]:
    """Dotted keys as a nested case; numbers from 1 count the items of a list; null leaves a fact out."""
    tree: dict[str, object] = {}
    for key, value in dotted.items():
        *path, last = key.split(".")
        at = tree
        for part in path:
            if not isinstance(at.get(part), dict):
                at[part] = {}
            at = cast("dict[str, object]", at[part])
        if value is None:
            at.pop(last, None)
        else:
            at[last] = value
    return {key: _listed(value) for key, value in tree.items()}


def _listed(value: object) -> object:
    if not isinstance(value, dict):
        return value
    if value and all(key.isdecimal() for key in value):
        return tuple(_listed(value[key]) for key in sorted(value, key=int))
    return {key: _listed(below) for key, below in value.items()}


def got_of(key: str, decision: Decision, case: ExampleCase) -> object:
    """What came out of a case where its example expects something."""
    expected = case.example.expect[key]
    match key:
        case "applies" | "applies_on_lines":
            return case.standing.told()[key]
        case "coverage" | "authorization" | "telehealth" | "provider":
            return getattr(decision, key).answer
        case "headline":
            return decision.headline
        case "reason":
            return decision.lines[0].reason
        case "modifiers":
            return decision.lines[0].modifiers
        case "units":
            return decision.lines[0].units
        case "edits":
            return tuple(edit.resolution for edit in decision.edits)
        case "documents":
            status = {document.id: document.status for document in decision.documents}
            return {name: status.get(name) for name in _names(expected)}
        case "deadlines":
            due = {deadline.id: deadline.due for deadline in decision.deadlines}
            return {name: due.get(name) for name in _names(expected)}
    return f"{key} is no expectation; there are {', '.join(EXPECTATIONS)}"


def _names(expected: object) -> tuple[str, ...]:
    return tuple(expected) if isinstance(expected, Mapping) else ()
