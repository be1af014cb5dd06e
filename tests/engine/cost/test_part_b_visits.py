"""Medicare visits as the front desk types them: edits, assistants, the year's total, what is not covered."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cost.answer import DollarRange
from engine.decision import Decision
from tests.engine.cost.cases import MEDICARE, cost, decide, shares
from tests.engine.cost.test_contract import amounts

MET = {**MEDICARE, "coverage.deductible_remaining": 0}
GROUP = {"lines.2.code": "97150", "lines.2.separate_time": None}
"""Group care is column 1 over 97535, the first line's code."""


def amounts_on_the_claim(decision: Decision) -> list[str | None]:
    return [claim.allowed for line in decision.lines for claim in line.claim_lines]


def test_a_line_that_an_edit_denies_adds_nothing() -> None:
    decision = decide({**MET, **GROUP, "lines.1.separate_time": False})
    assert decision.lines[0].reason == "bundled"
    assert decision.cost is not None
    assert decision.cost.allowed == "18.04"
    assert amounts_on_the_claim(decision) == [None, "18.04"]


def test_a_line_at_a_separate_time_is_paid() -> None:
    found = cost({**MET, **GROUP, "lines.1.separate_time": True})
    assert found.allowed == "70.31"  # 32.40 + 23.88 + (18.04 less half the practice expense of 97150)


def test_an_open_edit_gives_both_ends() -> None:
    found = cost({**MET, **GROUP})
    assert found.allowed_range == DollarRange("18.04", "70.31")
    assert "how many units of 97535 are paid is not settled" in found.basis


def test_an_open_edit_leaves_the_kx_threshold_open() -> None:
    near = {**MET, **GROUP, "history.allowed_ytd.ot": "2440"}
    decision = decide(near)
    assert all("KX" not in line.modifiers for line in decision.lines)
    possible = {mark.modifier: mark.fact for mark in decision.lines[0].possible_modifiers}
    assert possible["KX"] == "lines.1.separate_time"
    assert "KX" in decide({**near, "lines.1.separate_time": True}).lines[0].modifiers


def test_what_leaves_the_kx_threshold_open_is_never_the_other_buckets_total() -> None:
    [line] = decide({**MET, "history.allowed_ytd.ot": "2440", "lines.1.minutes": None}).lines
    assert [(mark.modifier, mark.fact) for mark in line.possible_modifiers] == [("KX", "lines.1.minutes")]
    [line] = decide({**MET, "history.allowed_ytd.pt_slp": "2440"}).lines
    assert [(mark.modifier, mark.fact) for mark in line.possible_modifiers] == [("KX", "history.allowed_ytd.ot")]


def test_a_hot_pack_adds_nothing() -> None:
    decision = decide({**MET, "lines.2.code": "97010"})
    assert decision.cost is not None
    assert decision.cost.allowed == "56.28"
    assert amounts_on_the_claim(decision) == ["56.28", None]


def test_each_claim_line_of_a_split_line_has_its_amount_before_the_85_percent() -> None:
    decision = decide(
        {**MET, "provider.discipline": "PT", "provider.credential": "PT", "lines.1.code": "97110",
         "lines.1.minutes": 36, "lines.1.assistant_minutes": 23, "lines.1.therapist_minutes": 13}
    )  # fmt: skip
    assert [claim.modifiers for claim in decision.lines[0].claim_lines] == [("GP", "CQ"), ("GP",)]
    assert amounts_on_the_claim(decision) == ["22.21", "29.06"]
    assert decision.cost is not None
    # 51.27 x 0.80 = 41.02 (rounded), of which the assistant's 22.21 of 51.27 is paid at 85 %
    assert shares(decision.cost) == ("51.27", "38.35", "10.25")


def test_who_treats_moves_only_what_medicare_pays() -> None:
    found = cost({**MET, "lines.1.minutes": 15, "provider.credential": None})
    assert (found.allowed, found.patient_share) == ("32.40", "6.48")
    assert found.payer_range == DollarRange("22.03", "25.92")


def test_a_line_that_is_not_covered_is_told_as_what_the_patient_may_owe() -> None:
    found = cost({**MET, "lines.1.purpose": "wellness", "lines.1.charge": "95.00"})
    told = "97535 is not covered: given all the same, the patient may owe its charge of 95.00 in full."
    assert told in found.assumptions
    assert told not in cost({**MET, "lines.1.charge": "95.00"}).assumptions


def test_a_copay_in_the_case_is_not_used_and_said_not_to_be() -> None:
    found = cost({**MET, "coverage.copay": 20})
    assert shares(found) == ("56.28", "45.02", "11.26")
    assert "The case's copay and coinsurance are not used: Medicare sets the coinsurance." in found.assumptions


def test_units_that_another_allocation_would_share_otherwise_are_those_of_the_claim() -> None:
    decision = decide({**MET, "lines.1.minutes": 20, "lines.2.code": "97530", "lines.2.minutes": 20})
    assert [line.units for line in decision.lines] == [1, 2]
    assert decision.cost is not None
    assert decision.cost.allowed == "84.00"  # 35.07 + 25.05 + 23.88
    assert any("another allocation" in told for told in decision.cost.assumptions)


def test_of_two_lines_of_one_code_the_same_one_is_billed_whatever_their_order() -> None:
    seven = {"lines.1.minutes": 7, "lines.2.minutes": 7, "lines.2.code": "97535"}
    first = decide({**MET, **seven, "lines.1.credential": "OTA", "lines.2.credential": "OT"})
    second = decide({**MET, **seven, "lines.1.credential": "OT", "lines.2.credential": "OTA"})
    assert first.cost == second.cost
    assert [line.units for line in first.lines] == [line.units for line in reversed(second.lines)]


GRID: dict[str, list[Any]] = {
    "site.locality": ["national", "01182-18", "02102-01"],
    "coverage.deductible_remaining": [0, "40", "500"],
    "provider.credential": ["OT", "OTA"],
    "lines.1.separate_time": [True, False],
}


@pytest.mark.parametrize(
    "missing", [{name} for name in GRID] + [set(GRID)], ids=lambda missing: " ".join(sorted(missing))
)
def test_a_range_holds_every_completion(missing: set[str]) -> None:
    for figures in product(*GRID.values()):
        case = dict(zip(GRID, figures, strict=True))
        vague = cost({**MEDICARE, **GROUP, **case, **dict.fromkeys(missing)})
        exact = cost({**MEDICARE, **GROUP, **case})
        for (low, high), (least, most) in zip(amounts(vague), amounts(exact), strict=True):
            assert high is not None
            assert most is not None
            assert low <= least <= most <= high, case


@settings(max_examples=60)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "code": st.sampled_from(["97535", "97530", "97110", "97116", "97150", "97129", "97010", "97165"]),
                "minutes": st.sampled_from([7, 15, 38]),
                "discipline": st.sampled_from(["OT", "PT"]),
                "credential": st.sampled_from(["OT", "PT", "OTA", "PTA"]),
                "separate_time": st.sampled_from([True, False, None]),
            }
        ),
        min_size=1,
        max_size=5,
    ),
    st.randoms(),
)
def test_the_order_of_lines_does_not_change_the_cost(lines: list[dict[str, Any]], random: Any) -> None:
    shuffled = list(lines)
    random.shuffle(shuffled)
    first, second = (
        decide(
            {
                **MEDICARE,
                "coverage.deductible_remaining": "20",
                "history.allowed_ytd.ot": "2400",
                "history.allowed_ytd.pt_slp": "2400",
                **{f"lines.{at}.{key}": value for at, line in enumerate(order, 1) for key, value in line.items()},
            }
        )
        for order in (lines, shuffled)
    )
    assert first.cost == second.cost
    assert sorted(map(str, amounts_on_the_claim(first))) == sorted(map(str, amounts_on_the_claim(second)))
