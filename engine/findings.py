"""The findings and the assumptions of a decision: every rule that applies, with facts and source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.assess import Assessment
from engine.decision import Assumption, Certainty, FactValue, Finding
from engine.facts.base import Facts, Place
from engine.facts.dictionary import describe
from engine.inference.patterns import TRUE
from engine.inference.rule_engine import RuleEngine, rules_of
from engine.language.rules import ORDER, Rule
from engine.message import Message, Part, Several
from engine.own_findings import own_finding
from engine.paperwork import Decided, paper_findings
from engine.reference import EditStatus
from engine.unit_limits import over_limit

INFERRED = " (Our reading: the source does not say this in so many words.)"


def findings(engine: RuleEngine, facts: Facts, assessment: Assessment, decided: Decided) -> tuple[Finding, ...]:
    """Every rule that applies on some line or pair, certain ones first, then what the product itself has to say."""
    found: dict[str, Finding] = {}
    for at, line in enumerate(assessment.lines):
        for rule, state in rules_of(engine.ruleset, line.states):
            _add(found, engine, facts, rule, state, at if rule.scope == "line" else None)
    for pair, states in assessment.pairs.items():
        for rule, state in rules_of(engine.ruleset, states):
            if rule.scope == "pair":
                _add(found, engine, facts, rule, state, pair)
    ordered = sorted(found.values(), key=lambda finding: finding.certainty != "certain")
    return (
        *(item for item in ordered if item.message),
        *over_limit(facts),
        *_own(engine, facts, assessment, decided),
        *paper_findings(facts, assessment, decided),
    )


def _add(found: dict[str, Finding], engine: RuleEngine, facts: Facts, rule: Rule, state: int, place: Place) -> None:
    speaks = rule.effect or rule.documents or rule.deadlines or rule.warning
    before = found.get(rule.id)
    if not speaks or (before is not None and (before.certainty == "certain" or state != TRUE)):
        return
    certainty: Certainty = "certain" if state == TRUE else "possible"
    edit = _edit(facts, rule, place)
    found[rule.id] = Finding(
        rule=rule.id,
        certainty=certainty,
        said=Several((rule.said, Message(INFERRED)), "") if rule.inferred else rule.said,
        facts=tuple(dict(_facts_read(engine, facts, rule, place)).items()),
        source=(edit and edit.source) or rule.source,
        in_force_from=rule.in_force_from,
        in_force_to=rule.in_force_to,
        stale=rule.stale_on(facts.date_of_service) or (edit is not None and edit.stale),
    )


def _edit(facts: Facts, rule: Rule, place: Place) -> EditStatus | None:
    """The edit that a rule about a pair of lines rests on."""
    if rule.scope != "pair" or not isinstance(place, tuple):
        return None
    first, second = (facts.treatment.lines[at].code for at in place)
    return facts.setting.reference.edits.lookup(first, second, facts.date_of_service)


def _facts_read(engine: RuleEngine, facts: Facts, rule: Rule, place: Place) -> Iterator[tuple[str, FactValue]]:
    """The facts that a rule reads, by path, with their values; None where unknown."""
    for fact in engine.facts_read[rule.id]:
        value = facts.value(fact, place)
        name = facts.path(fact, place)
        known = value.known if value.is_known else None
        if isinstance(known, date):
            yield name, known.isoformat()
        elif isinstance(known, tuple):
            yield name, ", ".join(known)
        else:
            yield name, known


def _own(engine: RuleEngine, facts: Facts, assessment: Assessment, decided: Decided) -> Iterator[Finding]:
    for said in _conflicts(engine, assessment):
        yield own_finding("precertain/conflict", said)
    for at, mark in enumerate(decided.marks):
        if mark.dropped:
            dropped: dict[str, Part] = {"line": at + 1, "modifiers": Several(mark.dropped, ", ")}
            said = Message("Line %(line)s takes four modifiers at most; left out: %(modifiers)s.", dropped)
            yield own_finding("precertain/modifiers-left-out", said)
    for at, line in enumerate(facts.treatment.lines):
        if line.code not in facts.setting.reference.codes:
            said = Message("No ruleset knows the code %(code)s of line %(line)s.", {"code": line.code, "line": at + 1})
            yield own_finding("precertain/unknown-code", said)
    if engine.ruleset.payer is None:
        payer = facts.coverage.payer
        said = Message("There is no ruleset for %(payer)s: every answer is open, ask the payer.", {"payer": payer})
        yield own_finding("precertain/no-ruleset", said)
    elif engine.ruleset.own:
        said = Message("The practice's own ruleset was used beside the bundled ones.")
        yield own_finding("precertain/own-ruleset", said)


def _conflicts(engine: RuleEngine, assessment: Assessment) -> Iterator[Message]:
    """Certain rules of one dimension that say different things without one overriding the other."""
    for at, line in enumerate(assessment.lines):
        for dimension in ORDER:
            said: dict[str, str] = {}
            for rule in engine.ruleset.deciding[dimension]:
                if rule.effect and line.now.get(rule.id) == TRUE:
                    said.setdefault(rule.effect.value, rule.id)
            if len(said) > 1:
                values: dict[str, Part] = {
                    "dimension": Message(dimension),
                    "line": at + 1,
                    "rules": ", ".join(f"{name} ({value})" for value, name in said.items()),
                }
                yield Message(
                    "Rules disagree on the %(dimension)s of line %(line)s; the stricter stands: %(rules)s", values
                )


def assumptions(engine: RuleEngine, facts: Facts, assessment: Assessment) -> tuple[Assumption, ...]:
    """Each presumed fact that a rule in force reads, in the order of the rules, with the way to check it."""
    used: dict[str, Assumption] = {}
    for rule, names in engine.presuming:
        if not _in_force(rule, facts.date_of_service):
            continue
        for place in range(len(assessment.lines)) if rule.scope != "treatment" else (None,):
            for name in names:
                path = facts.path(name, place)
                if path in facts.presumed and path not in used:
                    used[path] = _assumption(path)
    if "coverage.active_from" in used and "coverage.active_to" in used:
        del used["coverage.active_from"]
    return tuple(used.values())


def _assumption(path: str) -> Assumption:
    name = "line." + path.split(".", 2)[2] if path.startswith("lines.") else path
    fact = describe(name)
    return Assumption(path, fact.presumed or "", fact.check or "")


def _in_force(rule: Rule, day: date) -> bool:
    after_start = rule.in_force_from is None or rule.in_force_from <= day
    return after_start and (rule.in_force_to is None or day <= rule.in_force_to)
