"""Facts of a case set anew: through the library, as the screen and ``--set`` do."""

from __future__ import annotations

import pytest

from engine import PlannedTreatment, UserError
from engine.changes import with_facts

CASE = PlannedTreatment.model_validate_json(
    """{"date_of_service": "2026-12-01", "coverage": {"payer": "tricare", "authorization": {"number": "A-1"}},
        "lines": [{"code": "97535"}, {"code": "97530"}],
        "plan_of_care": {"goals": [{"text": "Dresses alone"}, {"text": "Climbs stairs"}]}}"""
)


def test_an_empty_value_takes_an_item_of_a_list_away_and_the_next_moves_up() -> None:
    changed = with_facts(CASE, ["plan_of_care.goals.1="])
    assert [goal.text for goal in changed.plan_of_care.goals or ()] == ["Climbs stairs"]


def test_an_empty_value_takes_a_group_or_a_list_away_so_that_it_is_unknown() -> None:
    changed = with_facts(CASE, ["coverage.authorization=", "plan_of_care.goals="])
    assert changed.coverage.authorization is None
    assert changed.plan_of_care.goals is None


@pytest.mark.parametrize("setting", ["plan_of_care.gaols=", "plan_of_care.goals=Dresses", "lines="])
def test_what_is_no_group_or_cannot_be_without_is_told(setting: str) -> None:
    with pytest.raises(UserError):
        with_facts(CASE, [setting])
