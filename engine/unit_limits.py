"""Warnings where a line's units are more than the imported Medically Unlikely Edits let a practitioner bill."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.decision import Finding, Source
from engine.facts.base import Facts
from engine.visit_units import chosen_units, unit_bounds

if TYPE_CHECKING:
    from engine.official.tables import UnitLimit

RULE = "reference/mue"
_COUNTED = {
    1: "on one claim line (indicator 1: what is certainly more goes on a line of its own with its modifier)",
    2: "in a day (indicator 2: set by policy, so no more is paid, on appeal either)",
    3: "in a day (indicator 3: more is denied unless the records show on appeal that it was necessary)",
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
    message = (
        f"{limit.code}: {billed} units are planned, and Medicare expects at most {limit.units} "
        f"{_COUNTED[limit.adjudication]}."
    )
    source = Source(
        title="Medically Unlikely Edits, practitioner services",
        publisher="CMS",
        section=f"edition {edition.term.name}, {', '.join(edition.files)}",
        url=None,
        published=f"effective {edition.term.first}",
        verified=edition.imported_on,
        level="official",
    )
    return Finding(
        rule=RULE,
        certainty="certain",
        message=message,
        facts=((f"units of {limit.code}", billed),),
        source=source,
        in_force_from=edition.term.first,
        in_force_to=edition.term.last,
        stale=edition.stale(facts.date_of_service),
    )
