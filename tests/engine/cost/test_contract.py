"""What a visit costs by contracted rates: the case's, the practice's table, the patient's share, what is not known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Library
from engine.cost.answer import Cost, DollarRange
from tests.engine.cost.cases import TABLE, cost, decide, shares, with_table

RATE = {"lines.1.contract_rate": "31.50"}
NOTHING_OWED = {"coverage.deductible_remaining": 0, "coverage.copay": 0, "coverage.coinsurance": 0}
A_FIFTH = {**NOTHING_OWED, "coverage.coinsurance": 0.2}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return with_table(tmp_path_factory.mktemp("own"))


def test_units_at_the_cases_rate_are_shared_by_deductible_and_coinsurance() -> None:
    assert shares(cost({**RATE, **A_FIFTH})) == ("63.00", "50.40", "12.60")
    assert shares(cost({**RATE, **A_FIFTH, "coverage.deductible_remaining": "13.00"})) == ("63.00", "40.00", "23.00")
    assert shares(cost({**RATE, **A_FIFTH, "coverage.deductible_remaining": "500"})) == ("63.00", "0.00", "63.00")


def test_a_copay_is_owed_once_a_visit_and_never_more_than_is_allowed() -> None:
    card = {**RATE, **NOTHING_OWED, "coverage.copay": 40, "lines.2.code": "97530", "lines.2.contract_rate": 20}
    assert shares(cost({**card, "lines.2.minutes": 15})) == ("83.00", "43.00", "40.00")
    assert shares(cost({**RATE, **NOTHING_OWED, "coverage.copay": 80})) == ("63.00", "0.00", "63.00")


@pytest.mark.parametrize("missing", ["coverage.copay", "coverage.coinsurance"])
def test_a_copay_or_coinsurance_that_is_not_in_the_case_is_never_assumed(missing: str) -> None:
    found = cost({**RATE, **A_FIFTH, missing: None})
    assert shares(found) == ("63.00", None, None)
    assert found.patient_range == DollarRange("0.00", "63.00")
    assert f"is not known ({missing}, 0 where there is none)" in found.basis


def test_an_unknown_deductible_leaves_a_range_from_the_coinsurance_to_all() -> None:
    found = cost({**RATE, **A_FIFTH, "coverage.deductible_remaining": None})
    assert (found.patient_range, found.payer_range) == (DollarRange("12.60", "63.00"), DollarRange("0.00", "50.40"))


def test_a_copay_beside_a_coinsurance_gives_a_range_that_says_why() -> None:
    found = cost({**RATE, **A_FIFTH, "coverage.copay": 20})
    assert found.patient_range == DollarRange("12.60", "32.60")
    assert "whether the plan takes the copay, the coinsurance or both is not known" in found.basis


def test_a_copay_beside_a_deductible_gives_a_range_that_says_why() -> None:
    found = cost({**RATE, **NOTHING_OWED, "coverage.copay": 20, "coverage.deductible_remaining": 30})
    assert found.patient_range == DollarRange("20.00", "50.00")
    assert "whether the deductible comes before the copay is not known" in found.basis


def test_without_a_rate_a_copay_alone_still_bounds_what_the_patient_owes() -> None:
    found = cost({**NOTHING_OWED, "coverage.copay": 20})
    assert (found.allowed, found.allowed_range) == (None, None)
    assert found.patient_range == DollarRange("0.00", "20.00")
    assert found.basis.endswith("no contracted rate is known for 97535 on 2026-12-01")


def test_where_nothing_of_the_cost_is_known_there_is_none() -> None:
    assert decide({}).cost is None


def test_one_line_without_a_rate_leaves_the_visit_open_and_the_other_line_priced() -> None:
    decision = decide({**RATE, **A_FIFTH, "lines.2.code": "97530", "lines.2.minutes": 15})
    assert decision.cost is not None
    assert (decision.cost.allowed, decision.cost.patient_range) == (None, None)
    assert "no contracted rate is known for 97530" in decision.cost.basis
    assert [claim.allowed for line in decision.lines for claim in line.claim_lines] == ["63.00", None]


def test_the_practices_table_gives_the_rate_and_is_named(library: Library) -> None:
    found = cost(A_FIFTH, library)
    assert shares(found) == ("63.00", "50.40", "12.60")
    assert found.basis.startswith("Example agreement: 97535 31.50 a unit")
    assert [source.title for source in found.sources] == ["Example agreement"]


def test_the_cases_own_rate_wins_over_the_table_and_says_so(library: Library) -> None:
    found = cost({**A_FIFTH, "lines.1.contract_rate": 40}, library)
    assert found.allowed == "80.00"
    assert "97535: the case's contract_rate counts, not the 31.50 of Example agreement." in found.assumptions


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2027, 1, 1)])
def test_a_date_outside_the_table_has_no_rate(day: date, library: Library) -> None:
    found = cost({**A_FIFTH, "date_of_service": day}, library)
    assert (found.allowed, found.allowed_range) == (None, None)
    assert "(Example agreement holds from 2026-01-01 to 2026-12-31)" in found.basis


def test_out_of_network_no_contract_counts_and_in_network_is_said_where_it_is_taken_for_granted(
    library: Library,
) -> None:
    outside = cost({**A_FIFTH, "coverage.in_network": False}, library)
    assert outside.allowed is None
    assert "out-of-network" in outside.basis
    perhaps = cost({**A_FIFTH, "coverage.in_network": None}, library)
    assert perhaps.allowed == "63.00"
    assert "The practice is in the plan's network." in perhaps.assumptions
    assert "The practice is in the plan's network." not in cost(A_FIFTH, library).assumptions


def test_what_an_assistant_gives_may_be_reduced_by_the_contract(library: Library) -> None:
    found = cost({**A_FIFTH, "provider.credential": "OTA"}, library)
    assert found.allowed_range == DollarRange("53.56", "63.00")  # 31.50 x 0.85 = 26.775, half up
    assert "whether CO goes on 97535 is not known" in found.basis


@pytest.mark.parametrize(
    ("discipline", "pays", "low"),
    [("OT", "CO: 0.8", "50.40"), ("PT", "CQ: 0.7", "44.10"), (None, "CO: 0.8, CQ: 0.7", "35.28")],
)
def test_the_reduction_is_that_of_the_discipline(discipline: str | None, pays: str, low: str, tmp_path: Path) -> None:
    library = with_table(tmp_path, TABLE.replace("CO: 0.85, CQ: 0.85", pays))
    minutes = {"lines.1.minutes": 30, "lines.1.assistant_minutes": 30}
    found = cost({**A_FIFTH, **minutes, "provider.discipline": discipline, "provider.credential": None}, library)
    assert found.allowed_range == DollarRange(low, "63.00")


def test_a_telehealth_reduction_counts_where_the_claim_carries_the_modifier(tmp_path: Path) -> None:
    library = with_table(tmp_path, TABLE.replace("CO: 0.85, CQ: 0.85", "'95': 0.5"))
    assert cost({**A_FIFTH, "site.modality": "video"}, library).allowed in ("31.50", "63.00")
    assert cost(A_FIFTH, library).allowed == "63.00"


def test_a_table_that_is_silent_on_assistants_is_said_to_be(tmp_path: Path) -> None:
    silent = with_table(
        tmp_path,
        "contract_rates: [{payer: uhc-commercial, contract: Brief agreement, from: 2026-01-01, rates: {97535: 31.5}}]",
    )
    found = cost({**A_FIFTH, "provider.credential": "OTA"}, silent)
    assert found.allowed == "63.00"
    assert "Nothing is taken off the rate for what an assistant gives." in found.assumptions


def test_a_line_charged_below_its_rate_is_told() -> None:
    told = "97535 is charged below the contracted amount; a contract that pays the lower of the two allows less."
    assert told in cost({**RATE, **A_FIFTH, "lines.1.charge": 60}).assumptions
    assert told not in cost({**RATE, **A_FIFTH, "lines.1.charge": 63}).assumptions


def test_units_on_which_the_unit_rules_differ_give_a_range() -> None:
    visit = {**RATE, **A_FIFTH, "coverage.payer": "aetna-commercial", "coverage.state": "NJ", "lines.1.minutes": 20}
    found = cost({**visit, "lines.2.code": "97530", "lines.2.minutes": 20, "lines.2.contract_rate": "31.50"})
    assert found.allowed_range is not None
    assert (found.allowed_range.low, found.allowed_range.high) == ("63.00", "94.50")


def test_a_used_up_visit_limit_is_told_as_what_the_patient_may_owe() -> None:
    visit = {**RATE, **A_FIFTH, "coverage.visit_limit": 20, "coverage.visits_used": 20, "lines.1.charge": "95.00"}
    assert any("the patient may owe" in told for told in cost(visit).assumptions)
    assert not any("the patient may owe" in told for told in cost({**visit, "coverage.visits_used": 19}).assumptions)


def test_a_second_coverage_is_priced_alone_and_never_by_the_first_ones_rate(library: Library) -> None:
    second = {"coverage.secondary.payer": "uhc-commercial", "coverage.payer": "aetna-commercial", **RATE, **A_FIFTH}
    decision = decide({**second, "lines.1.contract_rate": 50}, library)
    assert decision.cost is not None
    assert decision.cost.allowed == "100.00"
    assert "The second coverage may pay part of the patient's share." in decision.cost.assumptions
    assert decision.secondary is not None
    assert decision.secondary.cost is not None
    assert decision.secondary.cost.allowed == "63.00"
    assert any("as if the coverage paid alone" in told for told in decision.secondary.cost.assumptions)


GRID: dict[str, list[Any]] = {
    "coverage.deductible_remaining": [0, "10.01", "40", "500"],
    "coverage.copay": [0, 25, 200],
    "coverage.coinsurance": [0, 0.2, 1],
    "lines.1.minutes": [15, 38],
    "provider.credential": ["OT", "OTA"],
}


def ends(amount: str | None, bounds: DollarRange | None) -> tuple[Decimal, Decimal | None]:
    """Both ends in dollars; None where nothing bounds the amount."""
    if amount is not None:
        return Decimal(amount), Decimal(amount)
    return (Decimal(bounds.low), Decimal(bounds.high)) if bounds else (Decimal(0), None)


def amounts(found: Cost) -> tuple[tuple[Decimal, Decimal | None], ...]:
    return (
        ends(found.allowed, found.allowed_range),
        ends(found.payer_share, found.payer_range),
        ends(found.patient_share, found.patient_range),
    )


COMPLETE = [dict(zip(GRID, figures, strict=True)) for figures in product(*GRID.values())]


@pytest.fixture(scope="module")
def completed(library: Library) -> list[tuple[dict[str, Any], Cost]]:
    return [(case, cost(case, library)) for case in COMPLETE]


@pytest.mark.parametrize(
    "missing",
    [{name} for name in GRID] + [set(GRID) - {"lines.1.minutes"}, set(GRID)],
    ids=lambda missing: " ".join(sorted(missing)),
)
def test_a_range_holds_every_completion(
    missing: set[str], library: Library, completed: list[tuple[dict[str, Any], Cost]]
) -> None:
    vague: dict[tuple[str, ...], Cost] = {}
    for case, exact in completed:
        known = {name: None if name in missing else value for name, value in case.items()}
        key = tuple(str(value) for value in known.values())
        if key not in vague:
            vague[key] = cost(known, library)
        for (low, high), (least, most) in zip(amounts(vague[key]), amounts(exact), strict=True):
            assert low <= least, (known, case)
            assert high is None or (most is not None and most <= high), (known, case)


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "code": st.sampled_from(["97535", "97530", "97110", "97116"]),
                "minutes": st.sampled_from([7, 15, 30, 38, None]),
                "contract_rate": st.sampled_from(["20", "31.50", None]),
                "charge": st.sampled_from(["10", None]),
                "credential": st.sampled_from(["OT", "OTA", None]),
            }
        ),
        min_size=1,
        max_size=5,
    ),
    st.randoms(),
)
def test_the_order_of_lines_does_not_change_the_cost(
    library: Library, lines: list[dict[str, Any]], random: Any
) -> None:
    shuffled = list(lines)
    random.shuffle(shuffled)
    first, second = (
        cost(
            {
                **A_FIFTH,
                "provider.credential": None,
                **{f"lines.{at}.{key}": value for at, line in enumerate(order, 1) for key, value in line.items()},
            },
            library,
        )
        for order in (lines, shuffled)
    )
    assert first == second
