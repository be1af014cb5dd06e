"""The practice's table of contracted rates: what is read, what is refused, and that decisions name it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from engine import Library, UserError
from tests.engine.cost.cases import BUNDLED, TABLE, cost, decide, with_table

BROKEN = {
    "unknown-payer": (TABLE.replace("uhc-commercial", "uhc-comercial"), "4:5", "did you mean uhc-commercial?"),
    "unknown-code": (TABLE.replace("97530", "97531"), "8:29", "did you mean 97"),
    "impossible-dates": (TABLE.replace("to: 2026-12-31", "to: 2025-12-31"), "7:5", "before it begins on 2026-01-01"),
    "impossible-date": (TABLE.replace("2026-12-31", "2026-12-32"), "7:9", "dates are written 2026-11-24"),
    "broken-value": (TABLE.replace("31.50", "-31.50"), "8:13", "an amount of money such as 32.40"),
    "out-of-range": (TABLE.replace("34", "-34"), "8:29", "greater than or equal to 0"),
    "not-allowed": (TABLE.replace("CQ", "KX"), "9:22", "must be one of CO, CQ, 95, 93, GT"),
    "missing-key": (TABLE.replace("    contract: Example agreement\n", ""), "4:5", "this is required"),
    "unknown-key": (TABLE.replace("pays", "pay"), "9:5", "did you mean pays?"),
    "duplicate-key": (TABLE.replace('"97530"', '"97535"'), "8:29", "keep one"),
    "wrong-type": ("contract_rates: 31.50\n", "1:1", "must be a list"),
}


@pytest.mark.parametrize("code", BROKEN)
def test_what_is_wrong_with_a_table_is_told_with_its_place_and_nothing_is_decided(code: str, tmp_path: Path) -> None:
    text, place, told = BROKEN[code]
    library = with_table(tmp_path, text)
    with pytest.raises(UserError) as refused:
        decide({}, library)
    assert f"{tmp_path / 'rates.yaml'}:{place}: {code}: " in str(refused.value)
    assert told in str(refused.value)


def test_the_problems_of_all_tables_are_told_together(tmp_path: Path) -> None:
    with_table(tmp_path, BROKEN["unknown-code"][0])
    (tmp_path / "more.yaml").write_text(BROKEN["unknown-payer"][0])
    with pytest.raises(UserError) as refused:
        decide({}, Library(tmp_path))
    assert [problem.code for problem in refused.value.problems] == ["unknown-payer", "unknown-code"]


def test_two_rates_for_one_day_are_refused_also_where_they_stand_in_two_files(tmp_path: Path) -> None:
    with_table(tmp_path)
    (tmp_path / "next.yaml").write_text(
        TABLE.replace("2026-01-01", "2026-12-31").replace("to: 2026-12-31", "to: 2027-12-31")
    )
    with pytest.raises(UserError) as refused:
        decide({}, Library(tmp_path))
    assert {problem.code for problem in refused.value.problems} == {"overlapping-rates"}
    assert "uhc-commercial has two rates for 97535 on 2026-12-31" in str(refused.value)
    assert "the other stands at" in str(refused.value)


def test_a_contract_without_an_end_meets_every_later_one(tmp_path: Path) -> None:
    later = TABLE.replace("2026-01-01", "2030-01-01").replace("    to: 2026-12-31\n", "")
    (tmp_path / "later.yaml").write_text(later)
    (tmp_path / "rates.yaml").write_text(TABLE.replace("    to: 2026-12-31\n", ""))
    with pytest.raises(UserError, match="two rates for 97530 on 2030-01-01"):
        decide({}, Library(tmp_path))


def test_contracts_that_follow_each_other_give_each_day_its_rate(tmp_path: Path) -> None:
    first = TABLE.replace("2026-12-31", "2026-11-30")
    second = TABLE.replace("2026-01-01", "2026-12-01").replace("31.50", "32.75")
    (tmp_path / "first.yaml").write_text(first)
    (tmp_path / "second.yaml").write_text(second)
    library = Library(tmp_path)
    assert cost({"date_of_service": "2026-11-30"}, library).allowed == "63.00"
    assert cost({"date_of_service": "2026-12-01"}, library).allowed == "65.50"


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        "# ours\n" + TABLE,
        '{"contract_rates": [{"payer": "uhc-commercial", "contract": "A", "from": "2026-01-01", '
        '"rates": {"97535": 31.5}}]}',
    ],
)
def test_a_table_is_no_ruleset_however_it_is_written(text: str, tmp_path: Path) -> None:
    library = with_table(tmp_path, text)
    assert library.listed == BUNDLED.listed
    assert cost({}, library).allowed == "63.00"


def test_a_decision_names_the_table_that_its_payer_stands_in(tmp_path: Path) -> None:
    library = with_table(tmp_path)
    named = {used.id: used for used in decide({}, library).rulesets}
    assert named["contract-rates/rates"].version == "2026.1"
    assert named["contract-rates/rates"].sha256 == hashlib.sha256(TABLE.encode()).hexdigest()
    other = {"coverage.payer": "anthem-commercial"}
    assert decide(other, library).rulesets == decide(other).rulesets


def test_the_check_id_moves_with_the_table(tmp_path: Path) -> None:
    ids = {decide({}).check_id}
    for name, text in (("one", TABLE), ("two", TABLE.replace("34", "35"))):
        (tmp_path / name).mkdir()
        ids.add(decide({}, with_table(tmp_path / name, text)).check_id)
    assert len(ids) == 3


def test_medicare_and_self_pay_read_no_contract_and_say_so(tmp_path: Path) -> None:
    library = with_table(tmp_path, TABLE.replace("uhc-commercial", "medicare-part-b"))
    found = cost({"coverage.payer": "medicare-part-b", "site.locality": "national"}, library)
    assert found.allowed == "56.28"
    assert "Contracted rates are not used: the fee schedule sets the amounts." in found.assumptions
    alone = cost({"coverage.payer": "self-pay", "lines.1.charge": 80, "lines.1.contract_rate": 31})
    assert alone.allowed == "80.00"
    assert "Contracted rates are not used: the patient pays the charges." in alone.assumptions
