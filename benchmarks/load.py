"""``python -m benchmarks.load``: many staff at one screen at once, and a server that is killed; writes LOAD.md.

Each signs in and then checks visits, checks again with the answers of a call, changes people's roles and reads, in an
order of their own. What the screen acknowledged must be in the database afterwards, once for each time; what it did not
acknowledge it must have refused in words.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from benchmarks.faults import FaultResult, kill_and_restart
from benchmarks.machine import this_machine
from benchmarks.served import Served, let_in
from benchmarks.staff import Member, lost_writes

STAFF, ACTIONS, KILLS = 20, 25, 30


@dataclass(frozen=True, slots=True)
class LoadResult:
    staff: int
    actions: int
    load_before: float
    wall_seconds: float
    seconds: dict[str, list[float]]
    acknowledged: int
    refused: list[str]
    unexpected: list[str]
    lost: list[str]


def measure_load(folder: Path, staff: int, actions: int) -> LoadResult:
    """So many people at once, each with so many actions."""
    served = Served(folder)
    let_in(served.database_url, [*(f"Staff {at}" for at in range(staff)), *(f"Other {at}" for at in range(10))])
    load_before = os.getloadavg()[0]
    others = range(staff + 1, staff + 11)
    served.start()
    try:
        begun = time.perf_counter()
        with ThreadPoolExecutor(staff) as pool:
            members = [Member(served.address, at, others) for at in range(staff)]
            told = list(pool.map(lambda member: member.works(actions), members))
        wall = time.perf_counter() - begun
    finally:
        served.stop()
    seconds: dict[str, list[float]] = {}
    for one in told:
        for what, took in one.seconds.items():
            seconds.setdefault(what, []).extend(took)
    acknowledged = sum(one.checks.total() + one.answers.total() + one.changes for one in told)
    return LoadResult(
        staff, actions, load_before, wall, seconds, acknowledged,
        [said for one in told for said in one.refused], [said for one in told for said in one.unexpected],
        lost_writes(served.database_url, told),
    )  # fmt: skip


def _report(result: LoadResult) -> str:
    machine = this_machine(engines=())
    lines = [
        "# Many staff at once", "",
        f"`make bench-load`: {result.staff} people at one `precertain serve` with SQLite, each signing in and then "
        f"doing {result.actions} things without a pause, on {machine.processor}, {machine.cores} cores, "
        f"{machine.system}, {machine.python}. The people run on the same machine, whose load average before was "
        f"{result.load_before:.1f}: where that is far from 0, the latencies are those of a busy machine.", "",
        f"{sum(map(len, result.seconds.values()))} answers in {result.wall_seconds:.0f} s. "
        f"**{result.acknowledged} writes acknowledged, {len(result.lost)} of them lost; {len(result.refused)} refused "
        f"and told; {len(result.unexpected)} answers that should not be.** The log's chain of hashes was verified.", "",
        "| action | answers | median | 95th percentile | 99th | longest |", "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for what, took in result.seconds.items():
        cuts = quantiles(took, n=100, method="inclusive") if len(took) > 1 else took * 99
        shown = [cuts[49], cuts[94], cuts[98], max(took)]
        lines.append(f"| {what} | {len(took)} | " + " | ".join(f"{seconds * 1000:.0f} ms" for seconds in shown) + " |")
    lines += [f"- {said}" for said in (*result.lost, *result.unexpected)]
    return "\n".join(lines) + "\n"


def _faults_report(result: FaultResult) -> str:
    return (
        "\n## Killed while writing\n\n"
        f"The server was killed with SIGKILL {result.kills} times, each time at a random moment while "
        f"{result.writers} people wrote, and started again at the same address; it listened again after "
        f"{max(result.restart_seconds):.1f} s at the longest. **{result.acknowledged} writes acknowledged, "
        f"{len(result.lost)} of them lost**, and the chain of hashes was verified after each restart.\n"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        result = measure_load(Path(folder), STAFF, ACTIONS)
    with tempfile.TemporaryDirectory() as folder:
        killed = kill_and_restart(Path(folder), KILLS)
    (Path(__file__).parent / "LOAD.md").write_text(_report(result) + _faults_report(killed), encoding="utf-8")
    print("written: benchmarks/LOAD.md")
    if wrong := [*result.lost, *result.unexpected, *killed.lost]:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
