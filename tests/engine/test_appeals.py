"""The due date of an appeal stands in the decision, by the payer's own clock and from the right day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine import Decision
from engine.appeals import LEVELS, level_named
from tests.letters.cases import altered, decided, example

DENIED = example("denied-appeal")
DAY = date(2026, 11, 24)


def appealed(payer: str, **denial: Any) -> Decision:
    facts = {f"denial.{name}": denial.get(name) for name in ("received_on", "notice_on", "level")}
    return decided(altered(DENIED, {"coverage.payer": payer, **facts}))


def due(decision: Decision) -> dict[str, date | None]:
    return {item.id: item.due for item in decision.deadlines if item.id in LEVELS}


@pytest.mark.parametrize(
    ("payer", "level", "denial", "expected"),
    [
        ("medicare-part-b", "redetermination", {"received_on": DAY}, date(2027, 3, 24)),
        ("medicare-part-b", "reconsideration", {"received_on": DAY}, date(2027, 5, 23)),
        ("medicare-part-b", "hearing", {"received_on": DAY}, date(2027, 1, 23)),
        ("medicare-part-b", "Council review", {"received_on": DAY}, date(2027, 1, 23)),
        ("medicare-part-b", "court-review", {"received_on": DAY}, date(2027, 1, 23)),
        ("uhc-medicare-advantage", "reconsideration", {"notice_on": DAY}, date(2027, 1, 28)),
        ("uhc-medicare-advantage", "reconsideration", {"notice_on": DAY, "received_on": date(2026, 12, 1)},
         date(2027, 1, 28)),
        ("aetna-commercial", "Internal  appeal", {"received_on": DAY}, date(2027, 5, 23)),
        ("cigna-commercial", "external_review", {"received_on": date(2026, 10, 31)}, date(2027, 3, 1)),
    ],
)  # fmt: skip
def test_the_appeal_falls_due(payer: str, level: str, denial: dict[str, date], expected: date) -> None:
    decision = appealed(payer, level=level, **denial)
    assert due(decision) == {level_named(level): expected}
    (item,) = [item for item in decision.deadlines if item.id in LEVELS]
    (finding,) = [finding for finding in decision.findings if finding.rule in item.why]
    assert "governs" in finding.message
    assert finding.source.title


def test_a_plans_reconsideration_runs_from_the_notices_date_and_not_from_its_receipt() -> None:
    decision = appealed("uhc-medicare-advantage", level="reconsideration", received_on=DAY)
    assert due(decision) == {"reconsideration": None}
    (finding,) = [finding for finding in decision.findings if finding.rule.endswith("/reconsideration")]
    assert dict(finding.facts) == {"denial.notice_on": None}


@pytest.mark.parametrize(
    ("payer", "level"),
    [
        ("uhc-medicare-advantage", "redetermination"),
        ("medicare-part-b", "first level"),
        ("tricare", "reconsideration"),
        ("a-payer-without-rules", "internal appeal"),
        ("medicare-part-b", None),
    ],
)
def test_where_no_published_clock_measures_the_level_no_day_is_made_up(payer: str, level: str | None) -> None:
    assert due(appealed(payer, level=level, received_on=DAY, notice_on=DAY)) == {}


def test_the_denial_changes_nothing_but_the_due_date_and_its_rule() -> None:
    with_denial = decided(DENIED).as_json()
    without = decided(altered(DENIED, {"denial": None})).as_json()
    told = {key for key in without if with_denial[key] != without[key]}
    assert told == {"check_id", "deadlines", "findings"}


def test_a_second_coverage_has_no_part_in_the_denial() -> None:
    second = {"coverage.secondary.payer": "aetna-commercial", "denial.level": "internal appeal"}
    decision = decided(altered(DENIED, second))
    assert decision.secondary is not None
    assert due(decision.secondary) == {}
