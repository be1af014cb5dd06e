"""The lines of the visit: units, activities and minutes that do not go together."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from engine.activities import load_activities
from engine.assess import Assessment
from engine.decision import Finding
from engine.facts.base import Facts
from engine.facts.dictionary import ACTIVITIES
from engine.message import Message, Part, Several
from engine.own_findings import own_finding
from engine.paperwork.wording import listing
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
        values: dict[str, Part] = {"line": at + 1, "stated": line.units, "units": str(units)}
        said = Message(
            "Line %(line)s states %(stated)s units, but its minutes give %(units)s: correct the one that is wrong.",
            values,
        )
        yield own_finding("precertain/units-disagree", said)


def _unknown_activities(at: int, line: Line) -> Iterator[Finding]:
    for activity in line.activities or ():
        if activity.name not in ACTIVITIES:
            near = get_close_matches(activity.name, ACTIVITIES, n=1)
            values: dict[str, Part] = {"line": at + 1, "name": activity.name, "near": near[0] if near else ""}
            plain = Message("No activity of line %(line)s is called %(name)s.", values)
            asked = Message("No activity of line %(line)s is called %(name)s; did you mean %(near)s?", values)
            yield own_finding("precertain/unknown-activity", asked if near else plain)


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
        told = [
            Message(
                "%(activity)s under %(codes)s",
                {"activity": Message(name.replace("_", " ")), "codes": listing(codes, "or")},
            )
            for name, codes in elsewhere.items()
        ]
        values: dict[str, Part] = {
            "line": at + 1,
            "code": line.code,
            "activities": Several(tuple(told), "; "),
            "names": " ".join(elsewhere),
        }
        said = Message(
            "Line %(line)s is %(code)s, and these activities usually stand elsewhere: %(activities)s. "
            "Check which is meant (precertain codes %(code)s %(names)s); this is information, never coding advice.",
            values,
        )
        yield own_finding("precertain/activity-elsewhere", said, ((f"lines.{at + 1}.code", line.code),))


def _activity_minutes(facts: Facts, at: int, line: Line) -> Iterator[Finding]:
    minutes = facts.value("line.minutes", at)
    if not minutes.is_known or not isinstance(minutes.known, int):
        return
    given = [activity.minutes for activity in line.activities or ()]
    total = sum(part for part in given if part is not None)
    if total > minutes.known or (None not in given and total != minutes.known):
        values: dict[str, Part] = {"line": at + 1, "total": total, "minutes": minutes.known}
        said = Message(
            "The activities of line %(line)s add up to %(total)s minutes, but the line has %(minutes)s.", values
        )
        yield own_finding("precertain/activity-minutes", said, ((f"lines.{at + 1}.minutes", minutes.known),))


def _overlap(facts: Facts, assessment: Assessment, at: int, line: Line) -> Iterator[Finding]:
    """A line said to have no time of its own; where an edit already bundles it, the rules have told so."""
    if line.separate_time is not False or assessment.lines[at].reason == "bundled":
        return
    clocks = timed_lines(facts)
    if clocks[at].in_total and any(clock.in_total for other, clock in enumerate(clocks) if other != at):
        said = Message(
            "Line %(line)s (%(code)s) has no interval of its own: each minute counts on one line only.",
            {"line": at + 1, "code": line.code},
        )
        yield own_finding("precertain/minutes-overlap", said, ((f"lines.{at + 1}.separate_time", False),))
