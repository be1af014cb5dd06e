"""Diagnoses: whether each is a code that a claim takes on the date of service, with its text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from engine.decision import FactValue, Finding
from engine.icd10cm import Standing, description, standing
from engine.message import Cited, Message, Part
from engine.own_findings import own_finding
from engine.paperwork.wording import listing
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
        said = Message("The loaded ICD-10-CM file of the day has no code %(code)s.", {"code": code})
        yield own_finding("precertain/diagnosis-unknown", said, facts)
    elif not found.billable:
        said = Message(
            "%(code)s, %(title)s, is divided further in the loaded ICD-10-CM file: a claim takes a code below it.",
            {"code": code, "title": Cited(found.text)},
        )
        yield own_finding("precertain/diagnosis-not-billable", said, facts)


def _unknown(code: str, found: Standing) -> Message:
    values: dict[str, Part] = {"release": Cited(found.release), "code": code}
    if not found.nearest:
        return Message("%(release)s has no code %(code)s.", values)
    values |= {"nearest": found.nearest, "title": Cited(description(found.nearest) or "")}
    return Message("%(release)s has no code %(code)s; the nearest is %(nearest)s, %(title)s.", values)


def _divided(code: str, found: Standing) -> Message:
    few = len(found.below) <= _MOST_NAMED
    such = Message("those below it, such as %(codes)s", {"codes": listing(found.below[:2], "or")})
    values: dict[str, Part] = {
        "code": code,
        "title": Cited(description(code) or ""),
        "release": Cited(found.release),
        "codes": listing(found.below, "or") if few else such,
    }
    return Message("%(code)s, %(title)s, is divided further in %(release)s: a claim takes %(codes)s.", values)
