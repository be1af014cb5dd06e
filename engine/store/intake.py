"""What a schedule brings into the store at once."""

from __future__ import annotations

from dataclasses import dataclass

from engine.store.records import CheckRecord
from engine.tracking.records import Patient, VisitEvent


@dataclass(frozen=True, slots=True)
class Intake:
    """``unchanged``: visits that stood as the schedule has them already."""

    patients: tuple[Patient, ...]
    events: tuple[VisitEvent, ...]
    checks: tuple[CheckRecord, ...]
    unchanged: int
