"""Random tests that `make prove` takes in full, and an ordinary run with a third of their examples.

Such a test bears the mark ``longer``, by which `make prove` finds it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings


def examples(number: int) -> int:
    """How many of so many examples this run takes."""
    return number if os.environ.get("PRECERTAIN_PROVE") else number // 3


def longer(number: int, **more: Any) -> Callable[[Any], Any]:
    """Hypothesis settings with so many examples in full, and the mark."""

    def set_and_marked(test: Any) -> Any:
        return pytest.mark.longer(settings(max_examples=examples(number), **more)(test))

    return set_and_marked
