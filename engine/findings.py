"""The findings and the assumptions of a decision: every rule that applies, with facts and source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from engine.assess import Assessment
from engine.decision import Assumption, FactValue, Finding
from engine.facts.base import Facts, Place
from engine.facts.dictionary import describe
from engine.inference.patterns import TRUE
from engine.inference.rule_engine import RuleEngine
from engine.language.rules import ORDER, Rule
from engine.message import Message, Part, Several
from engine.own_findings import own_finding
from engine.paperwork import Decided, paper_findings
from engine.reference import EditStatus
from engine.unit_limits import over_limit

INFERRED = " (Our reading: the source does not say this in so many words.)"


def findings(engine: RuleEngine, facts: Facts, assessment: Assessment, decided: Decided) -> tuple[Finding, ...]:
    """Every rule that applies on some line or pair, certain ones first, then what the product itself has to say."""
    of_rules = _OfRules(facts, engine.facts_read)
    for at, line in enumerate(assessment.lines):
        for rule in engine.ruleset.speaking:
            if state := line.states.get(rule.id):
                of_rules.add(rule, state, at if rule.scope == "line" else None)
    for pair, states in assessment.pairs.items():
        for rule in engine.ruleset.speaking:
            if rule.scope == "pair" and (state := states.get(rule.id)):
                of_rules.add(rule, state, pair)
    ordered = sorted(of_rules.found.values(), key=lambda finding: finding.certainty != "certain")
    return (
        *ordered,
        *over_limit(facts),
        *_own(engine, facts, assessment, decided),
        *paper_findings(facts, assessment, decided),
    )


class _OfRules:
    """The findings of the rules, each once: certain if it is so in one place. ``facts_read``: by rule the facts."""

    def __init__(self, facts: Facts, facts_read: Mapping[str, tuple[str, ...]]) -> None:
        self.found: dict[str, Finding] = {}
        self._facts = facts
        self._facts_read = facts_read
        self._shown: dict[tuple[str, Place], tuple[str, FactValue]] = {}

    def add(self, rule: Rule, state: int, place: Place) -> None:
        """A rule that applies in a place, on a line, on a pair of lines or to the treatment."""
        before = self.found.get(rule.id)
        if before is not None and (before.certainty == "certain" or state != TRUE):
            return
        edit = _edit(self._facts, place) if isinstance(place, tuple) else None
        self.found[rule.id] = Finding(
            rule=rule.id,
            certainty="certain" if state == TRUE else "possible",
            said=Several((rule.said, Message(INFERRED)), "") if rule.inferred else rule.said,
            facts=tuple(dict([self._read(name, place) for name in self._facts_read[rule.id]]).items()),
            source=(edit and edit.source) or rule.source,
            in_force_from=rule.in_force_from,
            in_force_to=rule.in_force_to,
            stale=rule.stale_on(self._facts.date_of_service) or (edit is not None and edit.stale),
        )

    def _read(self, name: str, place: Place) -> tuple[str, FactValue]:
        """A fact by its path with its value, None where unknown: found once, as many rules read the same."""
        shown = self._shown.get((name, place))
        if shown is None:
            value = self._facts.value(name, place)
            known = value.known if value.is_known else None
            if isinstance(known, date):
                known = known.isoformat()
            elif isinstance(known, tuple):
                known = ", ".join(known)
            shown = self._shown[(name, place)] = (self._facts.path(name, place), known)
        return shown


def _edit(facts: Facts, pair: tuple[int, int]) -> EditStatus | None:
    """The edit that a rule about a pair of lines rests on."""
    first, second = (facts.treatment.lines[at].code for at in pair)
    return facts.setting.reference.edits.lookup(first, second, facts.date_of_service)


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
            if len({rank for name, rank in engine.ruleset.ranked[dimension] if line.now.get(name) == TRUE}) < 2:
                continue
            said: dict[str, str] = {}
            for rule in engine.ruleset.deciding[dimension]:
                if rule.effect and line.now.get(rule.id) == TRUE:
                    said.setdefault(rule.effect.value, rule.id)
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
    for names, of_lines in engine.presumed_on(facts.date_of_service):
        for place in range(len(assessment.lines)) if of_lines else (None,):
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
