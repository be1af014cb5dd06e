"""``python -m benchmarks.run``: measure everything once and write RESULTS.md and the plot. Takes some minutes."""

from __future__ import annotations

from pathlib import Path

from benchmarks.command import measure_command
from benchmarks.impact import measure_impact
from benchmarks.inference import measure_inference, plot
from benchmarks.library import measure_library
from benchmarks.machine import this_machine
from benchmarks.memory import measure_memory
from benchmarks.report import report

FOLDER = Path(__file__).parent


def main() -> None:
    print("inference beside other engines …", flush=True)
    inference = measure_inference()
    print("check() as a library …", flush=True)
    checks = measure_library()
    print("the command, cold …", flush=True)
    command = measure_command()
    print("memory over 100,000 checks …", flush=True)
    memory = measure_memory()
    print("rules impact over 100,000 stored cases …", flush=True)
    impact = measure_impact()
    plot(inference, FOLDER / "inference.png")
    text = report(this_machine(), inference, checks, command, memory, impact)
    (FOLDER / "RESULTS.md").write_text(text, encoding="utf-8")
    print("written: benchmarks/RESULTS.md, benchmarks/inference.png")


if __name__ == "__main__":
    main()
