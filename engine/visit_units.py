"""The units of a visit by the payer's rule: bounds for the rules, and what goes on the claim."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from engine.decision import ClaimLine, LineUnits, UnitAlternative, UnitSummary
from engine.facts.base import Facts
from engine.modifiers import ASSISTANT
from engine.units import Allocation, ClaimUnits, TimedLine, UnitRule, allocate, bounds, split_by_assistant

RULES: tuple[UnitRule, ...] = ("cms", "spm")


def timed_lines(facts: Facts) -> tuple[TimedLine, ...]:
    """The case's lines with their clocks."""
    return facts.once("line.units", "timed lines", _timed_lines)


def _timed_lines(facts: Facts) -> tuple[TimedLine, ...]:
    lines = []
    codes = [line.code for line in facts.treatment.lines]
    for at, line in enumerate(facts.treatment.lines):
        entry = facts.setting.reference.codes.get(line.code)
        minutes = facts.value("line.minutes", at)
        given = minutes.known if minutes.is_known else None
        timing = entry.timing if entry else None
        alone = entry is not None and entry.kind == "caregiver"
        tie = repr(line) if codes.count(line.code) > 1 else ""
        lines.append(TimedLine(line.code, timing, given if isinstance(given, int) else None, line.units, alone, tie))
    return tuple(lines)


def unit_bounds(facts: Facts) -> tuple[tuple[int, int | None], ...]:
    """The least and the most units of each line, whichever rule the payer may have."""
    return facts.once("line.units", "unit bounds", _unit_bounds)


def _unit_bounds(facts: Facts) -> tuple[tuple[int, int | None], ...]:
    lines = timed_lines(facts)
    several = [bounds(lines, rule) for rule in _rules(facts)]
    return tuple(_widest(column) for column in zip(*several, strict=True))


def _widest(column: Sequence[tuple[int, int | None]]) -> tuple[int, int | None]:
    highs = [high for _, high in column]
    high = None if None in highs else max(high for high in highs if high is not None)
    return min(low for low, _ in column), high


def _rules(facts: Facts) -> tuple[UnitRule, ...]:
    return (facts.setting.unit_rule,) if facts.setting.unit_rule else RULES


def chosen_units(facts: Facts) -> tuple[int | None, ...]:
    """Units of each line: what every rule in question agrees on, None where they do not or minutes are unknown."""
    return facts.once("line.units", "chosen units", _chosen_units)


def _chosen_units(facts: Facts) -> tuple[int | None, ...]:
    lines = timed_lines(facts)
    return _agreed([allocate(lines, rule) for rule in _rules(facts)])


def _agreed(allocations: Sequence[Allocation]) -> tuple[int | None, ...]:
    columns = zip(*(allocation.lines for allocation in allocations), strict=True)
    return tuple(column[0] if len(set(column)) == 1 else None for column in columns)


def unit_summary(facts: Facts) -> UnitSummary:
    """What the minutes of the case give by the payer's rule."""
    return summarize(timed_lines(facts), facts.setting.unit_rule)


def summarize(lines: Sequence[TimedLine], rule: UnitRule | None) -> UnitSummary:
    """What the minutes give, with every other allocation that the rule allows, or both rules' where it is unknown."""
    allocations = [allocate(lines, each) for each in ((rule,) if rule else RULES)]
    chosen = _agreed(allocations)
    codes = tuple(line.code for line in lines)
    totals = {allocation.total_units for allocation in allocations}
    alternatives: list[UnitAlternative] = []
    for allocation in allocations:
        shown = (allocation.lines, *allocation.alternatives) if len(allocations) > 1 else allocation.alternatives
        alternatives.extend(UnitAlternative(allocation.rule, _named(codes, units)) for units in shown)
    return UnitSummary(
        rule=rule,
        total_minutes=allocations[0].total_minutes,
        total_units=totals.pop() if len(totals) == 1 else None,
        lines=_named(codes, chosen),
        alternatives=tuple(alternatives),
    )


def _named(codes: tuple[str, ...], units: tuple[int | None, ...]) -> tuple[LineUnits, ...]:
    return tuple(LineUnits(code, count) for code, count in zip(codes, units, strict=True))


class LineClaim(NamedTuple):
    """How one line of the case stands on the claim; without ``lines`` where its units are not settled."""

    units: int | None
    minutes: int | None
    modifiers: tuple[str, ...]
    lines: tuple[ClaimLine, ...]


def line_claim(facts: Facts, at: int, modifiers: tuple[str, ...]) -> LineClaim:
    """The line on the claim, split where the assistant's modifier goes on some of its units only."""
    line = timed_lines(facts)[at]
    units = chosen_units(facts)[at]
    if units is None:
        return LineClaim(None, line.minutes, modifiers, ())
    if not any(mark in ASSISTANT for mark in modifiers):
        return LineClaim(units, line.minutes, modifiers, (ClaimLine(units, modifiers, None),))
    plain = tuple(mark for mark in modifiers if mark not in ASSISTANT)
    parts = _parts(facts, at, units, line)
    claims = tuple(ClaimLine(part.units, modifiers if part.with_assistant else plain, None) for part in parts)
    kept = modifiers if any(part.with_assistant for part in parts) or not parts else plain
    return LineClaim(units, line.minutes, kept, claims)


def _parts(facts: Facts, at: int, units: int, line: TimedLine) -> tuple[ClaimUnits, ...]:
    """Who gave the units: by the minutes given, or wholly the assistant where the assistant treats."""
    given = facts.treatment.lines[at]
    timed = line.in_total
    if given.assistant_minutes:
        therapist = given.therapist_minutes
        joint = given.joint_minutes or 0
        if therapist is None:
            therapist = max(0, (line.minutes or 0) - given.assistant_minutes - joint)
        return split_by_assistant(units, therapist + joint, given.assistant_minutes, timed=timed)
    return (ClaimUnits(units, with_assistant=True),)
