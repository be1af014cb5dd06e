"""Cases decided by imported files: what is in force on the date of service, cited, named and dated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import Decision, Library, PlannedTreatment, check, load_rulesets
from engine.decide import facts_for
from engine.decision import Finding
from engine.diagnosis_search import search_diagnoses
from engine.official.tables import PtpEdit
from engine.store.official import OfficialStore
from engine.turns import turning_days
from tests.official import make_files as make
from tests.official.loading import PAIRS, TODAY, file_of, load, tables, written

DELETED = date(2026, 11, 30)
"""The last day of the imported edit of 97530 with 97535."""


def library(store: OfficialStore) -> Library:
    return Library(imported=tables(store))


def decide(books: Library, *codes: str, on: date = DELETED, minutes: int = 30, **more: Any) -> Decision:
    case = {
        "date_of_service": on,
        "coverage": {"payer": "medicare-part-b", "deductible_remaining": "0"},
        "provider": {"discipline": "OT", "credential": "OT"},
        "site": {"locality": "national"},
        "lines": tuple({"code": code, "minutes": minutes} for code in codes),
    }
    return check(PlannedTreatment.model_validate({**case, **more}), books, today=TODAY)


def edits(decision: Decision) -> list[tuple[str, str, str]]:
    return [(edit.column1, edit.column2, edit.resolution) for edit in decision.edits]


def about(decision: Decision, word: str) -> Finding:
    [found] = [finding for finding in decision.findings if word in finding.rule]
    return found


@pytest.fixture
def edited(store: OfficialStore, tmp_path: Path) -> Library:
    load(store, "ncci-ptp", written(tmp_path, "ccipra-v322r0-f1.txt", make.ncci(PAIRS)))
    return library(store)


def test_an_edit_bites_up_to_its_deletion_date_and_no_day_longer(edited: Library) -> None:
    assert edits(decide(edited, "97530", "97535")) == [("97530", "97535", "modifier_if_separate")]
    assert edits(decide(edited, "97530", "97535", on=DELETED + timedelta(days=1))) == []


def test_an_edit_bites_from_its_first_day_on_also_before_the_edition(edited: Library) -> None:
    begins = date(2025, 4, 1)
    assert edits(decide(edited, "97535", "97530", on=begins)) == [("97530", "97535", "modifier_if_separate")]
    assert edits(decide(edited, "97535", "97530", on=begins - timedelta(days=1))) == []
    assert edits(decide(edited, "97530", "97116", on=date(2020, 12, 31)))


def test_the_days_on_which_a_loaded_edit_begins_and_is_over_are_looked_at(edited: Library) -> None:
    case = PlannedTreatment.model_validate(
        {
            "date_of_service": DELETED,
            "coverage": {"payer": "medicare-part-b"},
            "lines": ({"code": "97530"}, {"code": "97535"}),
        }
    )
    engine = edited.engine("medicare-part-b")
    facts = facts_for(case, case.coverage, edited, TODAY, strict=False)
    begins, over = date(2025, 4, 1), DELETED + timedelta(days=1)
    assert {begins, over} <= turning_days(engine, facts, begins - timedelta(days=1), over)


def test_a_void_edit_never_bites_though_one_is_bundled(edited: Library) -> None:
    assert edits(decide(Library(), "97140", "97124", on=date(2026, 8, 1)))
    assert edits(decide(edited, "97140", "97124", on=date(2026, 8, 1))) == []
    assert edits(decide(edited, "97140", "97124", on=date(2001, 1, 1))) == []


def test_the_listed_indicator_stands_before_the_bundled_one(edited: Library) -> None:
    on = date(2026, 8, 1)
    assert edits(decide(Library(), "97150", "97535", on=on)) == [("97150", "97535", "modifier_if_separate")]
    assert edits(decide(edited, "97150", "97535", on=on)) == [("97150", "97535", "never_together")]


def test_a_pair_that_the_file_does_not_list_is_judged_by_the_bundled_edits(edited: Library) -> None:
    on = date(2026, 8, 1)
    bundled, imported = decide(Library(), "97113", "97110", on=on), decide(edited, "97113", "97110", on=on)
    assert edits(bundled) == edits(imported) != []


@pytest.mark.parametrize(("on", "stale"), [(date(2026, 9, 30), False), (date(2026, 10, 1), True)])
def test_an_edit_is_cited_to_the_imported_edition_and_stale_after_its_quarter(
    edited: Library, on: date, stale: bool
) -> None:
    finding = about(decide(edited, "97150", "97535", on=on), "common/edit")
    assert (finding.source.section, finding.source.verified, finding.stale) == ("edition 2026Q3", TODAY, stale)


def test_a_decision_names_the_editions_it_rests_on_and_its_id_depends_on_them(
    store: OfficialStore, tmp_path: Path, edited: Library
) -> None:
    first = decide(edited, "97535")
    edition = store.editions()[0]
    assert [used for used in first.rulesets if used.id.startswith("reference/")] == [edition.used]
    assert first.check_id != decide(Library(), "97535").check_id
    again = orjson.dumps(decide(library(store), "97535").as_json())
    assert again == orjson.dumps(first.as_json())
    load(store, "ncci-ptp", written(tmp_path, "ccipra-v322r0-f1.txt", make.ncci([*PAIRS, PAIRS[0]])))
    assert decide(library(store), "97535").check_id != first.check_id


def test_a_payer_whose_rules_use_no_official_table_names_none(edited: Library) -> None:
    decision = decide(edited, "97530", "97535", coverage={"payer": "uhc-medicare-advantage"})
    assert decision.edits == ()
    assert not [used for used in decision.rulesets if used.id.startswith("reference/")]


@pytest.fixture
def limited(store: OfficialStore, tmp_path: Path) -> Library:
    limits = [("97110", 2, "3"), ("97530", 2, "1"), ("97140", 2, "2")]
    load(store, "mue", written(tmp_path, "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv", make.mue(limits)))
    return library(store)


def over(decision: Decision) -> list[str]:
    return [finding.message for finding in decision.findings if finding.rule == "reference/mue"]


def test_units_over_the_imported_limit_are_a_warning_and_leave_the_answers(limited: Library) -> None:
    decision = decide(limited, "97110", minutes=45)
    finding = about(decision, "mue")
    assert finding.message == (
        "3 units of 97110 are planned; Medicare's Medically Unlikely Edits allow 2 on one day (indicator 3: date of "
        "service edit, clinical)."
    )
    assert (finding.source.section, finding.source.level, finding.stale) == ("edition 2026Q4", "official", False)
    plain = decide(Library(), "97110", minutes=45)
    assert (decision.headline, decision.lines) == (plain.headline, plain.lines)


def test_a_limit_counts_a_claim_line_or_the_day_as_its_indicator_says(limited: Library) -> None:
    assert over(decide(limited, "97110")) == over(decide(limited, "97530", "97530")) == []
    assert len(over(decide(limited, "97110", "97110"))) == len(over(decide(limited, "97140", "97140"))) == 1
    assert len(over(decide(limited, "97530", minutes=45))) == 1
    assert over(decide(limited, "97112", minutes=90)) == []


def test_a_limit_holds_from_its_editions_first_day_on(limited: Library) -> None:
    assert over(decide(limited, "97110", minutes=45, on=date(2026, 9, 30))) == []
    carried = decide(limited, "97110", minutes=45, on=date(2027, 1, 1))
    assert about(carried, "mue").stale


VALUES = (("97535", "A", "1.00", "1.00", "0.10"), ("97168", "A", "1.00", "1.00", "0.10"))


def allowed(books: Library, on: date, *codes: str, locality: str = "national") -> str | None:
    cost = decide(books, *(codes or ("97535",)), on=on, minutes=15, site={"locality": locality}).cost
    return cost.allowed if cost else None


def test_imported_values_price_their_days_before_the_bundled_ones(store: OfficialStore, tmp_path: Path) -> None:
    load(store, "pfs-rvu", written(tmp_path, "PPRRVU2026_Jul_nonQPP.csv", make.pfs(VALUES)))
    books = library(store)
    assert allowed(books, date(2026, 6, 30)) == allowed(Library(), date(2026, 6, 30)) == "32.40"
    assert allowed(books, date(2026, 7, 1)) == "70.14"
    assert allowed(books, date(2026, 7, 1), "97140") is None


def test_imported_indices_price_the_localities_of_their_year(store: OfficialStore, tmp_path: Path) -> None:
    load(store, "gpci", written(tmp_path, "GPCI2026.csv", make.gpci([("01182", "18", "2.000", "2.000", "2.000")])))
    books = library(store)
    assert allowed(books, date(2026, 7, 1), locality="01182-18") == "64.80"
    assert allowed(books, date(2026, 7, 1), locality="13202-01") is None
    assert allowed(books, date(2025, 7, 1), locality="01182-18") == allowed(
        Library(), date(2025, 7, 1), locality="01182-18"
    )


def test_a_year_that_nobody_bundled_is_priced_by_its_imported_file(store: OfficialStore, tmp_path: Path) -> None:
    january = date(2027, 1, 5)
    assert allowed(Library(), january) is None
    for name, factor in (("PPRRVU2027_Jan_nonQPP.csv", "40.0000"), ("PPRRVU2027_Apr_nonQPP.csv", "50.0000")):
        load(store, "pfs-rvu", written(tmp_path, name, make.pfs(VALUES, factor)))
    books = library(store)
    assert [allowed(books, day) for day in (january, date(2027, 3, 31), date(2027, 4, 1), date(2028, 1, 1))] == [
        "84.00",
        "84.00",
        "105.00",
        None,
    ]


def test_of_a_file_that_does_not_say_whose_conversion_factor_it_holds_none_is_taken(
    store: OfficialStore, tmp_path: Path
) -> None:
    load(store, "pfs-rvu", written(tmp_path, "PPRRVU2027_Jan.csv", make.pfs(VALUES, "40.0000")))
    assert allowed(library(store), date(2027, 1, 5)) is None


def test_the_imported_file_says_which_codes_are_reduced(store: OfficialStore, tmp_path: Path) -> None:
    load(store, "pfs-rvu", written(tmp_path, "PPRRVU2026_Jul_nonQPP.csv", make.pfs(VALUES)))
    reference = library(store).reference
    assert [reference.reduced("97535", day) for day in (date(2026, 1, 1), date(2026, 7, 1))] == [True, True]
    bare = replace(reference, codes={})
    assert [bare.reduced("97535", day) for day in (date(2026, 1, 1), date(2026, 7, 1))] == [None, True]


def test_the_cost_cites_the_imported_editions_that_it_rests_on(store: OfficialStore, tmp_path: Path) -> None:
    load(store, "pfs-rvu", written(tmp_path, "PPRRVU2026_Jul_nonQPP.csv", make.pfs(VALUES)))
    load(store, "gpci", written(tmp_path, "GPCI2026.csv", make.gpci([("01182", "18", "2.000", "2.000", "2.000")])))
    cost = decide(library(store), "97535", on=date(2026, 7, 1), minutes=15, site={"locality": "01182-18"}).cost
    assert cost is not None
    editions = [source for source in cost.sources if source.section and source.section.startswith("edition ")]
    assert [source.section for source in editions] == ["edition 2026Q3", "edition 2026"]


def test_a_reduction_that_only_the_imported_file_tells_is_taken_off(store: OfficialStore, tmp_path: Path) -> None:
    load(store, "pfs-rvu", written(tmp_path, "PPRRVU2026_Jul_nonQPP.csv", make.pfs(VALUES)))
    books = library(store)
    codes = books.reference.codes
    books.reference = replace(books.reference, codes={**codes, "97535": replace(codes["97535"], mppr=None)})
    cost = decide(books, "97535", on=date(2026, 7, 1)).cost
    assert cost is not None
    assert cost.allowed == "123.58"  # 70.14, and 53.44 with half the practice expense


def test_what_is_imported_is_read_by_programs_too(store: OfficialStore, tmp_path: Path, edited: Library) -> None:
    books = load_rulesets(imported=file_of(tmp_path))
    assert decide(books, "97530", "97535") == decide(edited, "97530", "97535")


CODES = ("97110", "97140", "97530", "97535")
days = st.dates(date(2024, 1, 1), date(2027, 12, 31))
listed = st.lists(
    st.tuples(
        st.sampled_from(CODES),
        st.sampled_from(CODES),
        days.map("{:%Y%m%d}".format),
        st.one_of(st.just("*"), days.map("{:%Y%m%d}".format)),
        st.sampled_from("019"),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=listed, on=days, codes=st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)))
def test_the_edit_of_a_day_is_the_strictest_listed_for_it_in_either_order(
    store: OfficialStore, tmp_path: Path, pairs: list[make.Pair], on: date, codes: tuple[str, str]
) -> None:
    for edition in store.editions():
        store.remove(edition)
    load(store, "ncci-ptp", written(tmp_path, "ccipra-v322r0-f1.txt", make.ncci(pairs)))
    of_codes = [pair for pair in pairs if set(pair[:2]) == set(codes)]
    day = f"{on:%Y%m%d}"
    marks = [
        mark for *_, begins, ends, mark in of_codes if mark != "9" and begins <= day and (ends == "*" or day <= ends)
    ]
    found = library(store).reference.edits.lookup(*codes, on)
    if of_codes:
        assert (found and found.indicator) == (min(map(int, marks)) if marks else None)
        assert found is None or found.certainty == "certain"
    assert {edit.indicator for edit in tables(store).listed_edits(*codes)} == {int(pair[4]) for pair in of_codes}
    assert all(isinstance(edit, PtpEdit) for edit in tables(store).listed_edits(*codes))


def test_a_loaded_order_file_tells_of_diagnoses_on_its_days(store: OfficialStore, tmp_path: Path) -> None:
    codes = [("I6935", "0", "A divided one"), ("I69351", "1", "A billable one"), ("U071", "1", "An emergency one")]
    load(store, "icd10cm", written(tmp_path, "icd10cm_order_2027.txt", make.order_file(codes)))
    books = library(store)

    def told(*diagnoses: str, on: date) -> list[str]:
        decision = decide(books, "97535", on=on, diagnoses=diagnoses)
        return [found.rule for found in decision.findings if found.rule.startswith("precertain/diagnosis")]

    within, before = date(2026, 11, 24), date(2017, 11, 24)
    assert told("I69.351", "U07.1", on=within) == []
    assert told("I69.35", on=within) == ["precertain/diagnosis-not-billable"]
    assert told("I69.352", on=within) == ["precertain/diagnosis-unknown"]
    assert told("I69.352", on=before) == []
    named = {used.id for used in decide(books, "97535", on=within, diagnoses=("I69.351",)).rulesets}
    assert "reference/icd10cm" in named


def test_a_loaded_telehealth_list_decides_video_visits_of_its_year(store: OfficialStore, tmp_path: Path) -> None:
    path = make.workbook(tmp_path / "list.xlsx", make.telehealth([("97535", "Yes"), ("97140", "No")]))
    load(store, "telehealth-list", path)
    books = library(store)

    def answers(code: str, day: date) -> str:
        return decide(books, code, on=day, site={"modality": "video", "place_of_service": "10"}).telehealth.answer

    listed, other_year = date(2026, 5, 5), date(2025, 5, 5)
    assert answers("97535", listed) == "accepted"
    assert answers("97140", listed) == "accepted"  # on this list, though on none that was seen before
    assert answers("97530", listed) == "not_accepted"
    assert (answers("97530", other_year), answers("97140", other_year)) == ("accepted", "not_accepted")


def test_diagnoses_are_found_in_the_loaded_file_of_the_day_and_else_in_the_installed_release(
    store: OfficialStore, tmp_path: Path
) -> None:
    codes = [("Z9965", "0", "Dependence on invented things"), ("Z99651", "1", "Dependence on an invented lift")]
    load(
        store, "icd10cm", written(tmp_path, "2027-code-descriptions.zip/icd10cm_order_2027.txt", make.order_file(codes))
    )
    reference = library(store).reference
    found = search_diagnoses("invented depend", reference, date(2026, 12, 1))
    assert [(one.code, one.text) for one in found.found] == [("Z99.651", "Dependence on an invented lift")]
    assert search_diagnoses("invented lift", reference, date(2026, 8, 1)).found == ()
