"""The lines of the visit: units, activities and minutes that do not go together."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from engine.activities import load_activities
from engine.assess import Assessment
from engine.decision import Finding
from engine.facts.base import Facts
from engine.facts.dictionary import ACTIVITIES
from engine.own_findings import own_finding
from engine.paperwork.wording import listed
from engine.treatment import Line
from engine.visit_units import chosen_units, timed_lines


def line_findings(facts: Facts, assessment: Assessment) -> Iterator[Finding]:
    """What does not go together, line by line. Excluded purposes and edits are the rules' to tell."""
    for at, line in enumerate(facts.treatment.lines):
        yield from _units(facts, at, line)
        if line.activities:
            yield from _unknown_activities(at, line)
            yield from _activities_elsewhere(facts, at, line)
            yield from _activity_minutes(facts, at, line)
        yield from _overlap(facts, assessment, at, line)


def _units(facts: Facts, at: int, line: Line) -> Iterator[Finding]:
    if line.units is None or not facts.value("line.minutes", at).is_known:
        return
    units = chosen_units(facts)[at]
    if units not in (None, line.units):
        text = f"Line {at + 1} states {line.units} units, but its minutes give {units}: correct the one that is wrong."
        yield own_finding("precertain/units-disagree", text)


def _unknown_activities(at: int, line: Line) -> Iterator[Finding]:
    for activity in line.activities or ():
        if activity.name not in ACTIVITIES:
            near = get_close_matches(activity.name, ACTIVITIES, n=1)
            hint = f"; did you mean {near[0]}?" if near else "."
            text = f"No activity of line {at + 1} is called {activity.name}{hint}"
            yield own_finding("precertain/unknown-activity", text)


def _activities_elsewhere(facts: Facts, at: int, line: Line) -> Iterator[Finding]:
    """Only between codes for treatment that the table tells apart: an evaluation or a group may do anything."""
    if not line.activities:
        return
    reference = facts.setting.reference
    table, entry = load_activities(reference.folder), reference.codes.get(line.code)
    if entry is None or entry.kind != "treatment" or line.code not in table.uses:
        return
    names = dict.fromkeys(activity.name for activity in line.activities)
    elsewhere = {name: table.fits[name] for name in names if name in table.fits and line.code not in table.fits[name]}
    if elsewhere:
        told = "; ".join(f"{name.replace('_', ' ')} under {listed(codes, 'or')}" for name, codes in elsewhere.items())
        text = (
            f"Line {at + 1} is {line.code}, and these activities usually stand elsewhere: {told}. Check which is meant "
            f"(precertain codes {line.code} {' '.join(elsewhere)}); this is information, never coding advice."
        )
        yield own_finding("precertain/activity-elsewhere", text, ((f"lines.{at + 1}.code", line.code),))


def _activity_minutes(facts: Facts, at: int, line: Line) -> Iterator[Finding]:
    minutes = facts.value("line.minutes", at)
    if not minutes.is_known or not isinstance(minutes.known, int):
        return
    given = [activity.minutes for activity in line.activities or ()]
    total = sum(part for part in given if part is not None)
    if total > minutes.known or (None not in given and total != minutes.known):
        text = f"The activities of line {at + 1} add up to {total} minutes, but the line has {minutes.known}."
        yield own_finding("precertain/activity-minutes", text, ((f"lines.{at + 1}.minutes", minutes.known),))


def _overlap(facts: Facts, assessment: Assessment, at: int, line: Line) -> Iterator[Finding]:
    """A line said to have no time of its own; where an edit already bundles it, the rules have told so."""
    if line.separate_time is not False or assessment.lines[at].reason == "bundled":
        return
    clocks = timed_lines(facts)
    if clocks[at].in_total and any(clock.in_total for other, clock in enumerate(clocks) if other != at):
        text = f"Line {at + 1} ({line.code}) has no interval of its own: each minute counts on one line only."
        yield own_finding("precertain/minutes-overlap", text, ((f"lines.{at + 1}.separate_time", False),))
