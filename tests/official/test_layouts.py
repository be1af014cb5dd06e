"""Each official file is read as its publisher ships it: notices, merged headers, CRLF, Latin-1, archives, workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from engine.store.official import OfficialStore
from tests.official import make_files as make
from tests.official.loading import PAIRS, load, rows, tables, written

KEPT = [
    ("97140", "97124", 20010101, 20010101, 9),
    ("97150", "97535", 20180101, None, 0),
    ("97530", "97116", 20200101, 20201231, 1),
    ("97530", "97535", 20250401, 20261130, 1),
    ("97535", "97164", 19950101, None, 1),
]
LIMITS = (("97110", 6, "3"), ("97150", 1, "2"), ("97530", 0, "1"))
VALUES = (
    ("97010", "B", "0.06", "0.13", "0.01"),
    ("97535", "A", "0.44", "0.52", "0.02"),
    ("92610", "A", "1.30", "1.23", "0.01"),
)
LOCALITIES = (("01182", "18", "1.049", "1.185", "0.683"), ("10112", "00", "1.000", "0.875", "0.566"))


@pytest.mark.parametrize("header", [make.NCCI_HEADER, make.ONE_ROW_HEADER], ids=["over four rows", "on one row"])
@pytest.mark.parametrize("name", ["ccipra-v322r0-f1.txt", "edits.zip/ccipra-v322r0-f1/ccipra-v322r0-f1.TXT"])
def test_edits_are_read_below_their_notices(
    store: OfficialStore, tmp_path: Path, name: str, header: Sequence[Sequence[str]]
) -> None:
    edition = load(store, "ncci-ptp", written(tmp_path, name, make.ncci(PAIRS, header)))
    assert rows(store, "ncci-ptp") == KEPT
    assert (edition.term.name, edition.term.first, edition.term.stale_after) == (
        "2026Q3",
        date(2026, 7, 1),
        date(2026, 9, 30),
    )


@pytest.mark.parametrize("cover", [False, True], ids=["first sheet", "second sheet"])
def test_edits_are_read_from_a_workbook(store: OfficialStore, tmp_path: Path, cover: bool) -> None:
    path = make.workbook(tmp_path / "ccipra-v323r0-f1.xlsx", make.sheet_rows(PAIRS), cover)
    assert load(store, "ncci-ptp", path).term.first == date(2026, 10, 1)
    assert rows(store, "ncci-ptp") == KEPT


def test_a_workbook_in_an_archive_is_read_where_no_text_lies_beside_it(store: OfficialStore, tmp_path: Path) -> None:
    path = make.workbook(tmp_path / "ccipra-v322r0-f1.xlsx", make.sheet_rows(PAIRS, make.ONE_ROW_HEADER))
    load(store, "ncci-ptp", written(tmp_path, "edits.zip/ccipra-v322r0-f1.xlsx", path.read_bytes()))
    assert rows(store, "ncci-ptp") == KEPT


def test_of_a_table_in_several_formats_one_is_read(store: OfficialStore, tmp_path: Path) -> None:
    written(tmp_path, "edits.zip/ccipra-v322r0-f1.xlsx", b"PK is never opened")
    load(store, "ncci-ptp", written(tmp_path, "edits.zip/ccipra-v322r0-f1.txt", make.ncci(PAIRS)))
    assert rows(store, "ncci-ptp") == KEPT


def test_all_parts_of_an_edition_are_one_table(store: OfficialStore, tmp_path: Path) -> None:
    pairs = list(make.made_up_pairs(10_000, 6_500))
    edition = load(store, "ncci-ptp", *reversed(make.write_ncci(tmp_path, "v322r0", pairs, len(pairs))))
    kept = rows(store, "ncci-ptp")
    assert edition.rows == len(kept) == 10_000
    assert sum(deletion is None for _, _, _, deletion, _ in kept) == 6_500
    assert [row[:2] for row in kept] == [pair[:2] for pair in pairs]


def test_an_edition_is_the_same_whether_it_is_text_or_a_workbook(store: OfficialStore, tmp_path: Path) -> None:
    pairs = list(make.made_up_pairs(3_000, 2_000))
    load(store, "ncci-ptp", written(tmp_path, "ccipra-v322r0-f1.txt", make.ncci(pairs)))
    from_text = rows(store, "ncci-ptp")
    load(store, "ncci-ptp", make.workbook(tmp_path / "ccipra-v322r0-f1.xlsx", make.sheet_rows(pairs)))
    assert rows(store, "ncci-ptp") == from_text


def test_unlikely_edits_are_read_below_a_notice_over_several_lines(store: OfficialStore, tmp_path: Path) -> None:
    path = written(tmp_path, "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv", make.mue(LIMITS))
    assert load(store, "mue", path).term.first == date(2026, 10, 1)
    assert rows(store, "mue") == [("97110", 6, 3), ("97150", 1, 2), ("97530", 0, 1)]


def test_relative_values_are_kept_of_codes_with_a_national_price(store: OfficialStore, tmp_path: Path) -> None:
    written(tmp_path, "rvu26c.zip/PPRRVU2026_Jul_QPP.csv", make.pfs(VALUES, "33.5675"))
    written(tmp_path, "rvu26c.zip/GPCI2026.csv", make.gpci(LOCALITIES))
    path = written(tmp_path, "rvu26c.zip/PPRRVU2026_Jul_nonQPP.csv", make.pfs(VALUES))
    edition = load(store, "pfs-rvu", path)
    assert rows(store, "pfs-rvu") == [
        ("97535", "0.44", "0.52", "0.02", 1, "33.4009"),
        ("92610", "1.30", "1.23", "0.01", 0, "33.4009"),
    ]
    assert (edition.term.first, edition.term.last) == (date(2026, 7, 1), date(2026, 12, 31))
    load(store, "gpci", path)
    assert rows(store, "gpci")[1] == ("10112-00", "1.000", "0.875", "0.566")


def test_indices_keep_the_zeros_of_contractor_and_locality_and_leave_footnotes_out(
    store: OfficialStore, tmp_path: Path
) -> None:
    edition = load(store, "gpci", written(tmp_path, "indices.csv", make.gpci(LOCALITIES, 2027)))
    assert rows(store, "gpci") == [
        ("01182-18", "1.049", "1.185", "0.683"),
        ("10112-00", "1.000", "0.875", "0.566"),
    ]
    assert (edition.term.name, edition.term.last) == ("2027", date(2027, 12, 31))


def test_the_telehealth_list_says_whether_audio_will_do(store: OfficialStore, tmp_path: Path) -> None:
    path = make.workbook(tmp_path / "list.xlsx", make.telehealth([("97535", "Yes"), ("97530", "No"), ("G0108", "")]))
    edition = load(store, "telehealth-list", path)
    said = {code: tables(store).telehealth(code, date(2026, 5, 5)) for code in ("97535", "97530", "G0108", "97140")}
    assert [found and found.audio_only for found in said.values()] == [True, False, None, None]
    assert said["G0108"] is not None
    assert (edition.term.first, edition.term.last) == (date(2026, 1, 1), None)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2027-code-descriptions.zip/icd10cm_order_2027.txt", date(2026, 10, 1), date(2027, 3, 31)),
        (
            "april-1-2027-code-descriptions.zip/Code Descriptions/icd10cm_order_2027.txt",
            date(2027, 4, 1),
            date(2027, 9, 30),
        ),
        (
            "april-1-2027-code-descriptions/Code Descriptions/icd10cm_order_2027.txt",
            date(2027, 4, 1),
            date(2027, 9, 30),
        ),
    ],
)
def test_diagnoses_are_valid_in_their_half_year(
    store: OfficialStore, tmp_path: Path, name: str, first: date, last: date
) -> None:
    codes = [
        ("I69", "0", "Sequelae of cerebrovascular disease"),
        ("I69351", "1", "Hemiplegia and hemiparesis following cerebral infarction affecting right dominant side"),
        ("QA00101", "1", "A code whose second character is a letter"),
    ]
    written(tmp_path, name.replace("order_2027", "codes_2027"), b"I69351 not this one\r\n")
    assert load(store, "icd10cm", written(tmp_path, name, make.order_file(codes))).term.first == first
    official = tables(store)
    assert [official.valid_on(code, first) for code in ("I69", "I69.351", "I69351", "QA0.0101", "Z99.9")] == [
        False,
        True,
        True,
        True,
        False,
    ]
    found = official.diagnosis("I69.351", last)
    assert found is not None
    assert found.text == codes[1][2]
    assert official.valid_on("I69.351", last + timedelta(days=1)) is None
    assert official.valid_on("I69.351", first - timedelta(days=1)) is None


@pytest.mark.parametrize(
    ("kind", "content", "name"),
    [
        ("ncci-ptp", make.ncci(PAIRS), "2027Q1"),
        ("mue", make.mue(LIMITS), "2027Q1"),
        ("pfs-rvu", make.pfs(VALUES, title=""), "2027Q1"),
        ("gpci", make.gpci(LOCALITIES), "2027"),
        ("telehealth-list", make.comma([["Medicare telehealth"], ["HCPCS", "Status"], ["97535", "x"]]), "2027"),
        ("icd10cm", make.order_file([("I69351", "1", "Words")]), "FY2027 from 2027-01-01"),
    ],
)
def test_the_first_day_may_be_said(store: OfficialStore, tmp_path: Path, kind: str, content: bytes, name: str) -> None:
    edition = load(store, kind, written(tmp_path, "named otherwise.txt", content), first=date(2027, 1, 1))
    assert (edition.term.first, edition.term.name) == (date(2027, 1, 1), name)


def test_editions_of_several_days_stand_beside_one_another(store: OfficialStore, tmp_path: Path) -> None:
    for day, most in (("07-01-2026", 6), ("10-01-2026", 4)):
        name = f"MCR_MUE_PractitionerServices_Eff_{day}.csv"
        load(store, "mue", written(tmp_path, name, make.mue([("97110", most, "3")])))
    official = tables(store)
    limits = [official.unit_limit("97110", day) for day in (date(2026, 6, 30), date(2026, 9, 30), date(2026, 10, 1))]
    assert [limit and limit.units for limit in limits] == [None, 6, 4]


def test_an_edition_imported_again_replaces_itself(store: OfficialStore, tmp_path: Path) -> None:
    for most in (6, 4):
        path = written(tmp_path, "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", make.mue([("97110", most, "3")]))
        load(store, "mue", path)
    assert rows(store, "mue") == [("97110", 4, 3)]


def test_a_later_edition_of_the_edits_takes_the_place_of_the_one_before(store: OfficialStore, tmp_path: Path) -> None:
    for version in ("v322r0", "v323r0"):
        load(store, "ncci-ptp", written(tmp_path, f"ccipra-{version}-f1.txt", make.ncci(PAIRS)))
    assert [edition.term.name for edition in store.editions()] == ["2026Q4"]
