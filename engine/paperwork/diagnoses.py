"""Diagnoses: whether each is a code that a claim takes on the date of service, with its text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from engine.decision import FactValue, Finding
from engine.icd10cm import Standing, description, standing
from engine.own_findings import own_finding
from engine.paperwork.wording import listed
from engine.reference import Reference
from engine.treatment import PlannedTreatment

if TYPE_CHECKING:
    from engine.official.tables import OfficialTables

_MOST_NAMED = 6


def diagnosis_findings(treatment: PlannedTreatment, reference: Reference) -> Iterator[Finding]:
    """Diagnoses that are none, or that are divided further. Where nothing at hand tells of the day, nothing.

    The loaded official file of the day is asked before the installed release.
    """
    on = treatment.date_of_service
    for number, code in enumerate(treatment.diagnoses or (), start=1):
        facts = ((f"diagnoses.{number}", code),)
        if reference.imported is not None and reference.imported.edition("icd10cm", on):
            yield from _by_official_file(code, on, reference.imported, facts)
        elif found := standing(code, on):
            if not found.is_code:
                yield own_finding("precertain/diagnosis-unknown", _unknown(code, found), facts)
            elif found.below:
                yield own_finding("precertain/diagnosis-not-billable", _divided(code, found), facts)


def _by_official_file(
    code: str, on: date, imported: OfficialTables, facts: tuple[tuple[str, FactValue], ...]
) -> Iterator[Finding]:
    found = imported.diagnosis(code, on)
    if found is None:
        text = f"The loaded ICD-10-CM file of the day has no code {code}."
        yield own_finding("precertain/diagnosis-unknown", text, facts)
    elif not found.billable:
        text = f"{code}, {found.text}, is divided further in the loaded ICD-10-CM file: a claim takes a code below it."
        yield own_finding("precertain/diagnosis-not-billable", text, facts)


def _unknown(code: str, found: Standing) -> str:
    nearest = f"; the nearest is {found.nearest}, {description(found.nearest)}" if found.nearest else ""
    return f"{found.release} has no code {code}{nearest}."


def _divided(code: str, found: Standing) -> str:
    few = len(found.below) <= _MOST_NAMED
    named = listed(found.below, "or") if few else f"those below it, such as {listed(found.below[:2], 'or')}"
    return f"{code}, {description(code)}, is divided further in {found.release}: a claim takes {named}."
