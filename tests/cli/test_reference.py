"""reference: what is imported, listed, shown and removed; a refused file exits 2 and changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.official.registry import KINDS
from tests.command import ROOT, run
from tests.official import make_files as make
from tests.official.loading import PAIRS, written

DAY = ("--today", "2026-11-24")
MUE = "MCR_MUE_PractitionerServices_Eff_07-01-2026.csv"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder into which edits and unlikely edits were imported."""
    edits = written(tmp_path, "ccipra-v322r0-f1.txt", make.ncci(PAIRS))
    limits = written(tmp_path, MUE, make.mue([("97110", 6, "3")]))
    for kind, path in (("ncci-ptp", edits), ("mue", limits)):
        told = run("reference", "import", kind, str(path), *DAY, data=tmp_path)
        assert told.returncode == 0, told.stderr
    return tmp_path


def test_an_import_says_what_was_loaded_and_from_when_to_when(tmp_path: Path) -> None:
    path = written(tmp_path, "GPCI2026.csv", make.gpci([("01182", "18", "1.049", "1.185", "0.683")]))
    told = run("reference", "import", "gpci", str(path), *DAY, data=tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout == "Imported gpci 2026: 1 row, in force from 2026-01-01 to 2026-12-31.\n"


def test_an_import_warns_of_bundled_pairs_that_the_file_lacks_and_of_a_later_edition(tmp_path: Path) -> None:
    path = written(tmp_path, "ccipra-v322r0-f1.txt", make.ncci(PAIRS))
    told = run("reference", "import", "ncci-ptp", str(path), *DAY, data=tmp_path)
    assert "A later edition should exist since 2026-09-30." in told.stderr
    assert "of the bundled pairs are not in the file; for them the bundled edits stay." in told.stderr


def test_the_list_says_what_is_loaded_what_is_stale_and_what_is_missing(data: Path) -> None:
    told = run("reference", "list", *DAY, data=data).stdout
    assert "ncci-ptp  2026Q3  5 rows" in told
    assert told.count("STALE") == 2
    assert "STALE" not in run("reference", "list", "--today", "2026-09-30", data=data).stdout
    assert "telehealth-list: not loaded" in told
    listed = json.loads(run("reference", "list", "--json", *DAY, data=data).stdout)
    assert [(one["kind"], one["edition"], one["from"], one["to"], one["stale"]) for one in listed] == [
        ("mue", "2026Q3", "2026-07-01", None, True),
        ("ncci-ptp", "2026Q3", "2026-07-01", None, True),
    ]
    assert listed[0]["files"] == [MUE]
    assert len(listed[0]["sha256"]) == 64


def test_nothing_needs_to_be_loaded(tmp_path: Path) -> None:
    assert json.loads(run("reference", "list", "--json", *DAY, data=tmp_path).stdout) == []
    told = run("check", str(ROOT / "examples" / "stroke-original-medicare.yaml"), *DAY, data=tmp_path)
    assert told.returncode == 0
    assert not (tmp_path / "precertain" / "reference.db").exists()


def test_show_tells_what_the_edition_of_a_day_holds(data: Path) -> None:
    told = run("reference", "show", "ncci-ptp", "97530", "97535", "97116", "--json", *DAY, data=data)
    rows = json.loads(told.stdout)["rows"]
    assert [(row["column2"], row["deletion"]) for row in rows] == [("97535", 20261130), ("97116", 20201231)]
    assert "97110  6      3" in run("reference", "show", "mue", "97110", *DAY, data=data).stdout
    early = run("reference", "show", "mue", "97110", "--on", "2026-06-30", data=data)
    assert (early.returncode, "not-loaded" in early.stderr) == (2, True)


def test_a_removed_edition_no_longer_answers(data: Path) -> None:
    assert run("reference", "remove", "mue", "2026Q1", data=data).returncode == 2
    assert run("reference", "remove", "mue", data=data).stdout == "Removed mue 2026Q3.\n"
    assert run("reference", "show", "mue", "97110", *DAY, data=data).returncode == 2
    assert "mue: not loaded" in run("reference", "list", *DAY, data=data).stdout


def test_a_refused_file_exits_2_with_place_and_reason_and_the_old_table_stays(data: Path) -> None:
    before = run("reference", "list", "--json", *DAY, data=data).stdout
    path = written(data, "ccipra-v323r0-f1.txt", make.ncci([("97530", "97535", "soon", "*", "1")]))
    told = run("reference", "import", "ncci-ptp", str(path), *DAY, data=data)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == "ccipra-v323r0-f1.txt:7:1: broken-row: 'soon' is no day as YYYYMMDD (Effective Date)\n"
    assert run("reference", "list", "--json", *DAY, data=data).stdout == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("import", "ncci", "x.txt"), "did you mean ncci-ptp?"),
        (("import", "mue", "none.csv"), "none.csv: No such file"),
        (("import", "mue", "none.csv", "--from", "July"), "--from takes a date"),
        (("show", "mue", "97110"), "no edition of mue is loaded"),
        (("remove", "mue"), "no edition of mue is loaded"),
    ],
)
def test_what_is_asked_wrongly_is_told(arguments: tuple[str, ...], says: str) -> None:
    told = run("reference", *arguments, *(DAY if arguments[0] != "remove" else ()))
    assert told.returncode == 2
    assert says in told.stderr
    assert "Traceback" not in told.stderr


def test_the_day_before_and_the_day_after_a_deletion_date_are_decided_apart(data: Path) -> None:
    case = (
        "{date_of_service: %s, coverage: {payer: medicare-part-b}, provider: {discipline: OT, credential: OT}, "
        "lines: [{code: '97530', minutes: 30}, {code: '97535', minutes: 30}]}"
    )
    edits = [
        json.loads(run("check", "-", "--json", *DAY, data=data, given=(case % day).encode()).stdout)["edits"]
        for day in ("2026-11-30", "2026-12-01")
    ]
    assert [[edit["resolution"] for edit in found] for found in edits] == [["modifier_if_separate"], []]


def test_a_replay_names_the_official_file_that_came_since(data: Path) -> None:
    example = str(ROOT / "examples" / "stroke-original-medicare.yaml")
    old = json.loads(run("check", example, "--json", *DAY, data=data).stdout)["check_id"]
    run("reference", "remove", "mue", data=data)
    told = run("replay", old, data=data)
    assert "The official file reference/mue is no longer used." in told.stdout


def test_the_rules_own_examples_are_decided_without_what_was_imported(data: Path) -> None:
    assert run("rules", "test", "medicare-part-b", data=data).returncode == 0


def test_a_damaged_file_of_tables_is_told_and_nothing_is_decided(tmp_path: Path) -> None:
    (tmp_path / "precertain").mkdir()
    (tmp_path / "precertain" / "reference.db").write_bytes(b"not a database, and longer than its header. " * 9)
    told = run("check", str(ROOT / "examples" / "stroke-original-medicare.yaml"), *DAY, data=tmp_path)
    assert (told.returncode, told.stdout) == (2, "")
    assert "is damaged: move it away" in told.stderr


def test_the_file_of_tables_may_lie_elsewhere(tmp_path: Path) -> None:
    path = written(tmp_path, MUE, make.mue([("97110", 6, "3")]))
    place = {"PRECERTAIN_REFERENCE": str(tmp_path / "elsewhere" / "tables.db")}
    assert run("reference", "import", "mue", str(path), *DAY, **place).returncode == 0
    assert "mue  2026Q3" in run("reference", "list", *DAY, **place).stdout
    assert (tmp_path / "elsewhere" / "tables.db").exists()


def test_the_help_names_every_kind() -> None:
    told = " ".join(run("reference", "import", "--help").stdout.split())
    assert all(kind in told for kind in KINDS)
