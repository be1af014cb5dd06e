"""How a rule was changed, in the words of somebody who tells the front desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.explain import said_constant
from engine.facts.dictionary import describe
from engine.language.conditions import All, Condition, Not, Test
from engine.language.rules import DatedFigure, Rule, Ruleset
from engine.quality.clauses import instead, plain_day, subject, value
from engine.quality.english import clock_spans, effects, said, titled


def named_rule(rule: Rule, ruleset: Ruleset) -> str:
    """The rule by its title, its dates and its conditions."""
    conditions = "; ".join(said(part, ruleset) for part in _parts(rule))
    return f"{rule.title}{_dates(rule)}{f', where {conditions}' if conditions else ''}"


def changed_rule(name: str, before: Ruleset, after: Ruleset) -> list[str]:
    """Each change of a rule's dates, conditions, effect and overrides; empty where only its words changed."""
    old, new = before.by_id[name], after.by_id[name]
    return [f"{new.title}: {part}" for part in _changes(old, new, before, after)]


def _changes(old: Rule, new: Rule, before: Ruleset, after: Ruleset) -> Iterator[str]:
    if (old.in_force_from, old.in_force_to) != (new.in_force_from, new.in_force_to):
        yield f"{_dates(new).strip(', ') or 'on any day'} instead of {_dates(old).strip(', ') or 'on any day'}"
    yield from _changed_conditions(_parts(old), _parts(new), before, after)
    if effects(old) != effects(new):
        yield f"{'; '.join(effects(new)) or 'nothing follows'} instead of {'; '.join(effects(old)) or 'nothing'}"
    came, went = _apart(old.overrides, new.overrides)
    yield from (f"where it applies, “{titled(name, after)}” now does not" for name in came)
    yield from (f"where it applies, “{titled(name, before)}” may apply too from now on" for name in went)


def _changed_conditions(
    old: tuple[Condition, ...], new: tuple[Condition, ...], before: Ruleset, after: Ruleset
) -> Iterator[str]:
    came = [part for part in new if part not in old]
    went = [part for part in old if part not in new]
    for part in list(came):
        was = next((one for one in went if _same_subject(one, part)), None)
        if was is not None:
            came.remove(part)
            went.remove(was)
            yield from _changed_test(was, part)
    yield from (f"only where {said(part, after)}" for part in came)
    yield from (f"no longer only where {said(part, before)}" for part in went)


def _same_subject(one: Condition, other: Condition) -> bool:
    """Whether two conditions test one fact in one way."""
    if isinstance(one, Not) and isinstance(other, Not):
        return _same_subject(one.part, other.part)
    return (
        isinstance(one, Test) and isinstance(other, Test) and (one.fact, one.operator) == (other.fact, other.operator)
    )


def _changed_test(old: Condition, new: Condition) -> Iterator[str]:
    excluded = isinstance(old, Not)
    was, now = (old.part if isinstance(old, Not) else old), (new.part if isinstance(new, Not) else new)
    assert isinstance(was, Test)
    assert isinstance(now, Test)
    if now.operator not in ("one_of", "has") or describe(now.fact).type == "boolean":
        yield instead(now, was, not excluded)
        return
    came, went = _apart(was.constants, now.constants)
    if excluded:
        came, went = went, came
    if came:
        yield f"also {_listed(now, came)} ({subject(now.fact)})"
    if went:
        yield f"no longer {_listed(now, went)} ({subject(now.fact)})"


def _apart(old: tuple[object, ...], new: tuple[object, ...]) -> tuple[list[str], list[str]]:
    """What came and what went."""
    return [str(one) for one in new if one not in old], [str(one) for one in old if one not in new]


def _listed(test: Test, names: list[str]) -> str:
    spoken = [value(test.fact, name) for name in names]
    if len(spoken) > 12:
        spoken = [*spoken[:10], f"{len(spoken) - 10} more"]
    return f"{', '.join(spoken[:-1])} and {spoken[-1]}" if len(spoken) > 1 else spoken[0]


def _parts(rule: Rule) -> tuple[Condition, ...]:
    """The conditions that all must hold, without the dates of force."""
    body = rule.condition
    parts = body.parts if isinstance(body, All) else (body,)
    ends = {rule.in_force_from, rule.in_force_to} - {None}
    return tuple(
        part
        for part in parts
        if not (isinstance(part, Test) and part.fact == "date_of_service" and set(part.constants) <= ends)
    )


def _dates(rule: Rule) -> str:
    start, end = rule.in_force_from, rule.in_force_to
    if start and end:
        return f", from {plain_day(start)} to {plain_day(end)}"
    if start:
        return f", from {plain_day(start)} on"
    return f", up to {plain_day(end)}" if end else ""


def changed_settings(old: Ruleset, new: Ruleset) -> tuple[str, ...]:
    """What changes decisions besides rules: units, edits, the fee schedule, figures and clocks."""
    return tuple(_settings(old, new))


def _settings(old: Ruleset, new: Ruleset) -> Iterator[str]:
    if old.unit_rule != new.unit_rule:
        yield f"Units are counted by the rule {new.unit_rule or 'unknown'} instead of {old.unit_rule or 'unknown'}."
    if old.distinct_service_modifier != new.distinct_service_modifier:
        yield f"Separate services carry {new.distinct_service_modifier} instead of {old.distinct_service_modifier}."
    if old.uses_edits != new.uses_edits:
        yield f"Medicare's code edits {'now apply' if new.uses_edits else 'no longer apply'}."
    if old.fee_schedule != new.fee_schedule:
        yield f"Medicare's fee schedule {'now prices' if new.fee_schedule else 'no longer prices'} the visits."
    yield from _figures(old.figures, new.figures)
    for name in dict.fromkeys([*old.clocks, *new.clocks]):
        was, now = old.clocks.get(name), new.clocks.get(name)
        spans = clock_spans(now) if now else ()
        if (clock_spans(was) if was else ()) != spans:
            title = (now or was).title  # type: ignore[union-attr]
            yield f"{title}: {'; '.join(spans) or 'no clock any more'}"


def _figures(old: Mapping[str, DatedFigure], new: Mapping[str, DatedFigure]) -> Iterator[str]:
    for name in dict.fromkeys([*old, *new]):
        was = {(one.start, one.end): one.value for one in old[name].values} if name in old else {}
        now = {(one.start, one.end): one.value for one in new[name].values} if name in new else {}
        money = (new.get(name) or old[name]).unit == "dollars"
        for span in dict.fromkeys([*was, *now]):
            if was.get(span) != now.get(span):
                start, end = span
                until = f" to {plain_day(end)}" if end else ""
                before, after = (_amount(values.get(span), money) for values in (was, now))
                yield f"{name}, from {plain_day(start)}{until}: {after} instead of {before}."


def _amount(value: int | None, money: bool) -> str:
    return "no value" if value is None else said_constant(value, money)
