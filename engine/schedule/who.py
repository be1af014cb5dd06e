"""Which tracked patient an appointment is of: told only where it is certain."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from engine.schedule.appointments import Appointment
from engine.tracking.records import Patient


@dataclass(frozen=True, slots=True)
class Match:
    """``patient``: the one it is; ``certain``: by birth date or record number, not by the name alone; ``perhaps``:
    others of that name; ``several``: how many patients fit equally well, where more than one does."""

    patient: Patient | None
    certain: bool
    perhaps: tuple[Patient, ...]
    several: int = 0


class Known:
    """The patients tracked, by what a schedule says of them."""

    def __init__(self, patients: Iterable[Patient]) -> None:
        self._named: dict[tuple[str, ...], list[Patient]] = {}
        for patient in patients:
            self.add(patient)

    def add(self, patient: Patient) -> None:
        self._named.setdefault(_name(patient.name), []).append(patient)

    def match(self, appointment: Appointment) -> Match:
        """By name and birth date, by name and record number; where the schedule tells neither, by the name alone the
        patient that an earlier schedule told no more of."""
        named = [one for one in self._named.get(_name(appointment.patient), ()) if not _contradicts(one, appointment)]
        born, record = appointment.treatment.patient.birth_date, appointment.record
        sure = [one for one in named if (born and one.birth_date == born) or (record and one.record == record)]
        if len(sure) == 1:
            return Match(sure[0], True, ())
        alone = [] if sure or born or record else [one for one in named if not (one.birth_date or one.record)]
        if len(alone) == 1:
            return Match(alone[0], False, tuple(one for one in named if one is not alone[0]))
        return Match(None, False, tuple(named), max(len(sure), len(alone)))


def _contradicts(patient: Patient, appointment: Appointment) -> bool:
    born, record = appointment.treatment.patient.birth_date, appointment.record
    return bool(
        (born and patient.birth_date and born != patient.birth_date)
        or (record and patient.record and record != patient.record)
    )


def _name(name: str) -> tuple[str, ...]:
    """The words of a name; "Last, First" is "First Last"."""
    last, comma, first = name.casefold().partition(",")
    return tuple(re.findall(r"[^\W_]+", f"{first} {last}" if comma else last))
