"""Measurements in a process of their own, whose memory nothing else has filled."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

ROOT = Path(__file__).parents[1]
Result = TypeVar("Result")


def in_own_process(module: str, kind: type[Result]) -> Result:
    """What a module, run as a program, prints as JSON. Raises CalledProcessError where it fails."""
    ended = subprocess.run([sys.executable, "-m", module], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return TypeAdapter(kind).validate_json(ended.stdout)
