"""The worked cases of units, through ``precertain units --json``: official examples, edges, and both rules."""

from __future__ import annotations

import json

import pytest

from tests.command import run

WORKED = (
    # name, rule, minutes of each code, total units (None: not told), the allocations that are right
    ("U01", "cms", {"97112": 24, "97110": 23}, 3, [{"97112": 2, "97110": 1}]),
    ("U02", "cms", {"97112": 20, "97110": 20}, 3, [{"97112": 2, "97110": 1}, {"97112": 1, "97110": 2}]),
    ("U06", "cms", {"97535": 30}, 2, [{"97535": 2}]),
    ("U09", "cms", {"97535": 7}, 0, [{"97535": 0}]),
    ("U10", "cms", {"97535": 8}, 1, [{"97535": 1}]),
    ("U12", "cms", {"97535": 23}, 2, [{"97535": 2}]),
    ("U18", "cms", {"97110": 10, "97124": 10}, 1, [{"97110": 1, "97124": 0}, {"97110": 0, "97124": 1}]),
    ("U19", "spm", {"97110": 10, "97124": 10}, 2, [{"97110": 1, "97124": 1}]),
    ("U22", "spm", {"97110": 33, "97140": 7}, 2, [{"97110": 2, "97140": 0}]),
    ("U24", "cms", {"97110": 23, "G0283": 15}, None, [{"97110": 2, "G0283": 1}]),
    ("U25", "cms", {"97550": 30, "97551": 15}, None, [{"97550": 1, "97551": 1}]),
)


@pytest.mark.parametrize(("name", "rule", "minutes", "total", "right"), WORKED, ids=[row[0] for row in WORKED])
def test_worked_units(
    name: str, rule: str, minutes: dict[str, int], total: int | None, right: list[dict[str, int]]
) -> None:
    told = json.loads(run("units", "--rule", rule, *(f"{code}={n}" for code, n in minutes.items()), "--json").stdout)
    found = {line["code"]: line["units"] for line in told["lines"]}
    assert found in right
    if total is not None:
        assert told["total_units"] == total
    if len(right) > 1:
        others = [{line["code"]: line["units"] for line in other["lines"]} for other in told["alternatives"]]
        assert all(one == found or one in others for one in right)
