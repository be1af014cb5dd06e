"""A rule in plain English: its dates, its conditions, what follows and what it sets aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.language.clocks import Clock, ClockSpan
from engine.language.conditions import All, AnyOf, Condition, Fired, Not, Test, leaves
from engine.language.rules import Due, Effect, Rule, Ruleset
from engine.quality.clauses import clause, list_named, plain_day, subject
from engine.words import REASONS


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text at a depth of indentation."""

    depth: int
    text: str


_ANSWERS = {
    ("coverage", "covered"): "The service is covered",
    ("coverage", "not_covered"): "The service is not covered",
    ("coverage", "conditional"): "The service is covered once the papers are in place",
    ("authorization", "not_required"): "No authorization is needed",
    ("authorization", "satisfied"): "The authorization on file is enough",
    ("authorization", "notify"): "The payer is to be notified",
    ("authorization", "auto_approved"): "Authorization is to be requested, and is given without clinical review",
    ("authorization", "review_required"): "Authorization is needed, with clinical review",
    ("telehealth", "accepted"): "The payer takes the service by telehealth",
    ("telehealth", "not_accepted"): "The payer does not take the service by telehealth",
    ("telehealth", "not_applicable"): "The visit is not a telehealth visit",
    ("provider", "qualified"): "This person may furnish the service",
    ("provider", "not_qualified"): "This person may not furnish the service",
    ("edit", "never_together"): "The two codes are never paid together: the second is bundled into the first",
    ("edit", "modifier"): "The second code is paid with the modifier for separate services",
    ("edit", "modifier_if_separate"): "The two codes are paid together only if the second has its own time",
    ("edit", "bundled"): "The second code is bundled into the first",
}
"""Each answer as a sentence."""
_OF = {"treatment": "", "line": ", for each line", "pair": ", for each pair of lines"}


def in_force(rule: Rule) -> str:
    """The days on which the rule is in force."""
    if rule.in_force_from and rule.in_force_to:
        return f"visits from {plain_day(rule.in_force_from)} to {plain_day(rule.in_force_to)}"
    if rule.in_force_from:
        return f"visits from {plain_day(rule.in_force_from)} on"
    if rule.in_force_to:
        return f"visits up to {plain_day(rule.in_force_to)}"
    return "visits on any day; no first day is published"


def conditions(rule: Rule, ruleset: Ruleset | None = None) -> tuple[Line, ...]:
    """When the rule applies, without its dates of force; ``ruleset`` names its lists of codes and its other rules."""
    body = rule.condition
    if isinstance(body, All):
        dates = {"date_of_service"} if rule.in_force_from or rule.in_force_to else set()
        kept = tuple(part for part in body.parts if not (isinstance(part, Test) and part.fact in dates))
        body = kept[0] if len(kept) == 1 else All(kept)
    lines = tuple(_said(body, 0, ruleset))
    return lines or (Line(0, f"always{_OF[rule.scope]}"),)


def said(condition: Condition, ruleset: Ruleset | None = None) -> str:
    """A condition on one line."""
    parts = condition.parts if isinstance(condition, All) else (condition,)
    return "; ".join(_inline(part, ruleset) for part in parts)


def _inline(condition: Condition, ruleset: Ruleset | None) -> str:
    match condition:
        case Not(Test()) | Test() | Fired():
            (line,) = _said(condition, 0, ruleset)
            return line.text
        case Not(part):
            return f"it is not so that {_inline(part, ruleset)}"
        case AnyOf((part,)) | All((part,)):
            return _inline(part, ruleset)
        case All(parts):
            return f"({' and '.join(_inline(part, ruleset) for part in parts)})"
        case AnyOf(parts):
            return f"({' or '.join(_inline(part, ruleset) for part in parts)})"


def _said(condition: Condition, depth: int, ruleset: Ruleset | None) -> Iterator[Line]:
    tables = ruleset.tables if ruleset else {}
    match condition:
        case Test():
            yield Line(depth, clause(condition, tables))
        case Fired(rule):
            yield Line(depth, f"the rule “{titled(rule, ruleset)}” applies")
        case Not(Test() as test):
            yield Line(depth, clause(test, tables, holds=False))
        case Not(part):
            yield Line(depth, "none of this holds:")
            yield from _said(part, depth + 1, ruleset)
        case All(parts) if depth == 0:
            for part in parts:
                yield from _said(part, 0, ruleset)
        case AnyOf((part,)) | All((part,)):
            yield from _said(part, depth, ruleset)
        case All(parts) | AnyOf(parts):
            yield Line(depth, "all of this holds:" if isinstance(condition, All) else "at least one of this holds:")
            for part in parts:
                yield from _said(part, depth + 1, ruleset)


def titled(rule: str, ruleset: Ruleset | None) -> str:
    """The title of a rule, or its id where the ruleset does not have it."""
    found = ruleset.by_id.get(rule) if ruleset else None
    return found.title if found else rule


def lists(rules: Iterable[Rule], ruleset: Ruleset) -> Mapping[str, tuple[str, ...]]:
    """The lists of codes that the rules call by their names, in order."""
    found: dict[str, tuple[str, ...]] = {}
    for rule in rules:
        for test in leaves(rule.condition):
            if isinstance(test, Test) and (name := list_named(test, ruleset.tables)):
                found[name] = tuple(sorted(ruleset.tables[name]))
    return found


def effects(rule: Rule) -> tuple[str, ...]:
    """What follows where the rule applies, a sentence each, without its full stop."""
    return tuple(_effects(rule))


def _effects(rule: Rule) -> Iterator[str]:
    if effect := rule.effect:
        yield _answer(effect)
        if effect.value == "review_required":
            yield f"The review {'is over before the visit' if effect.before_visit else 'may follow the visit'}"
        if effect.request_by:
            yield f"The request is due {_due(effect.request_by)}"
        if effect.within_weeks:
            yield f"It holds for {effect.within_weeks} weeks"
    for document in rule.documents:
        yield f"A paper must be on file: {document.title}"
    for deadline in rule.deadlines:
        yield f"{deadline.title}: due {_due(deadline.due)}"
    if rule.warning:
        yield "The front desk is told so; no answer changes"


def _answer(effect: Effect) -> str:
    if effect.dimension == "modifier":
        return f"The line carries the modifier {effect.value}"
    reason = f": {REASONS.get(effect.reason, effect.reason)}" if effect.reason else ""
    return f"{_ANSWERS[effect.dimension, effect.value]}{reason}"


def _due(due: Due) -> str:
    spans = " or ".join(f"{span.said}{_ahead(span)}" for span in due.clock.spans)
    return f"{spans} after {subject(due.fact)}"


def clock_spans(clock: Clock) -> tuple[str, ...]:
    """Each span of a clock: how long, for which events, and why."""
    return tuple(map(clock_span, clock.spans))


def clock_span(span: ClockSpan) -> str:
    return f"{span.said}{_ahead(span)}, {_span_dates(span)}: {span.because}"


def _ahead(span: ClockSpan) -> str:
    if span.ahead is None:
        return ""
    least, most = span.ahead
    return f" if scheduled {least} {'or more' if most is None else f'to {most}'} business days ahead"


def _span_dates(span: ClockSpan) -> str:
    if span.start and span.end:
        return f"from {plain_day(span.start)} to {plain_day(span.end)}"
    if span.start:
        return f"from {plain_day(span.start)} on"
    return f"up to {plain_day(span.end)}" if span.end else "any day; no first day is published"
