"""Diagnoses: whether each is a code that a claim takes on the date of service, with its text."""

from __future__ import annotations

from collections.abc import Iterator

from engine.decision import Finding
from engine.icd10cm import Standing, description, standing
from engine.own_findings import own_finding
from engine.paperwork.wording import listed
from engine.treatment import PlannedTreatment

_MOST_NAMED = 6


def diagnosis_findings(treatment: PlannedTreatment) -> Iterator[Finding]:
    """Diagnoses that are none, or that are divided further. Where no release for the day is at hand, nothing."""
    for number, code in enumerate(treatment.diagnoses or (), start=1):
        found = standing(code, treatment.date_of_service)
        facts = ((f"diagnoses.{number}", code),)
        if found is None:
            continue
        if not found.is_code:
            yield own_finding("precertain/diagnosis-unknown", _unknown(code, found), facts)
        elif found.below:
            yield own_finding("precertain/diagnosis-not-billable", _divided(code, found), facts)


def _unknown(code: str, found: Standing) -> str:
    nearest = f"; the nearest is {found.nearest}, {description(found.nearest)}" if found.nearest else ""
    return f"{found.release} has no code {code}{nearest}."


def _divided(code: str, found: Standing) -> str:
    few = len(found.below) <= _MOST_NAMED
    named = listed(found.below, "or") if few else f"those below it, such as {listed(found.below[:2], 'or')}"
    return f"{code}, {description(code)}, is divided further in {found.release}: a claim takes {named}."
