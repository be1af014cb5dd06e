"""Visits priced by Medicare's fee schedule, for the tests of amounts and of shares."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hypothesis import strategies as st

import rulesets
from engine.fee_schedule import load_fee_schedule
from engine.fees import BilledUnits

REFERENCE = Path(rulesets.__path__[0]) / "reference"
SCHEDULE = load_fee_schedule(REFERENCE)
DECEMBER = date(2026, 12, 1)
LOS_ANGELES, MANHATTAN = "01182-18", "13202-01"
NOT_REDUCED = {"97129", "97130", "97550", "97551", "98980"}
CODES = (
    "92507",
    "97110",
    "97112",
    "97116",
    "97140",
    "97150",
    "97161",
    "97165",
    "97530",
    "97533",
    "97535",
    *NOT_REDUCED,
)


def billed(code: str, units: int = 1, assistant: bool = False) -> BilledUnits:
    return BilledUnits(code, units, units, code not in NOT_REDUCED, assistant)


FOUR_UNITS = (billed("97530"), billed("97535", 2), billed("97110"))

lines_of_a_visit = st.lists(
    st.builds(billed, st.sampled_from(CODES), st.integers(0, 4), st.booleans()), min_size=1, max_size=6
)
localities = st.sampled_from(("national", LOS_ANGELES, MANHATTAN, "02102-01", "06302-00"))
days = st.dates(date(2025, 1, 1), date(2026, 12, 31))
