"""The patient's share: worked visits, and bounds that hold whatever is not known, by trying it all."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cost.money import Amount, exactly, unknown
from engine.cost.sharing import Sharing, over_visits, owed, paid
from engine.message import Message

AMOUNTS = (0, 1, 7, 20, 33)
DEDUCTIBLES = (0, 1, 10, 50)
COPAYS = (0, 1, 15, 50)
COINSURANCES = tuple(Decimal(text) for text in ("0", "0.2", "0.5", "1"))
A_FIFTH, NONE = Decimal("0.2"), Decimal(0)

coinsurances = st.decimals(0, 1, places=6)
cents = st.integers(0, 30_000)
sharings = st.builds(
    Sharing, st.none() | cents, st.none() | st.just(0) | st.integers(0, 8_000), st.none() | coinsurances
)


def readings(allowed: int, deductible: int, copay: int, coinsurance: Decimal) -> set[int]:
    """Everything that a card with these figures may mean for one visit."""
    taken = min(deductible, allowed)
    by_coinsurance = taken + int(((allowed - taken) * coinsurance).quantize(Decimal(1), ROUND_HALF_UP))
    if not copay:
        return {by_coinsurance}
    copay_alone, after_deductible = min(copay, allowed), min(taken + copay, allowed)
    if not coinsurance:
        return {copay_alone, after_deductible}
    return {copay_alone, after_deductible, by_coinsurance, min(by_coinsurance + copay, allowed)}


@pytest.mark.parametrize("known", list(product((True, False), repeat=4)))
def test_the_bounds_hold_every_reading_of_every_completion(known: tuple[bool, ...]) -> None:
    grid = (AMOUNTS, DEDUCTIBLES, COPAYS, COINSURANCES)
    for figures in product(*(values if fixed else (None,) for values, fixed in zip(grid, known, strict=True))):
        amount, deductible, copay, coinsurance = figures
        allowed = Amount(min(AMOUNTS), max(AMOUNTS)) if amount is None else exactly(amount)
        sharing = Sharing(deductible, copay, coinsurance)
        bounds, rest = owed(allowed, sharing), paid(allowed, sharing)
        assert bounds.high is not None
        assert rest.high is not None
        for complete in product(
            *(values if figure is None else (figure,) for values, figure in zip(grid, figures, strict=True))
        ):
            for share in readings(*complete):
                assert bounds.low <= share <= bounds.high, (figures, complete)
                assert rest.low <= complete[0] - share <= rest.high, (figures, complete)


def test_the_bounds_are_no_wider_than_the_readings_where_the_figures_are_known() -> None:
    for amount, deductible, copay, coinsurance in product(AMOUNTS, DEDUCTIBLES, COPAYS, COINSURANCES):
        found = readings(amount, deductible, copay, coinsurance)
        bounds = owed(exactly(amount), Sharing(deductible, copay, coinsurance))
        assert (bounds.low, bounds.high) == (min(found), max(found))


@pytest.mark.parametrize(
    ("sharing", "low", "high"),
    [
        (Sharing(0, 0, A_FIFTH), 2000, 2000),
        (Sharing(5000, 0, A_FIFTH), 6000, 6000),
        (Sharing(50_000, 0, A_FIFTH), 10_000, 10_000),
        (Sharing(0, 3000, NONE), 3000, 3000),
        (Sharing(0, 30_000, NONE), 10_000, 10_000),
        (Sharing(0, 3000, A_FIFTH), 2000, 5000),
        (Sharing(5000, 3000, NONE), 3000, 8000),
        (Sharing(None, 0, A_FIFTH), 2000, 10_000),
        (Sharing(0, None, A_FIFTH), 0, 10_000),
        (Sharing(0, 3000, None), 0, 10_000),
        (Sharing(None, None, None), 0, 10_000),
    ],
)
def test_what_is_owed_of_a_hundred_dollars(sharing: Sharing, low: int, high: int) -> None:
    bounds = owed(exactly(10_000), sharing)
    assert (bounds.low, bounds.high) == (low, high)
    assert bool(bounds.reasons) == (low != high)


def test_without_an_allowed_amount_a_copay_alone_still_bounds_the_share() -> None:
    no_rate = Message("no rate")
    assert owed(unknown(no_rate), Sharing(0, 3000, NONE)) == Amount(0, 3000, (no_rate,))
    assert owed(unknown(no_rate), Sharing(0, 3000, A_FIFTH)).high is None


@given(cents, sharings)
def test_the_patient_never_owes_more_than_is_allowed_and_both_shares_add_up(allowed: int, sharing: Sharing) -> None:
    patient, payer = owed(exactly(allowed), sharing), paid(exactly(allowed), sharing)
    assert patient.high is not None
    assert payer.high is not None
    assert 0 <= patient.low <= patient.high <= allowed
    assert patient.low + payer.high == allowed == patient.high + payer.low


@given(cents, cents, cents, st.none() | st.integers(0, 8_000), st.none() | coinsurances)
def test_a_larger_deductible_or_amount_never_lowers_the_share(
    allowed: int, deductible: int, more: int, copay: int | None, coinsurance: Decimal | None
) -> None:
    less = owed(exactly(allowed), Sharing(deductible, copay, coinsurance))
    for greater in (
        owed(exactly(allowed), Sharing(deductible + more, copay, coinsurance)),
        owed(exactly(allowed + more), Sharing(deductible, copay, coinsurance)),
    ):
        assert less.low <= greater.low
        assert less.high is not None
        assert greater.high is not None
        assert less.high <= greater.high


def _visits(allowed: int, deductible: int, coinsurance: Decimal) -> Iterator[int]:
    """What each visit of an endless course costs the patient."""
    while True:
        [share] = readings(allowed, deductible, 0, coinsurance)
        yield share
        deductible = max(0, deductible - allowed)


@given(st.integers(1, 40), cents, cents, coinsurances)
def test_over_a_course_the_deductible_runs_out(
    visits: int, allowed: int, deductible: int, coinsurance: Decimal
) -> None:
    each = _visits(allowed, deductible, coinsurance)
    assert over_visits(visits, allowed, Sharing(deductible, 0, coinsurance)) == sum(next(each) for _ in range(visits))


def test_a_course_is_not_added_up_where_one_visit_is_open() -> None:
    assert over_visits(3, 10_000, Sharing(5000, 3000, NONE)) is None
    assert over_visits(3, 10_000, Sharing(None, 0, A_FIFTH)) is None
    assert over_visits(3, 10_000, Sharing(0, 3000, NONE)) == 9000
