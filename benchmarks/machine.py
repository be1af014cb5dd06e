"""The machine and the versions that a measurement was taken with."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

ENGINES = ("durable-rules", "zen-engine", "datalogic-py", "clipspy", "rule-engine", "business-rules", "experta")


@dataclass(frozen=True, slots=True)
class Machine:
    processor: str
    cores: int
    system: str
    python: str
    engines: tuple[tuple[str, str], ...]


def this_machine(engines: Sequence[str] = ENGINES) -> Machine:
    return Machine(
        processor=_processor(),
        cores=os.cpu_count() or 1,
        system=_system(),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        engines=tuple((name, version(name)) for name in engines),
    )


def _processor() -> str:
    """The processor's model, which Linux alone tells in a file."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _system() -> str:
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        name = platform.system()
    return f"{name}, {platform.system()} {platform.release().partition('-')[0]}, {platform.machine()}"
