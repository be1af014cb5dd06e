"""Resident memory of one process after many checks of ever different cases."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import orjson

from benchmarks.library import NAMES, TODAY, example
from engine import PlannedTreatment, check, load_rulesets

CHECKS = (1_000, 10_000, 50_000, 100_000)
FLAT = 0.05
"""Growth from the first to the last reading below which memory is called flat."""


@dataclass(frozen=True, slots=True)
class MemoryResult:
    """Resident bytes after so many checks."""

    readings: tuple[tuple[int, int], ...]

    @property
    def growth(self) -> float:
        """From the first reading to the last, as a part of the first."""
        return self.readings[-1][1] / self.readings[0][1] - 1

    @property
    def flat(self) -> bool:
        return self.growth <= FLAT


def measure_memory() -> MemoryResult:
    """Checks in a process of their own, which nothing measured before has filled."""
    root = Path(__file__).parents[1]
    ended = subprocess.run([sys.executable, "-m", "benchmarks.memory"], cwd=root, capture_output=True, check=True)
    return MemoryResult(tuple((checks, size) for checks, size in orjson.loads(ended.stdout)))


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _varied(treatment: PlannedTreatment, number: int) -> PlannedTreatment:
    """Another patient each time, so that a cache which never forgets would show."""
    born = date(1935, 1, 1) + timedelta(days=number % 25_000)
    patient = treatment.patient.model_copy(update={"birth_date": born}) if treatment.patient else None
    return treatment.model_copy(update={"id": f"case-{number}", "patient": patient})


def _check_many() -> list[tuple[int, int]]:
    library = load_rulesets()
    treatments = [example(name) for name in NAMES]
    readings: list[tuple[int, int]] = []
    for number in range(1, CHECKS[-1] + 1):
        check(_varied(treatments[number % len(treatments)], number), library, today=TODAY)
        if number in CHECKS:
            readings.append((number, _resident()))
    return readings


if __name__ == "__main__":
    print(orjson.dumps(_check_many()).decode())
