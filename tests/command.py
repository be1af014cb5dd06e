"""The command as a user runs it: a real process, with a data folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run(
    *arguments: str,
    given: bytes | None = None,
    data: Path | None = None,
    cwd: Path | None = None,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Run ``precertain`` and return its output; nothing is written outside ``data`` (default: a fresh folder)."""
    with tempfile.TemporaryDirectory() as fresh:
        env = os.environ | {"XDG_DATA_HOME": str(data or fresh), "NO_COLOR": "1", "PYTHONPATH": str(ROOT)} | environment
        finished = subprocess.run(
            [sys.executable, "-m", "cli.main", *arguments],
            input=given,
            capture_output=True,
            env=env,
            cwd=cwd,
            timeout=300,
            check=False,
        )
    return subprocess.CompletedProcess(
        finished.args, finished.returncode, finished.stdout.decode(), finished.stderr.decode()
    )
