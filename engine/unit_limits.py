"""Warnings where a line's units are more than the imported Medically Unlikely Edits let a practitioner bill."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.decision import Finding
from engine.facts.base import Facts
from engine.message import Message, Part
from engine.visit_units import chosen_units, unit_bounds

if TYPE_CHECKING:
    from engine.official.tables import UnitLimit

RULE = "reference/mue"
COUNTED = {
    1: "on one claim line (indicator 1: line edit)",
    2: "on one day (indicator 2: date of service edit, policy)",
    3: "on one day (indicator 3: date of service edit, clinical)",
}


def over_limit(facts: Facts) -> Iterator[Finding]:
    """One finding a code whose units are certainly too many on the date of service."""
    tables = facts.setting.reference.imported
    if tables is None or not facts.setting.uses_edits:
        return
    lines = facts.treatment.lines
    units = [
        low if chosen is None else chosen
        for chosen, (low, _) in zip(chosen_units(facts), unit_bounds(facts), strict=True)
    ]
    for code in dict.fromkeys(line.code for line in lines):
        limit = tables.unit_limit(code, facts.date_of_service)
        if limit is None:
            continue
        of_code = [count for count, line in zip(units, lines, strict=True) if line.code == code]
        billed = max(of_code) if limit.adjudication == 1 else sum(of_code)
        if billed > limit.units:
            yield _finding(limit, billed, facts)


def _finding(limit: UnitLimit, billed: int, facts: Facts) -> Finding:
    edition = limit.edition
    values: dict[str, Part] = {
        "billed": billed,
        "code": limit.code,
        "units": limit.units,
        "counted": Message(COUNTED[limit.adjudication]),
    }
    return Finding(
        rule=RULE,
        certainty="certain",
        said=Message(
            "%(billed)s units of %(code)s are planned; "
            "Medicare's Medically Unlikely Edits allow %(units)s %(counted)s.",
            values,
        ),
        facts=((f"units of {limit.code}", billed),),
        source=edition.source,
        in_force_from=edition.term.first,
        in_force_to=edition.term.last,
        stale=edition.stale(facts.date_of_service),
    )
