"""Medicare amounts: worked visits to the cent, the laws they obey, and what is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rulesets
from engine.fee_schedule import in_force, load_fee_schedule
from engine.fees import AmountRange, BilledUnits, allowed_cents, line_amounts, source_keys, visit_cost
from engine.problems import UserError

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


def exactly(cents: int) -> AmountRange:
    return AmountRange(cents, cents, None)


FOUR_UNITS = (billed("97530"), billed("97535", 2), billed("97110"))

lines_of_a_visit = st.lists(
    st.builds(billed, st.sampled_from(CODES), st.integers(0, 4), st.booleans()), min_size=1, max_size=6
)
localities = st.sampled_from(("national", LOS_ANGELES, MANHATTAN, "02102-01", "06302-00"))
days = st.dates(date(2025, 1, 1), date(2026, 12, 31))


def test_one_unit_is_paid_in_full() -> None:
    assert allowed_cents([billed("97535")], DECEMBER, "national", SCHEDULE) == exactly(3240)


def test_of_three_units_two_are_reduced() -> None:
    assert allowed_cents([billed("97535", 3)], DECEMBER, "national", SCHEDULE) == exactly(8016)


@pytest.mark.parametrize(("locality", "cents"), [("national", 10504), (LOS_ANGELES, 11508), (MANHATTAN, 11677)])
def test_the_unit_with_the_highest_practice_expense_is_paid_in_full(locality: str, cents: int) -> None:
    assert allowed_cents(FOUR_UNITS, DECEMBER, locality, SCHEDULE) == exactly(cents)


def test_codes_outside_the_reduction_are_paid_in_full() -> None:
    unreduced = [replace(line, mppr=False) for line in FOUR_UNITS]
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


def test_the_patient_owes_a_fifth_once_the_deductible_is_met() -> None:
    cost = visit_cost([billed("97535")], DECEMBER, "national", 0, SCHEDULE)
    assert (cost.allowed, cost.payer_share, cost.patient_share) == ("32.40", "25.92", "6.48")


def test_an_assistants_line_lowers_medicares_share_alone() -> None:
    cost = visit_cost([billed("97535", assistant=True)], DECEMBER, "national", 0, SCHEDULE)
    assert (cost.allowed, cost.payer_share, cost.patient_share) == ("32.40", "22.03", "6.48")
    assert "85 %" in cost.basis


def test_the_deductible_comes_before_the_coinsurance() -> None:
    cost = visit_cost([billed("97535")], DECEMBER, "national", 1000, SCHEDULE)
    assert (cost.payer_share, cost.patient_share) == ("17.92", "14.48")


def test_a_deductible_above_the_amount_takes_it_all() -> None:
    cost = visit_cost([billed("97535")], DECEMBER, "national", 28300, SCHEDULE)
    assert (cost.allowed, cost.payer_share, cost.patient_share) == ("32.40", "0.00", "32.40")


def test_an_unknown_deductible_leaves_the_shares_open() -> None:
    cost = visit_cost([billed("97535")], DECEMBER, "national", None, SCHEDULE)
    assert (cost.allowed, cost.payer_share, cost.patient_share) == ("32.40", None, None)
    assert "coverage.deductible_remaining (of 283.00 dollars for 2026)" in cost.basis


def test_what_is_presumed_is_listed() -> None:
    listed = " ".join(visit_cost([billed("97535")], DECEMBER, "national", 0, SCHEDULE).assumptions)
    assert "33.4009" in listed
    assert "QP" in listed
    assert "Sequestration, 2 % of Medicare's share, is not taken off." in listed


@pytest.mark.parametrize(
    ("on", "says"),
    [
        (date(2022, 3, 31), "No sequestration on 2022-03-31."),
        (date(2022, 4, 1), "Sequestration, 1 % of Medicare's share, is not taken off."),
        (date(2022, 7, 1), "Sequestration, 2 % of Medicare's share, is not taken off."),
    ],
)
def test_sequestration_follows_the_date(on: date, says: str) -> None:
    figures = in_force(SCHEDULE.conversion_factors, DECEMBER)
    assert figures is not None
    any_day = replace(SCHEDULE, conversion_factors=(replace(figures, first=None, last=None),))
    assert says in visit_cost([billed("97535")], on, "national", 0, any_day).assumptions


def test_figures_without_a_source_are_named_and_the_others_have_keys() -> None:
    cost = visit_cost([billed("97535")], date(2025, 6, 2), LOS_ANGELES, 0, SCHEDULE)
    assert any(line.startswith("No source seen: CMS Addendum E") for line in cost.assumptions)
    assert source_keys(FOUR_UNITS, DECEMBER, LOS_ANGELES, SCHEDULE)[:4] == (
        "rvu-2026",
        "cf-2026",
        "gpci-2026",
        "novitas-mppr",
    )
    assert "gpci-2026" not in source_keys(FOUR_UNITS, DECEMBER, "national", SCHEDULE)


def test_a_locality_not_known_gives_bounds_and_no_amount() -> None:
    allowed = allowed_cents(FOUR_UNITS, DECEMBER, None, SCHEDULE)
    assert allowed.high is not None
    assert allowed.low < 10504 < allowed.high
    cost = visit_cost(FOUR_UNITS, DECEMBER, None, 0, SCHEDULE)
    assert (cost.allowed, cost.payer_share, cost.patient_share) == (None, None, None)
    assert "site.locality" in cost.basis
    assert line_amounts(FOUR_UNITS, DECEMBER, None, SCHEDULE) is None


def test_units_not_settled_give_bounds() -> None:
    line = BilledUnits("97535", 1, 3, True, False)
    allowed = allowed_cents([line], DECEMBER, "national", SCHEDULE)
    assert (allowed.low, allowed.high) == (3240, 8016)
    assert allowed.reason == "the units of 97535 are not settled"


def test_a_code_that_may_be_reduced_gives_bounds() -> None:
    lines = [billed("97530"), replace(billed("97535"), mppr=None)]
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
    assert allowed.reason is not None
    assert missing in allowed.reason
    assert line_amounts([billed(code)], on, locality, SCHEDULE) is None
    cost = visit_cost([billed(code)], on, locality, 0, SCHEDULE)
    assert cost.allowed is None
    assert missing in cost.basis


@given(st.data(), lines_of_a_visit, days, localities)
def test_the_order_of_lines_does_not_matter(
    data: st.DataObject, lines: list[BilledUnits], on: date, where: str
) -> None:
    shuffled = data.draw(st.permutations(lines))
    assert visit_cost(shuffled, on, where, 0, SCHEDULE) == visit_cost(lines, on, where, 0, SCHEDULE)
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
    whole = allowed_cents([replace(line, mppr=False) for line in lines], on, where, SCHEDULE).high
    reduced = allowed_cents(lines, on, where, SCHEDULE).high
    assert whole is not None
    assert reduced is not None
    assert reduced <= whole


@given(st.data(), lines_of_a_visit, days)
def test_bounds_hold_whatever_the_unknowns_are(data: st.DataObject, lines: list[BilledUnits], on: date) -> None:
    vague = [
        replace(
            line,
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


@given(lines_of_a_visit, days, localities, st.integers(0, 30_000))
def test_what_assistants_gave_is_paid_at_85_percent(
    lines: list[BilledUnits], on: date, where: str, deductible: int
) -> None:
    whole = visit_cost([replace(line, assistant=False) for line in lines], on, where, deductible, SCHEDULE)
    assisted = visit_cost([replace(line, assistant=True) for line in lines], on, where, deductible, SCHEDULE)
    assert (assisted.allowed, assisted.patient_share) == (whole.allowed, whole.patient_share)
    assert whole.payer_share is not None
    assert assisted.payer_share is not None
    difference = Decimal(assisted.payer_share) - Decimal(whole.payer_share) * Decimal("0.85")
    assert abs(difference) <= Decimal("0.01")


@given(lines_of_a_visit, days, localities, st.integers(0, 30_000))
def test_without_assistants_the_shares_add_up(lines: list[BilledUnits], on: date, where: str, deductible: int) -> None:
    cost = visit_cost([replace(line, assistant=False) for line in lines], on, where, deductible, SCHEDULE)
    assert cost.allowed is not None
    assert cost.payer_share is not None
    assert cost.patient_share is not None
    assert Decimal(cost.payer_share) + Decimal(cost.patient_share) == Decimal(cost.allowed)


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
