"""The timeline says of each day what ``check`` says of it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from engine import Library, PlannedTreatment, check, load_rulesets
from engine.cases import read_cases
from engine.timeline import timeline

EXAMPLES = sorted(Path("examples").glob("*.yaml"))
TODAY = date(2026, 11, 24)
LAST = TODAY + timedelta(days=400)


@pytest.fixture(scope="module")
def library() -> Library:
    return load_rulesets()


def _case(path: Path) -> PlannedTreatment:
    return read_cases(str(path), path.read_bytes()).cases[0].treatment


def _answers(treatment: PlannedTreatment, library: Library, day: date) -> tuple[str, ...]:
    found = check(treatment.model_copy(update={"date_of_service": day}), library, today=TODAY)
    parts = (found.coverage, found.authorization, found.telehealth, found.provider)
    return (found.headline, *(part.answer for part in parts))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_each_day_is_answered_as_check_answers_it(library: Library, path: Path) -> None:
    case = _case(path)
    found = timeline(case, library, today=TODAY, first=TODAY, last=LAST)
    assert (found[0].first, found[-1].last) == (TODAY, LAST)
    assert all(before.last + timedelta(days=1) == after.first for before, after in pairwise(found))
    days = {day for one in found for day in (one.first, one.last)}
    days |= {TODAY + timedelta(days=Random(path.stem).randrange(400)) for _ in range(12)}
    for day in days:
        [over] = [one for one in found if one.first <= day <= one.last]
        parts = (over.decision.coverage, over.decision.authorization, over.decision.telehealth, over.decision.provider)
        assert _answers(case, library, day) == (over.decision.headline, *(part.answer for part in parts)), day


@pytest.mark.parametrize(
    ("facts", "turns"),
    [
        ({"coverage": {"payer": "tricare", "active_to": date(2026, 12, 31)}}, date(2027, 1, 1)),
        (
            {"coverage": {"payer": "uhc-medicare-advantage", "plan_type": "hmo", "state": "OH",
                "in_network": True, "authorization": {
                "number": "A1", "valid_from": date(2027, 1, 4), "valid_to": date(2027, 1, 6), "visits_approved": 9,
                "visits_used": 0, "codes": ("97535",)}}},
            date(2027, 1, 4),
        ),
    ],
)  # fmt: skip
def test_days_on_which_facts_of_the_case_begin_or_end_turn_it(
    library: Library, facts: dict[str, object], turns: date
) -> None:
    case = PlannedTreatment.model_validate(
        {
            "date_of_service": TODAY,
            "provider": {"discipline": "OT", "credential": "OT"},
            "site": {"place_of_service": "11", "modality": "in_person"},
            "diagnoses": ("I69.351",),
            "lines": ({"code": "97535", "minutes": 30},),
            "plan_of_care": {"starts_on": date(2026, 11, 24), "visits": 12, "weeks": 6},
            "episode": {
                "visit_number": 9,
                "evaluation_on": date(2026, 11, 24),
                "resident_of_nursing_facility": False,
                "new_patient": True,
            },
            **facts,
        }
    )
    found = timeline(case, library, today=TODAY, first=TODAY, last=LAST)
    assert turns in [one.first for one in found]


def test_one_day_is_one_stretch(library: Library) -> None:
    [only] = timeline(_case(EXAMPLES[0]), library, today=TODAY, first=TODAY, last=TODAY)
    assert (only.first, only.last) == (TODAY, TODAY)
