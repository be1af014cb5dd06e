"""The command as a user runs it: a real process, with a data folder of its own."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from tests.databases import empty_sqlite
from tests.started import Started

ROOT = Path(__file__).resolve().parents[1]
_started = Started()


def run(
    *arguments: str,
    given: bytes | None = None,
    data: Path | None = None,
    cwd: Path | None = None,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Run ``precertain`` and return its output; nothing is written outside ``data``, which is by default a fresh folder
    with an empty database."""
    with tempfile.TemporaryDirectory() as fresh, tempfile.TemporaryDirectory() as streams:
        env = os.environ | {"XDG_DATA_HOME": str(data or fresh), "NO_COLOR": "1", "PYTHONPATH": str(ROOT)} | environment
        if data is None:
            (Path(fresh) / "precertain").mkdir(mode=0o700)
            (Path(fresh) / "precertain" / "precertain.db").write_bytes(empty_sqlite())
        for name, begins in (("in", given or b""), ("out", b""), ("err", b"")):
            (Path(streams) / name).write_bytes(begins)
        status = _started.run(list(arguments), env, cwd or Path.cwd(), Path(streams))
        out, err = ((Path(streams) / name).read_bytes().decode() for name in ("out", "err"))
    return subprocess.CompletedProcess(["precertain", *arguments], status, out, err)
