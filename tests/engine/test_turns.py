"""No day on which a test comes out otherwise than the day before is left out of the days that are looked at."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from engine import Library, PlannedTreatment, load_rulesets
from engine.decide import facts_for
from engine.turns import truths, turning_days

TODAY, FIRST = date(2026, 11, 24), date(2026, 1, 2)
DAYS = [FIRST + timedelta(days=number) for number in range(800)]
AUTHORIZATION = {
    "number": "A1", "valid_from": date(2026, 12, 3), "valid_to": date(2027, 1, 6), "visits_approved": 9,
    "visits_used": 0, "codes": ("97535",),
}  # fmt: skip
DATES = {
    "provider": {"discipline": "OT", "credential": "OTA"},
    "site": {"place_of_service": "10", "modality": "video", "locality": "01182-18"},
    "diagnoses": ("F84.0",),
    "lines": ({"code": "97535", "minutes": 30}, {"code": "97530", "minutes": 25}, {"code": "97168", "minutes": 20}),
    "plan_of_care": {"starts_on": date(2026, 9, 24), "certified_on": date(2026, 9, 29), "visits": 12, "weeks": 6},
    "episode": {"visit_number": 9, "evaluation_on": date(2026, 9, 2), "injured_or_operated_on": date(2026, 7, 20)},
    "referral": {"signed_on": date(2026, 8, 20)},
    "history": {"allowed_ytd": {"ot": "2405.00"}},
    "documents": {"abn_signed_on": date(2027, 2, 5)},
    "necessity": {"expected_denial": "Practised for the sake of wellness"},
}


@pytest.fixture(scope="module")
def library() -> Library:
    return load_rulesets()


def _case(payer: str, born: date) -> PlannedTreatment:
    dated = {"active_from": date(2026, 8, 1), "active_to": date(2027, 8, 31), "authorization": AUTHORIZATION}
    return PlannedTreatment.model_validate(
        {
            **DATES, "date_of_service": FIRST, "patient": {"birth_date": born},
            "coverage": {"payer": payer, "state": "TX", "plan_type": "hmo", **dated},
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("payer", "born"),
    [
        ("medicare-part-b", date(1944, 2, 29)),
        ("self-pay", date(1990, 1, 1)),
        ("texas-medicaid", date(2006, 2, 28)),
        ("texas-workers-comp", date(1980, 5, 6)),
        ("uhc-medicare-advantage", date(1950, 2, 3)),
        ("new-york-medicaid", date(2005, 12, 1)),
    ],
)
def test_every_day_that_turns_a_test_is_one_that_is_looked_at(library: Library, payer: str, born: date) -> None:
    case, engine = _case(payer, born), library.engine(payer)

    def on(day: date) -> tuple[int, ...]:
        moved = case.model_copy(update={"date_of_service": day})
        return truths(engine, facts_for(moved, moved.coverage, library, TODAY, strict=False))

    facts = facts_for(case, case.coverage, library, TODAY, strict=False)
    looked_at = turning_days(engine, facts, FIRST, DAYS[-1])
    answered = [(day, on(day)) for day in DAYS]
    turned = {day for (_, before), (day, now) in pairwise(answered) if now != before}
    assert turned
    assert turned <= looked_at
    assert len(looked_at) < 100
