"""Medicare amounts: worked visits to the cent, the laws they obey, and what is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cost.money import exactly
from engine.fee_schedule import in_force, load_fee_schedule
from engine.fees import BilledUnits, allowed_cents, line_amounts
from engine.message import english
from engine.problems import UserError
from tests.engine.fee_visits import (
    CODES,
    DECEMBER,
    FOUR_UNITS,
    LOS_ANGELES,
    MANHATTAN,
    REFERENCE,
    SCHEDULE,
    billed,
    days,
    lines_of_a_visit,
    localities,
)


def test_one_unit_is_paid_in_full() -> None:
    assert allowed_cents([billed("97535")], DECEMBER, "national", SCHEDULE) == exactly(3240)


def test_of_three_units_two_are_reduced() -> None:
    assert allowed_cents([billed("97535", 3)], DECEMBER, "national", SCHEDULE) == exactly(8016)


@pytest.mark.parametrize(("locality", "cents"), [("national", 10504), (LOS_ANGELES, 11508), (MANHATTAN, 11677)])
def test_the_unit_with_the_highest_practice_expense_is_paid_in_full(locality: str, cents: int) -> None:
    assert allowed_cents(FOUR_UNITS, DECEMBER, locality, SCHEDULE) == exactly(cents)


def test_codes_outside_the_reduction_are_paid_in_full() -> None:
    unreduced = [line._replace(mppr=False) for line in FOUR_UNITS]
    assert allowed_cents(unreduced, DECEMBER, "national", SCHEDULE) == exactly(12893)


def test_each_line_has_its_own_amount_in_the_order_given() -> None:
    assert line_amounts(FOUR_UNITS, DECEMBER, "national", SCHEDULE) == (3507, 4776, 2221)


def test_of_equal_units_the_therapists_is_paid_in_full() -> None:
    lines = [billed("97535", assistant=True), billed("97535")]
    assert line_amounts(lines, DECEMBER, "national", SCHEDULE) == (2388, 3240)


def test_equal_practice_expense_leaves_the_higher_total_in_full() -> None:
    figures = in_force(SCHEDULE.relative_values, date(2024, 6, 1))
    assert figures is not None
    assert figures.value["97110"].practice_expense == figures.value["97116"].practice_expense
    values = {**figures.value, "97116": replace(figures.value["97116"], work=Decimal("0.30"))}
    schedule = replace(SCHEDULE, relative_values=(replace(figures, value=values),))
    lines = [billed("97116"), billed("97110")]
    whole = line_amounts([billed("97110")], date(2024, 6, 1), "national", schedule)
    amounts = line_amounts(lines, date(2024, 6, 1), "national", schedule)
    assert amounts
    assert whole
    assert amounts[1] == whole[0]


def test_half_a_cent_rounds_up() -> None:
    figures = in_force(SCHEDULE.conversion_factors, DECEMBER)
    assert figures is not None
    factor = replace(figures.value, lowest=Decimal("0.5"), highest=Decimal("0.5"))
    schedule = replace(SCHEDULE, conversion_factors=(replace(figures, value=factor),))
    assert allowed_cents([billed("97535")], DECEMBER, "national", schedule) == exactly(49)  # 0.97 x 0.5 = 0.485


def test_a_locality_not_known_gives_bounds_and_no_amount() -> None:
    allowed = allowed_cents(FOUR_UNITS, DECEMBER, None, SCHEDULE)
    assert allowed.high is not None
    assert allowed.low < 10504 < allowed.high
    assert list(map(english, allowed.reasons)) == ["the Medicare locality is not known (site.locality)"]
    assert line_amounts(FOUR_UNITS, DECEMBER, None, SCHEDULE) is None


def test_units_not_settled_give_bounds() -> None:
    line = BilledUnits("97535", 1, 3, True, False)
    allowed = allowed_cents([line], DECEMBER, "national", SCHEDULE)
    assert (allowed.low, allowed.high) == (3240, 8016)
    assert list(map(english, allowed.reasons)) == ["how many units of 97535 are paid is not settled"]


def test_a_code_that_may_be_reduced_gives_bounds() -> None:
    lines = [billed("97530"), billed("97535")._replace(mppr=None)]
    allowed = allowed_cents(lines, DECEMBER, "national", SCHEDULE)
    assert (allowed.low, allowed.high) == (3507 + 2388, 3507 + 3240)


def test_a_factor_seen_rounded_gives_bounds() -> None:
    allowed = allowed_cents([billed("97161")], date(2024, 3, 8), "national", SCHEDULE)
    assert allowed.high is not None
    assert allowed.low < allowed.high <= allowed.low + 4
    assert allowed_cents([billed("97161")], date(2024, 3, 9), "national", SCHEDULE) == exactly(10020)


@pytest.mark.parametrize(
    ("on", "code", "locality", "missing"),
    [
        (date(2027, 1, 1), "97535", "national", "not known for 2027-01-01: relative values, conversion factor"),
        (date(2023, 5, 1), "97535", "national", "not known for 2023-05-01: conversion factor"),
        (date(2024, 5, 1), "97535", LOS_ANGELES, "not known for 2024-05-01: geographic indices"),
        (DECEMBER, "97545", "national", "no national price known on 2026-12-01 for 97545"),
        (DECEMBER, "97010", "national", "no national price known on 2026-12-01 for 97010"),
        (DECEMBER, "97535", "1182-18", "did you mean 01182-18?"),
    ],
)
def test_without_a_figure_nothing_is_bounded(on: date, code: str, locality: str, missing: str) -> None:
    allowed = allowed_cents([billed(code)], on, locality, SCHEDULE)
    assert (allowed.low, allowed.high) == (0, None)
    [reason] = allowed.reasons
    assert missing in english(reason)
    assert line_amounts([billed(code)], on, locality, SCHEDULE) is None


@given(st.data(), lines_of_a_visit, days, localities)
def test_the_order_of_lines_does_not_matter(
    data: st.DataObject, lines: list[BilledUnits], on: date, where: str
) -> None:
    shuffled = data.draw(st.permutations(lines))
    assert allowed_cents(shuffled, on, where, SCHEDULE) == allowed_cents(lines, on, where, SCHEDULE)
    amounts, moved = line_amounts(lines, on, where, SCHEDULE), line_amounts(shuffled, on, where, SCHEDULE)
    assert amounts is not None
    assert moved is not None
    assert sorted(amounts) == sorted(moved)


@given(lines_of_a_visit, st.builds(billed, st.sampled_from(CODES)), days, localities)
def test_one_more_unit_never_costs_less(lines: list[BilledUnits], more: BilledUnits, on: date, where: str) -> None:
    before = allowed_cents(lines, on, where, SCHEDULE).high
    after = allowed_cents([*lines, more], on, where, SCHEDULE).high
    assert before is not None
    assert after is not None
    assert before < after


@given(lines_of_a_visit, days, localities)
def test_the_reduction_never_raises(lines: list[BilledUnits], on: date, where: str) -> None:
    whole = allowed_cents([line._replace(mppr=False) for line in lines], on, where, SCHEDULE).high
    reduced = allowed_cents(lines, on, where, SCHEDULE).high
    assert whole is not None
    assert reduced is not None
    assert reduced <= whole


@given(st.data(), lines_of_a_visit, days)
def test_bounds_hold_whatever_the_unknowns_are(data: st.DataObject, lines: list[BilledUnits], on: date) -> None:
    vague = [
        line._replace(
            units_low=data.draw(st.integers(0, line.units_low)),
            units_high=line.units_high + data.draw(st.integers(0, 2)),
            mppr=data.draw(st.sampled_from((line.mppr, None))),
        )
        for line in lines
    ]
    bounds = allowed_cents(vague, on, None, SCHEDULE)
    indices = in_force(SCHEDULE.indices, on)
    assert indices is not None
    assert bounds.high is not None
    for locality in indices.value:
        amount = allowed_cents(lines, on, locality, SCHEDULE).low
        assert bounds.low <= amount <= bounds.high


def test_both_years_hold_every_locality() -> None:
    assert [len(group.value) for group in SCHEDULE.indices] == [109, 109]
    assert SCHEDULE.indices[0].value.keys() == SCHEDULE.indices[1].value.keys()


def test_a_broken_file_is_refused_with_every_broken_group(tmp_path: Path) -> None:
    text = (REFERENCE / "fees.yaml").read_text(encoding="utf-8")
    broken = text.replace("97535 0.45 0.51 0.01", "97535 0.45 0.51").replace("value: 283", "value: much")
    broken = broken.replace("sources: [gpci-2026]", "sources: []")
    (tmp_path / "fees.yaml").write_text(broken, encoding="utf-8")
    with pytest.raises(UserError) as refused:
        load_fee_schedule(tmp_path)
    assert {problem.key for problem in refused.value.problems} == {
        "relative_values.5",
        "deductible.1",
        "geographic_indices.2",
    }


def test_overlapping_groups_are_refused(tmp_path: Path) -> None:
    text = (REFERENCE / "fees.yaml").read_text(encoding="utf-8")
    (tmp_path / "fees.yaml").write_text(text.replace("to: 2024-03-08", "to: 2024-03-09"), encoding="utf-8")
    with pytest.raises(UserError, match="two groups are in force on 2024-03-09"):
        load_fee_schedule(tmp_path)


@pytest.mark.parametrize("text", [None, "[unclosed", "- a list"])
def test_a_file_that_cannot_be_read_is_a_problem_and_no_traceback(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "fees.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match="fees-"):
        load_fee_schedule(tmp_path)


@given(st.data(), lines_of_a_visit, days, localities)
def test_the_lines_of_a_bucket_have_bounds_whatever_the_unknowns_are_and_whichever_equal_unit_is_paid_in_full(
    data: st.DataObject, lines: list[BilledUnits], on: date, where: str
) -> None:
    chosen = data.draw(st.sets(st.integers(0, len(lines) - 1)))
    vague = [
        line._replace(
            units_low=data.draw(st.integers(0, line.units_low)),
            units_high=data.draw(st.sampled_from((line.units_low, line.units_low + 2, None))),
            mppr=data.draw(st.sampled_from((line.mppr, None))),
        )
        for line in lines
    ]
    bounds = allowed_cents(vague, on, data.draw(st.sampled_from((where, None))), SCHEDULE, chosen)
    order = data.draw(st.permutations(range(len(lines))))
    moved = line_amounts([lines[at]._replace(assistant=False) for at in order], on, where, SCHEDULE)
    assert moved is not None
    amount = sum(cents for at, cents in zip(order, moved, strict=True) if at in chosen)
    assert bounds.low <= amount
    assert bounds.high is None or amount <= bounds.high
    assert (bounds.high is None) == any(vague[at].units_high is None for at in chosen)


def test_of_equal_units_in_two_buckets_either_may_be_the_one_paid_in_full() -> None:
    lines = [billed("97535"), billed("97535")]
    bounds = allowed_cents(lines, DECEMBER, "national", SCHEDULE, [0])
    assert (bounds.low, bounds.high) == (2388, 3240)
    assert list(map(english, bounds.reasons)) == ["which of equal units is paid in full is not known"]
