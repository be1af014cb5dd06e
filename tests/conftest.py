from __future__ import annotations

import gc
import os
import shutil
import tempfile
from multiprocessing.util import Finalize
from pathlib import Path

import pytest
from argon2.profiles import CHEAPEST
from hypothesis import settings

from tests import forked  # noqa: F401  (the screen's own processes are forked from the same)
from tests.browser import chromium
from web import passwords

settings.register_profile("ci", max_examples=50, deadline=None, derandomize=True)
settings.load_profile("ci")

# argon2 itself at its least cost: at the screen's own, slow on purpose, each hash takes a third of a second.
passwords.COST = CHEAPEST

# A tenth of the time would go into looking for garbage among what stays to the end.
gc.freeze()
gc.set_threshold(100_000, 50, 100)

# The long proofs run on request: `make prove`.
collect_ignore = [] if os.environ.get("PRECERTAIN_PROVE") else ["prove"]
collect_ignore_glob = [] if chromium.installed() else ["browser/test_*.py"]

MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3
"""Bytes that are to be free there."""


def pytest_configure() -> None:
    """Keep temporary files in memory where it has room, unless TMPDIR says where: a disk is waited for."""
    if "TMPDIR" in os.environ or not MEMORY.is_dir():
        return
    there = os.statvfs(MEMORY)
    if there.f_bavail * there.f_frsize < ROOM or there.f_flag & os.ST_NOEXEC:
        return
    folder = tempfile.mkdtemp(prefix="precertain-tests-", dir=MEMORY)
    os.environ["TMPDIR"] = tempfile.tempdir = folder
    # After what the processes of multiprocessing remove there themselves.
    Finalize(None, shutil.rmtree, args=(folder,), kwargs={"ignore_errors": True}, exitpriority=-101)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if chromium.installed() is None:
        terminalreporter.write_line(chromium.MISSING, yellow=True)
