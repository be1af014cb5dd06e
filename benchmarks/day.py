"""How long ``precertain day`` takes to check and record 200 visits, cold: python -m benchmarks.day"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median, quantiles
from time import perf_counter

VISITS, RUNS = 200, 11
_EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "day.csv"


def write_day(file: Path, visits: int = VISITS) -> None:
    """The example's first rows over and over, each with a patient and a time of its own."""
    with _EXAMPLE.open(newline="", encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    with file.open("w", newline="", encoding="utf-8") as target:
        writer = csv.DictWriter(target, list(rows[0]))
        writer.writeheader()
        for number in range(visits):
            start = f"{8 + number // 60:02}:{number % 60:02}"
            writer.writerow(rows[number % len(rows)] | {"Patient": f"Invented, N{number}", "Time": start})


def main() -> None:
    walls: list[float] = []
    processor: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "day.csv"
        write_day(file)
        for _ in range(RUNS):
            with tempfile.TemporaryDirectory() as fresh:
                command = [sys.executable, "-m", "cli.main", "day", str(file), "--json", "--today", "2026-11-24"]
                start, used = perf_counter(), _processor()
                env = {**os.environ, "PRECERTAIN_DATABASE_URL": f"sqlite:///{fresh}/checks.db"}
                subprocess.run(command, stdout=subprocess.DEVNULL, env=env, check=False)
                walls.append(perf_counter() - start)
                processor.append(_processor() - used)
    for name, seconds in (("elapsed", walls), ("processor time", processor)):
        p95 = quantiles(seconds, n=20, method="inclusive")[-1]
        print(f"{VISITS} visits, {RUNS} runs, {name}: median {median(seconds):.2f} s, 95th percentile {p95:.2f} s")
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


def _processor() -> float:
    """Seconds of processor time of the runs so far: what a busy machine stretches less than the elapsed ones."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
