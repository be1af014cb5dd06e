"""Who pays which part of a Medicare visit: worked visits to the cent, their laws, and what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cost.answer import Cost
from engine.cost.medicare import price
from engine.fee_schedule import FeeSchedule, in_force
from engine.fees import BilledUnits
from engine.reference import load_reference
from tests.engine.fee_visits import (
    DECEMBER,
    FOUR_UNITS,
    LOS_ANGELES,
    REFERENCE,
    SCHEDULE,
    billed,
    days,
    lines_of_a_visit,
    localities,
)

SOURCES = load_reference(REFERENCE).sources


def visit_cost(
    lines: Sequence[BilledUnits], on: date, locality: str | None, deductible: int | None, schedule: FeeSchedule
) -> Cost:
    return price(lines, on, locality, deductible, schedule, SOURCES).cost()


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
    assert cost.patient_range is not None
    assert cost.patient_range.as_json() == {"from": "6.48", "to": "32.40"}
    assert cost.payer_range is not None
    assert cost.payer_range.as_json() == {"from": "0.00", "to": "25.92"}
    assert "the deductible of 2026 is 283.00; what is left of the deductible is not known" in cost.basis


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
    titles = [SOURCES[key].title for key in ("rvu-2026", "cf-2026", "gpci-2026", "novitas-mppr")]
    cited = visit_cost(FOUR_UNITS, DECEMBER, LOS_ANGELES, 0, SCHEDULE).sources
    assert [source.title for source in cited][:4] == titles
    national = visit_cost(FOUR_UNITS, DECEMBER, "national", 0, SCHEDULE).sources
    assert SOURCES["gpci-2026"] not in national


@given(lines_of_a_visit, days, localities, st.integers(0, 30_000))
def test_what_assistants_gave_is_paid_at_85_percent(
    lines: list[BilledUnits], on: date, where: str, deductible: int
) -> None:
    whole = visit_cost([line._replace(assistant=False) for line in lines], on, where, deductible, SCHEDULE)
    assisted = visit_cost([line._replace(assistant=True) for line in lines], on, where, deductible, SCHEDULE)
    assert (assisted.allowed, assisted.patient_share) == (whole.allowed, whole.patient_share)
    assert whole.payer_share is not None
    assert assisted.payer_share is not None
    difference = Decimal(assisted.payer_share) - Decimal(whole.payer_share) * Decimal("0.85")
    assert abs(difference) <= Decimal("0.01")


@given(lines_of_a_visit, days, localities, st.integers(0, 30_000))
def test_without_assistants_the_shares_add_up(lines: list[BilledUnits], on: date, where: str, deductible: int) -> None:
    cost = visit_cost([line._replace(assistant=False) for line in lines], on, where, deductible, SCHEDULE)
    assert cost.allowed is not None
    assert cost.payer_share is not None
    assert cost.patient_share is not None
    assert Decimal(cost.payer_share) + Decimal(cost.patient_share) == Decimal(cost.allowed)


def test_every_figure_cites_sources_that_there_are() -> None:
    groups = [getattr(SCHEDULE, field.name) for field in fields(SCHEDULE)]
    keys = {key for group in groups for figure in group for key in figure.sources}
    assert keys
    assert keys <= SOURCES.keys()


def test_what_no_figure_covers_has_neither_amount_nor_range() -> None:
    cost = visit_cost([billed("97535")], date(2027, 1, 1), "national", 0, SCHEDULE)
    assert (cost.allowed, cost.payer_share, cost.patient_share) == (None, None, None)
    assert (cost.allowed_range, cost.payer_range, cost.patient_range) == (None, None, None)
    assert cost.basis == "not known for 2027-01-01: relative values, conversion factor"


def test_a_locality_not_known_gives_the_range_of_all_of_them() -> None:
    cost = visit_cost(FOUR_UNITS, DECEMBER, None, 0, SCHEDULE)
    assert (cost.allowed, cost.payer_share, cost.patient_share) == (None, None, None)
    assert cost.allowed_range is not None
    assert cost.patient_range is not None
    assert Decimal(cost.allowed_range.low) < Decimal("105.04") < Decimal(cost.allowed_range.high)
    assert Decimal(cost.patient_range.low) < Decimal("21.01") < Decimal(cost.patient_range.high)
    assert cost.basis.endswith("; the Medicare locality is not known (site.locality)")


def test_whether_an_assistant_gives_it_moves_medicares_share_only() -> None:
    cost = visit_cost([billed("97535")._replace(assistant=None)], DECEMBER, "national", 0, SCHEDULE)
    assert (cost.allowed, cost.payer_share, cost.patient_share) == ("32.40", None, "6.48")
    assert cost.payer_range is not None
    assert cost.payer_range.as_json() == {"from": "22.03", "to": "25.92"}


def test_units_without_a_bound_have_no_range() -> None:
    cost = visit_cost([billed("97535")._replace(units_high=None)], DECEMBER, "national", 0, SCHEDULE)
    assert (cost.allowed, cost.allowed_range, cost.patient_range) == (None, None, None)
    assert cost.basis == "how many units of 97535 are paid is not settled"


@given(st.data(), lines_of_a_visit, days, localities, st.integers(0, 30_000))
def test_the_ranges_hold_every_completion(
    data: st.DataObject, lines: list[BilledUnits], on: date, where: str, deductible: int
) -> None:
    vague = [
        line._replace(
            units_low=data.draw(st.integers(0, line.units_low)),
            units_high=line.units_low + data.draw(st.integers(0, 2)),
            mppr=data.draw(st.sampled_from((line.mppr, None))),
            assistant=data.draw(st.sampled_from((line.assistant, None))),
        )
        for line in lines
    ]
    somewhere, left = data.draw(st.sampled_from((where, None))), data.draw(st.sampled_from((deductible, None)))
    bounds = price(vague, on, somewhere, left, SCHEDULE, SOURCES)
    exact = price(lines, on, where, deductible, SCHEDULE, SOURCES)
    for bound, amount in ((bounds.allowed, exact.allowed), (bounds.paid, exact.paid), (bounds.owed, exact.owed)):
        assert amount.exact is not None
        assert bound.high is not None
        assert bound.low <= amount.exact <= bound.high


@given(lines_of_a_visit, days, localities, st.integers(0, 30_000), st.integers(1, 10_000))
def test_more_deductible_never_lowers_the_patients_share(
    lines: list[BilledUnits], on: date, where: str, deductible: int, more: int
) -> None:
    less = price(lines, on, where, deductible, SCHEDULE, SOURCES).owed.exact
    greater = price(lines, on, where, deductible + more, SCHEDULE, SOURCES).owed.exact
    assert less is not None
    assert greater is not None
    assert less <= greater


@given(st.data(), lines_of_a_visit, days, localities, st.integers(0, 30_000))
def test_the_order_of_lines_does_not_change_the_cost(
    data: st.DataObject, lines: list[BilledUnits], on: date, where: str, deductible: int
) -> None:
    shuffled = data.draw(st.permutations(lines))
    assert visit_cost(shuffled, on, where, deductible, SCHEDULE) == visit_cost(lines, on, where, deductible, SCHEDULE)
