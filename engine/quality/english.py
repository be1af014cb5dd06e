"""A rule in plain English: its dates, its conditions, what follows and what it sets aside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.explain import said_test
from engine.facts.dictionary import describe
from engine.language.clocks import Clock, ClockSpan
from engine.language.conditions import All, AnyOf, Condition, Fired, Not, Test
from engine.language.rules import Due, Rule


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text at a depth of indentation."""

    depth: int
    text: str


_SAID = {
    "coverage": "coverage: ",
    "authorization": "authorization: ",
    "telehealth": "telehealth: ",
    "provider": "the person: ",
    "edit": "the pair of codes: ",
    "modifier": "modifier ",
}
_OF = {"treatment": "", "line": " (decided for each line)", "pair": " (decided for each pair of lines)"}


def in_force(rule: Rule) -> str:
    """The days on which the rule is in force."""
    if rule.in_force_from and rule.in_force_to:
        return f"dates of service from {rule.in_force_from} to {rule.in_force_to}"
    if rule.in_force_from:
        return f"dates of service from {rule.in_force_from} on"
    if rule.in_force_to:
        return f"dates of service up to {rule.in_force_to}"
    return "any date of service; no first day is published"


def conditions(rule: Rule) -> tuple[Line, ...]:
    """When the rule applies, without its dates of force."""
    body = rule.condition
    if isinstance(body, All):
        dates = {"date_of_service"} if rule.in_force_from or rule.in_force_to else set()
        kept = tuple(part for part in body.parts if not (isinstance(part, Test) and part.fact in dates))
        body = kept[0] if len(kept) == 1 else All(kept)
    lines = tuple(_said(body, 0))
    return lines or (Line(0, f"always{_OF[rule.scope]}"),)


def said(condition: Condition) -> str:
    """A condition on one line."""
    return "; ".join(line.text for line in _said(condition, 0))


def _said(condition: Condition, depth: int) -> Iterator[Line]:
    match condition:
        case Test():
            yield Line(depth, f"{describe(condition.fact).meaning} [{condition.fact}] {said_test(condition)}")
        case Fired(rule):
            yield Line(depth, f"the rule {rule} applies")
        case Not(Test() as test):
            yield Line(depth, f"not: {describe(test.fact).meaning} [{test.fact}] {said_test(test)}")
        case Not(part):
            yield Line(depth, "none of this holds:")
            yield from _said(part, depth + 1)
        case All(parts) if depth == 0:
            for part in parts:
                yield from _said(part, 0)
        case All(parts) | AnyOf(parts):
            yield Line(depth, "all of" if isinstance(condition, All) else "at least one of")
            for part in parts:
                yield from _said(part, depth + 1)


def effects(rule: Rule) -> tuple[str, ...]:
    """What follows where the rule applies."""
    return tuple(_effects(rule))


def _effects(rule: Rule) -> Iterator[str]:
    if effect := rule.effect:
        reason = f" ({effect.reason.replace('_', ' ')})" if effect.reason else ""
        yield f"{_SAID[effect.dimension]}{effect.value.replace('_', ' ')}{reason}"
        if effect.request_by:
            yield f"the request is due {_due(effect.request_by)}"
        if effect.within_weeks:
            yield f"within {effect.within_weeks} weeks"
        if effect.value == "review_required":
            yield "the review is over before the visit" if effect.before_visit else "the review may follow the visit"
    for document in rule.documents:
        yield f"a paper is needed: {document.title}"
    for deadline in rule.deadlines:
        yield f"due {_due(deadline.due)}: {deadline.title}"
    if rule.warning:
        yield "the front desk is told"


def _due(due: Due) -> str:
    spans = " or ".join(f"{span.said}{_ahead(span)}" for span in due.clock.spans)
    return f"{spans} after: {describe(due.fact).meaning}"


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
        return f"from {span.start} to {span.end}"
    if span.start:
        return f"from {span.start} on"
    return f"up to {span.end}" if span.end else "any day; no first day is published"
