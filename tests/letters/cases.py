"""The shipped examples, decided, for letters; facts put in or taken away by dotted name, lists counted from 1."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from engine import Decision, PlannedTreatment, check, load_rulesets
from engine.cases import read_cases
from tests.command import ROOT

TODAY = date(2026, 11, 24)
LIBRARY = load_rulesets()
EXAMPLES = {
    "appeal": "denied-appeal",
    "abn": "goals-met-medicare",
    "good-faith-estimate": "self-pay",
    "organization-determination": "stroke-uhc-medicare-advantage",
}
"""The example of each kind."""


@cache
def example(name: str) -> PlannedTreatment:
    path = ROOT / "examples" / f"{name}.yaml"
    return read_cases(str(path), path.read_bytes()).cases[0].treatment


def altered(treatment: PlannedTreatment, facts: dict[str, Any]) -> PlannedTreatment:
    """The case with some facts set; None takes a fact away."""
    data = _open(treatment.model_dump(exclude_none=True))
    for path, value in facts.items():
        at = data
        *above, last = [int(part) - 1 if part.isdecimal() else part for part in path.split(".")]
        for key in above:
            at = at.setdefault(key, {}) if isinstance(at, dict) else at[key]
        if value is None:
            at.pop(last, None)
        else:
            at[last] = value
    return PlannedTreatment.model_validate(_closed(data))


@cache
def decided(treatment: PlannedTreatment, today: date = TODAY) -> Decision:
    return check(treatment, LIBRARY, today=today)


def _open(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _open(value) for key, value in data.items()}
    return [_open(value) for value in data] if isinstance(data, list | tuple) else data


def _closed(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _closed(value) for key, value in data.items()}
    return tuple(_closed(value) for value in data) if isinstance(data, list | tuple) else data
