"""A wrong or cut-off file is refused whole, with the place and the reason; what was loaded before stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.official.registry import KINDS
from engine.problems import Problem, UserError
from engine.store.official import OfficialStore
from tests.official import make_files as make
from tests.official.loading import PAIRS, load, rows, written

EDITS = make.ncci(PAIRS)
ENDING = b"\t*\t0\t" + make.RATIONALES[1].encode()
LIMITS = make.mue([("97110", 6, "3"), ("97150", 1, "2")])
VALUES = make.pfs([("97535", "A", "0.44", "0.52", "0.02")])
INDICES = make.gpci([("01182", "18", "1.049", "1.185", "0.683")])
CODES = make.order_file([("I69351", "1", "Words"), ("I69352", "1", "Words")])
EDITS_NAME, LIMITS_NAME = "ccipra-v322r0-f1.txt", "MCR_MUE_PractitionerServices_Eff_10-01-2026.csv"


def refused(store: OfficialStore, kind: str, *paths: Path) -> tuple[Problem, ...]:
    with pytest.raises(UserError) as told:
        load(store, kind, *paths)
    return told.value.problems


@pytest.mark.parametrize(
    ("kind", "name", "content", "code", "place", "reason"),
    [
        ("ncci-ptp", EDITS_NAME, EDITS.replace(b"20180101", b"20181301"), "broken-row", 8, "'20181301' is no day"),
        ("ncci-ptp", EDITS_NAME, EDITS.replace(b"*\t0\t", b"*\t2\t"), "broken-row", 8, "'2' is no modifier indicator"),
        ("ncci-ptp", EDITS_NAME, EDITS.replace(b"*\t0\t", b"\t0\t"), "broken-row", 8, "'' is no day"),
        ("ncci-ptp", EDITS_NAME, EDITS.replace(b"97150\t", b"9715\t"), "broken-row", 8, "'9715' is no code"),
        ("ncci-ptp", EDITS_NAME, EDITS.replace(b"97150\t", b"\t"), "broken-row", 8, "'' is no code"),
        ("ncci-ptp", EDITS_NAME, EDITS.replace(ENDING, b""), "broken-row", 8, "it is cut off"),
        ("ncci-ptp", EDITS_NAME, EDITS[:-2], "truncated", 1, "ends in the middle of a line"),
        ("ncci-ptp", EDITS_NAME, make.ncci(()), "empty", 1, "no row"),
        ("ncci-ptp", EDITS_NAME, b"", "empty", 1, "holds nothing"),
        ("ncci-ptp", EDITS_NAME, b"\r\n" * 80, "wrong-file", 1, "no header names its columns"),
        ("ncci-ptp", EDITS_NAME, b"<!DOCTYPE html>\n<p>Licence</p>\n", "wrong-file", 1, "a web page"),
        ("ncci-ptp", EDITS_NAME, b"\xd0\xcf\x11\xe0\0\0\n", "wrong-file", 1, "not a table of text"),
        ("ncci-ptp", EDITS_NAME, EDITS.decode("latin-1").encode("utf-16"), "wrong-file", 1, "not a table of text"),
        ("ncci-ptp", LIMITS_NAME, LIMITS, "wrong-file", 1, "looks like mue"),
        ("ncci-ptp", "ccioph-v322r0-f1.txt", EDITS, "wrong-file", 1, "the edits of hospitals"),
        ("mue", EDITS_NAME, EDITS, "wrong-file", 1, "looks like ncci-ptp"),
        ("mue", LIMITS_NAME, LIMITS.replace(b"Practitioner", b"Outpatient Hospital"), "wrong-file", 1, "no header"),
        ("mue", LIMITS_NAME, LIMITS.replace(b",1,2 Date", b",one,2 Date"), "broken-row", 7, "'one' is no whole number"),
        ("mue", LIMITS_NAME, LIMITS.replace(b"2 Date", b"4 Date"), "broken-row", 7, "does not begin with 1, 2 or 3"),
        ("mue", LIMITS_NAME, LIMITS + b"97150,2,1 Line Edit,Why\r\n", "broken-row", 8, "97150 stands twice"),
        ("mue", LIMITS_NAME, LIMITS + b'97151,2,1 Line Edit,"Why\r\n', "broken-row", 8, "quotation marks do not match"),
        ("pfs-rvu", "PPRRVU2026_Jul.csv", VALUES.replace(b"0.44", b"-.44"), "broken-row", 10, "'-.44' is no number"),
        ("pfs-rvu", "PPRRVU2026_Jul.csv", INDICES, "wrong-file", 1, "looks like gpci"),
        ("gpci", "GPCI2026.csv", INDICES.replace(b"01182", b"1182"), "broken-row", 4, "leading zeros"),
        ("telehealth-list", "list 2026.csv", make.comma([["Code"], ["97535"]]), "wrong-file", 1, "this is not"),
        ("icd10cm", "icd10cm_order_2027.txt", CODES[:-30] + b"\r\n", "broken-row", 2, "is cut off"),
        ("icd10cm", "icd10cm_order_2027.txt", b"I69351  Words\r\n", "wrong-file", 1, "first line is not laid out"),
    ],
)  # fmt: skip
def test_the_place_and_the_reason_are_told(
    store: OfficialStore, tmp_path: Path, kind: str, name: str, content: bytes, code: str, place: int, reason: str
) -> None:
    [problem] = refused(store, kind, written(tmp_path, name, content))
    assert (problem.code, problem.where and problem.where.line) == (code, place)
    assert problem.where is not None
    assert problem.where.file == name
    assert reason in str(problem)
    assert store.editions() == ()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def flip(path: Path) -> None:
    """Changes what is packed, so that its checksum is wrong."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [cut, flip])
@pytest.mark.parametrize("workbook", [False, True], ids=["archive", "workbook"])
def test_a_damaged_archive_is_refused(
    store: OfficialStore, tmp_path: Path, workbook: bool, damage: Callable[[Path], None]
) -> None:
    pairs = list(make.made_up_pairs(5_000, 3_000))
    if workbook:
        path = make.workbook(tmp_path / "ccipra-v322r0-f1.xlsx", make.sheet_rows(pairs))
    else:
        path = written(tmp_path, "edits.zip/ccipra-v322r0-f1.txt", make.ncci(pairs))
    damage(path)
    [problem] = refused(store, "ncci-ptp", path)
    assert (problem.code, problem.hint) == ("truncated", "download it again")
    assert store.editions() == ()


def test_parts_must_be_all_there_once_and_of_one_edition(store: OfficialStore, tmp_path: Path) -> None:
    first, second, third = (written(tmp_path, f"ccipra-v322r0-f{part}.txt", EDITS) for part in (1, 2, 3))
    later = written(tmp_path, "ccipra-v323r0-f2.txt", EDITS)
    again = written(tmp_path, "again.zip/ccipra-v322r0-f1.txt", EDITS)
    hospitals = written(tmp_path, "other.zip/ccioph-v322r0-f1.txt", EDITS)
    assert "part 2 is missing" in str(refused(store, "ncci-ptp", first, third)[0])
    assert "part 1 is missing" in str(refused(store, "ncci-ptp", second)[0])
    assert "part 1 is given twice" in str(refused(store, "ncci-ptp", first, again)[0])
    assert "different editions" in str(refused(store, "ncci-ptp", first, later)[0])
    assert "by its name" in str(refused(store, "ncci-ptp", hospitals)[0])
    assert "takes one table" in str(refused(store, "mue", first, second)[0])


def test_an_archive_without_such_a_table_is_refused_with_what_it_holds(store: OfficialStore, tmp_path: Path) -> None:
    path = written(tmp_path, "rvu26c.zip/ANES2026.csv", b"a,b\r\n")
    written(tmp_path, "rvu26c.zip/GPCI2026.csv", INDICES)
    [problem] = refused(store, "pfs-rvu", path)
    assert problem.message == "the archive holds no pfs-rvu file, but ANES2026.csv, GPCI2026.csv"


def test_an_edition_that_nothing_dates_is_refused(store: OfficialStore, tmp_path: Path) -> None:
    for kind, content in (("ncci-ptp", EDITS), ("mue", LIMITS), ("pfs-rvu", VALUES.replace(b"July", b"New"))):
        [problem] = refused(store, kind, written(tmp_path, "table.txt", content))
        assert (problem.code, problem.hint) == ("edition-unknown", "say it with --from DATE")


def test_an_older_edition_of_the_cumulative_edits_is_refused(store: OfficialStore, tmp_path: Path) -> None:
    load(store, "ncci-ptp", written(tmp_path, "ccipra-v323r0-f1.txt", EDITS))
    [problem] = refused(store, "ncci-ptp", written(tmp_path, EDITS_NAME, EDITS))
    assert problem.code == "older-edition"
    store.remove(store.editions()[0])
    assert load(store, "ncci-ptp", tmp_path / EDITS_NAME).term.name == "2026Q3"


def test_an_edition_smaller_than_the_one_it_should_hold_is_refused(store: OfficialStore, tmp_path: Path) -> None:
    load(store, "ncci-ptp", written(tmp_path, EDITS_NAME, EDITS))
    before = store.editions(), rows(store, "ncci-ptp")
    [problem] = refused(store, "ncci-ptp", written(tmp_path, "ccipra-v323r0-f1.txt", make.ncci(PAIRS[:4])))
    assert problem.code == "truncated"
    assert "4 rows here, fewer than the 5 of the loaded 2026Q3" in problem.message
    assert (store.editions(), rows(store, "ncci-ptp")) == before


def test_files_that_cannot_be_opened_are_told_together(store: OfficialStore, tmp_path: Path) -> None:
    problems = refused(store, "ncci-ptp", tmp_path / "none-f1.txt", tmp_path / "none-f2.txt")
    assert [problem.code for problem in problems] == ["unreadable"] * 2


def test_at_most_ten_problems_are_told(store: OfficialStore, tmp_path: Path) -> None:
    bad = make.ncci([("97530", "97535", "today", "*", "1")] * 50)
    assert len(refused(store, "ncci-ptp", written(tmp_path, EDITS_NAME, bad))) == 10


@pytest.mark.parametrize("spoil", [lambda text: text + b"97150\r\n", lambda text: text[:-3], lambda text: text[:200]])
def test_a_refused_file_leaves_the_old_table(
    store: OfficialStore, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    load(store, "ncci-ptp", written(tmp_path, EDITS_NAME, EDITS))
    before = store.editions(), rows(store, "ncci-ptp")
    refused(store, "ncci-ptp", written(tmp_path, "ccipra-v323r0-f1.txt", spoil(make.ncci(make.made_up_pairs(900, 9)))))
    assert (store.editions(), rows(store, "ncci-ptp")) == before


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(sorted(KINDS)),
    content=st.one_of(st.binary(max_size=300), st.sampled_from([EDITS, LIMITS, VALUES, INDICES, CODES])),
    at=st.floats(0, 1),
    junk=st.binary(max_size=20),
)
def test_whatever_is_given_is_loaded_whole_or_refused_with_reasons(
    store: OfficialStore, tmp_path: Path, kind: str, content: bytes, at: float, junk: bytes
) -> None:
    place = int(at * len(content))
    path = written(tmp_path, "given.txt", content[:place] + junk + content[place:])
    before, problems = store.editions(), ()
    try:
        edition = load(store, kind, path, first=date(2027, 1, 1))
        told = edition.rows, len(store.find(edition))
    except UserError as error:
        problems = error.problems
        told = 1, 1
    assert told[0] == told[1] > 0
    assert len(problems) <= 10
    assert not problems or store.editions() == before
