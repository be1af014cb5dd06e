"""A million checks of the rule engine against the second evaluator, each half in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from tests.command import ROOT
from tests.prove.result import record

CHECKS, PROCESSES = 1_000_000, 2


def soak(seed: int) -> int:
    command = [sys.executable, "-m", "tests.inference.soak", str(CHECKS // PROCESSES), str(seed)]
    environment = os.environ | {"MALLOC_PERTURB_": "165"}
    finished = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=7_200, check=True
    )
    return int(finished.stdout)


def test_a_million_checks_agree() -> None:
    start = time.monotonic()
    with ThreadPoolExecutor(PROCESSES) as pool:
        done = sum(pool.map(soak, range(PROCESSES)))
    assert done == CHECKS
    took = time.monotonic() - start
    record(
        "A million checks",
        f"{done:,} checks of random rulesets (3 to 70 rules, with overrides and rules read by others), decided by\n"
        "durable-rules and by the second evaluator, with freed memory overwritten: 0 differences, 0 crashes; "
        f"{took:.0f} s.",
    )
