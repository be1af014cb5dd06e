"""The stroke case study, decided, for letters; facts may be put in or taken away by dotted name."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from engine import Decision, PlannedTreatment, check, load_rulesets
from engine.cases import read_cases

EXAMPLE = Path(__file__).parents[2] / "examples" / "stroke-uhc-medicare-advantage.yaml"
TODAY = date(2026, 11, 24)
LIBRARY = load_rulesets()


@cache
def stroke() -> PlannedTreatment:
    return read_cases(str(EXAMPLE), EXAMPLE.read_bytes()).cases[0].treatment


def changed(path: str, value: Any) -> PlannedTreatment:
    """The case with one fact set; None takes it away."""
    data = stroke().model_dump(exclude_none=True)
    at: Any = data
    *above, last = [int(part) - 1 if part.isdecimal() else part for part in path.split(".")]
    for key in above:
        if isinstance(at[key], tuple):
            at[key] = list(at[key])
        at = at[key]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return PlannedTreatment.model_validate(_tuples(data))


def _tuples(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _tuples(value) for key, value in data.items()}
    return tuple(_tuples(value) for value in data) if isinstance(data, list | tuple) else data


@cache
def decided(treatment: PlannedTreatment) -> Decision:
    return check(treatment, LIBRARY, today=TODAY)
