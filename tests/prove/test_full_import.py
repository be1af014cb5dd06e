"""The NCCI edits at their full number of rows: imported within a minute and 500 MB, and decided by."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from itertools import chain, islice
from pathlib import Path

from tests.command import ROOT, run
from tests.official import make_files as make
from tests.prove.result import record

SECONDS, MEGABYTES = 60, 500
MEASURED = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdout=sys.stderr).returncode
print(status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // (1024 if sys.platform == "linux" else 1024**2))
"""
KNOWN = ("97530", "97535", "20200101", "20261130", "1")
CASE = (
    "{date_of_service: %s, coverage: {payer: medicare-part-b}, provider: {discipline: OT, credential: OT}, "
    "lines: [{code: '97530', minutes: 30}, {code: '97535', minutes: 30}]}"
)


def measured_import(data: Path, paths: list[Path]) -> tuple[float, int]:
    """Seconds and megabytes that an import took."""
    command = [sys.executable, "-m", "cli.main", "reference", "import", "ncci-ptp", *map(str, paths)]
    began = time.monotonic()
    finished = subprocess.run(
        [sys.executable, "-c", MEASURED, *command, "--today", "2026-11-24"],
        env=os.environ | {"XDG_DATA_HOME": str(data), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    took = time.monotonic() - began
    status, megabytes = map(int, finished.stdout.split())
    assert status == 0
    return took, megabytes


def all_pairs() -> chain[make.Pair]:
    return chain(make.made_up_pairs(make.FULL - 1, make.LIVE), [KNOWN])


def assert_decided_by(data: Path) -> None:
    [edition] = json.loads(run("reference", "list", "--json", "--today", "2026-11-24", data=data).stdout)
    assert (edition["edition"], edition["rows"]) == ("2026Q3", make.FULL)
    found = [
        json.loads(run("check", "-", "--json", "--today", "2026-11-24", data=data, given=(CASE % day).encode()).stdout)[
            "edits"
        ]
        for day in ("2026-11-30", "2026-12-01")
    ]
    assert [len(edits) for edits in found] == [1, 0]


def test_the_text_files_are_imported_within_a_minute_and_500_megabytes(tmp_path: Path) -> None:
    paths = make.write_ncci(tmp_path, "v322r0", all_pairs(), make.FULL)
    first, again = (measured_import(tmp_path, paths) for _ in range(2))
    assert_decided_by(tmp_path)
    for took, megabytes in (first, again):
        assert took < SECONDS
        assert megabytes < MEGABYTES
    record(
        "Full import of the NCCI edits, text",
        f"{make.FULL:,} rows, {make.LIVE:,} of them without a deletion date, in {make.PARTS} archives of text:\n"
        f"{first[0]:.0f} s and {first[1]} MB; {again[0]:.0f} s and {again[1]} MB where they replace a loaded edition.",
    )


def test_workbooks_are_imported_within_500_megabytes(tmp_path: Path) -> None:
    left, paths = all_pairs(), []
    for part in range(1, make.PARTS + 1):
        rows = make.sheet_rows(islice(left, -(-make.FULL // make.PARTS)))
        paths.append(make.workbook(tmp_path / f"ccipra-v322r0-f{part}.xlsx", rows))
    took, megabytes = measured_import(tmp_path, paths)
    assert_decided_by(tmp_path)
    assert megabytes < MEGABYTES
    record(
        "Full import of the NCCI edits, workbooks",
        f"The same rows in {make.PARTS} workbooks: {took:.0f} s and {megabytes} MB.",
    )
