"""Resident memory of one process after many checks of ever different cases."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import orjson

from benchmarks.library import NAMES, TODAY, example
from benchmarks.process import in_own_process
from engine import PlannedTreatment, check, load_rulesets

CHECKS = (1_000, 10_000, 50_000, 100_000)
SETTLED = 10_000
"""Checks from which on growth is judged: a process still fills its caches at first."""
FLAT = 0.02
"""Growth from there to the last reading up to which memory is called flat."""


@dataclass(frozen=True, slots=True)
class MemoryResult:
    """Resident bytes after so many checks."""

    readings: tuple[tuple[int, int], ...]

    def growth(self, since: int) -> float:
        """From the reading after so many checks to the last, as a part of the earlier."""
        return self.readings[-1][1] / dict(self.readings)[since] - 1

    @property
    def flat(self) -> bool:
        return self.growth(SETTLED) <= FLAT


def measure_memory() -> MemoryResult:
    return in_own_process("benchmarks.memory", MemoryResult)


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _varied(treatment: PlannedTreatment, number: int) -> PlannedTreatment:
    """Another patient each time, so that a cache which never forgets would show."""
    born = date(1935, 1, 1) + timedelta(days=number % 25_000)
    patient = treatment.patient.model_copy(update={"birth_date": born}) if treatment.patient else None
    return treatment.model_copy(update={"id": f"case-{number}", "patient": patient})


def _check_many() -> MemoryResult:
    library = load_rulesets()
    treatments = [example(name) for name in NAMES]
    readings: list[tuple[int, int]] = []
    for number in range(1, CHECKS[-1] + 1):
        check(_varied(treatments[number % len(treatments)], number), library, today=TODAY)
        if number in CHECKS:
            readings.append((number, _resident()))
    return MemoryResult(tuple(readings))


if __name__ == "__main__":
    print(orjson.dumps(_check_many()).decode())
