"""The rule engine in processes of its own, with a time limit: a crash or a hang is a failed test."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.command import ROOT


@pytest.mark.parametrize("environment", [{}, {"MALLOC_PERTURB_": "165"}], ids=["as it is", "freed memory overwritten"])
def test_the_engine_agrees_with_the_second_evaluator_and_neither_crashes_nor_hangs(environment: dict[str, str]) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "tests.inference.soak", "6000", "20261124"],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "6000\n", "")


def test_a_check_decides_alike_with_freed_memory_overwritten() -> None:
    case = str(ROOT / "examples" / "stroke-uhc-medicare-advantage.yaml")
    program = (
        "import sys; from datetime import date; from pathlib import Path\n"
        "from engine import check, load_rulesets; from engine.cases import read_cases\n"
        "import orjson\n"
        "case = read_cases(sys.argv[1], Path(sys.argv[1]).read_bytes()).cases[0].treatment\n"
        "print(orjson.dumps(check(case, load_rulesets(), today=date(2026, 11, 24)).as_json()).decode())\n"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", program, case],
            cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=60, check=True,
        ).stdout
        for environment in ({}, {"MALLOC_PERTURB_": "165"})
    ]  # fmt: skip
    assert told[0] == told[1]
