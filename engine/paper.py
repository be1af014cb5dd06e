"""Paper: required documents and due dates. Decided after the answers, and never a reason for an unknown one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from engine.assess import Assessment
from engine.clocks import falls_due, latest_event
from engine.decision import Deadline, DocumentNeeded
from engine.facts.base import Facts, Place
from engine.inference.patterns import FALSE, TRUE
from engine.inference.program import fold
from engine.inference.rule_engine import RuleEngine, States
from engine.language.rules import Due, Rule

IF_TODAY = ", if it arrives today"
LATEST_REQUEST = "Last day to send a request that is decided before the visit"
AUTHORIZATION_REQUEST = "Authorization request"
_STATUS = {FALSE: "missing", TRUE: "on_file"}


def documents(engine: RuleEngine, facts: Facts, assessment: Assessment) -> tuple[DocumentNeeded, ...]:
    """Each required paper once, with the worst status that a line gives it; a paper possibly needed is listed too."""
    found: dict[str, DocumentNeeded] = {}
    for rule, place, states in _applying(engine, assessment):
        state = states[rule.id]
        for document in rule.documents:
            truth = fold(document.on_file, lambda test, at=place: engine.truth(test, facts, at), states)  # type: ignore[misc]
            status = _STATUS.get(truth, "unknown")
            if state != TRUE and status == "missing":
                status = "unknown"
            before = found.get(document.id)
            if before is None:
                found[document.id] = DocumentNeeded(document.id, document.title, status, (rule.id,))
            else:
                worst = min(before.status, status, key=("missing", "unknown", "on_file").index)
                why = tuple(dict.fromkeys((*before.why, rule.id)))
                found[document.id] = DocumentNeeded(document.id, before.title, worst, why)
    return tuple(found.values())


def deadlines(
    engine: RuleEngine, facts: Facts, assessment: Assessment, request_by: Deadline | None, *, before_visit: bool
) -> tuple[Deadline, ...]:
    """What falls due by the rules that apply, if only possibly: paper that nobody entered is still owed.

    ``request_by``: as ``authorization_due`` tells; ``before_visit``: a review must be over before this visit.
    """
    found: dict[str, Deadline] = {}
    if assessment.authorization.answer == "review_required":
        found |= {item.id: item for item in decision_times(engine, facts, before_visit=before_visit)}
    if request_by is not None:
        found["authorization_request"] = request_by
    for rule, place, _ in _applying(engine, assessment):
        for deadline in rule.deadlines:
            due = _due(facts, deadline.due, place)
            found.setdefault(deadline.id, Deadline(deadline.id, deadline.title, due, (rule.id,)))
    return by_date(found.values())


def by_date(deadlines: Iterable[Deadline]) -> tuple[Deadline, ...]:
    """Earliest first, those without a day last."""
    return tuple(sorted(deadlines, key=lambda item: (item.due or date.max, item.id)))


def decision_times(engine: RuleEngine, facts: Facts, *, before_visit: bool) -> Iterator[Deadline]:
    """The payer's time to decide a request: when it ends for one of today, and when one must arrive for this visit."""
    clock = engine.ruleset.clocks.get("standard_decision")
    today = facts.value("today").known
    if clock is None or not isinstance(today, date):
        return
    if found := falls_due(clock, today):
        yield Deadline("standard_decision", clock.title + IF_TODAY, found.due, (clock.id,))
    if before_visit and (latest := latest_event(clock, facts.date_of_service)):
        yield Deadline("latest_request", LATEST_REQUEST, latest, (clock.id,))


def authorization_due(engine: RuleEngine, facts: Facts, assessment: Assessment) -> Deadline | None:
    """When the authorization request is due, where one is certainly to be made and its rule sets a day."""
    if assessment.authorization.answer not in ("notify", "auto_approved", "review_required"):
        return None
    for name in assessment.authorization.why:
        effect = engine.ruleset.by_id[name].effect
        if effect and effect.request_by and (due := _due(facts, effect.request_by, None)):
            return Deadline("authorization_request", AUTHORIZATION_REQUEST, due, (name,))
    return None


def _due(facts: Facts, due: Due, place: Place) -> date | None:
    base = facts.value(due.fact, place)
    if not base.is_known or not isinstance(base.known, date):
        return None
    found = falls_due(due.clock, base.known, facts.date_of_service)
    return found.due if found else None


def _applying(engine: RuleEngine, assessment: Assessment) -> Iterator[tuple[Rule, Place, States]]:
    """The rules that ask for paper on this visit: of the treatment once, of a line for each line."""
    seen: set[str] = set()
    for at, line in enumerate(assessment.lines):
        if not line.counts:
            continue
        for rule in engine.ruleset.asking_paper:
            if line.now.get(rule.id) and not (rule.scope == "treatment" and rule.id in seen):
                seen.add(rule.id)
                yield rule, at if rule.scope == "line" else None, line.now
