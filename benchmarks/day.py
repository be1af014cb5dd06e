"""How long ``precertain day`` takes for a day of 200 visits, cold: python -m benchmarks.day"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

VISITS, RUNS = 200, 5
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
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "day.csv"
        write_day(file)
        for _ in range(RUNS):
            with tempfile.TemporaryDirectory() as fresh:
                command = [sys.executable, "-m", "cli.main", "day", str(file), "--json", "--today", "2026-11-24"]
                start = perf_counter()
                env = {**os.environ, "PRECERTAIN_DATABASE_URL": f"sqlite:///{fresh}/checks.db"}
                subprocess.run(command, stdout=subprocess.DEVNULL, env=env, check=False)
                print(f"{VISITS} visits: {perf_counter() - start:.2f} s")


if __name__ == "__main__":
    main()
