"""The command day: every visit of a day decided, exceptions first, nothing half-imported."""

from __future__ import annotations

import json
from pathlib import Path

from tests.command import ROOT, run

HEADER = (
    "Date,Time,Patient,Payer,Plan Type,Discipline,Credential,Modality,Dx,CPT,Minutes,Visit #,"
    "Auth #,Auth Expires,Auth Visits,Auth Visits Used,OT YTD,Units,site.locality\n"
)
ASKED = ("--today", "2026-11-24")


def _file(folder: Path, *rows: str) -> str:
    file = folder / "day.csv"
    file.write_text(HEADER + "".join(f"{row}\n" for row in rows))
    return str(file)


def _alerts(file: str) -> list[tuple[str, list[str]]]:
    told = json.loads(run("day", file, "--json", *ASKED).stdout)
    return [(visit["patient"], [alert["kind"] for alert in visit["alerts"]]) for visit in told["visits"]]


def test_the_first_line_counts_and_the_status_is_the_highest() -> None:
    finished = run("day", "examples/day.csv", *ASKED)
    assert finished.stdout.startswith("Tue 2026-12-01, 5 visits: ")
    assert finished.returncode == 30
    assert max(map(len, finished.stdout.splitlines())) <= 80


def test_what_is_pressing_comes_first_then_time(tmp_path: Path) -> None:
    file = _file(
        tmp_path,
        "2026-12-01,8:00,Quiet,self-pay,,PT,PT,in person,M54.50,97110,30,,,,,,,",
        "2026-12-01,9:00,Short,medicare-part-b,ffs,OT,OT,in person,I69.351,97535,30,3,A-1,2026-12-05,12,11,,",
        "2026-12-01,10:00,Asked,anthem-commercial,ppo,OT,OT,in person,S52.501D,97530,30,2,,,,,,",
    )
    found = _alerts(file)
    assert [patient for patient, _ in found] == ["Asked", "Short", "Quiet"]
    assert found[0][1][0] == "call_payer"
    assert found[1][1][:2] == ["authorization_left", "authorization_expires"]


def test_dollars_near_the_threshold_and_past_it_are_told(tmp_path: Path) -> None:
    row = "2026-12-01,9:00,{},medicare-part-b,ffs,OT,OT,in person,I69.351,97535,30,3,,,,,{},,national"
    file = _file(tmp_path, row.format("Far", "100"), row.format("Near", "2380"), row.format("Over", "2470"))
    found = dict(_alerts(file))
    assert ["kx" in found[patient] for patient in ("Far", "Near", "Over")] == [False, True, True]


def test_edits_units_and_telehealth_are_told(tmp_path: Path) -> None:
    file = _file(
        tmp_path,
        "2026-12-01,9:00,Units,medicare-part-b,ffs,OT,OT,in person,I69.351,97535,30,3,,,,,,1",
        "2026-12-01,9:30,Pair,medicare-part-b,ffs,PT,PT,in person,M54.50,97150; 97530 15,,3,,,,,,",
        "2026-12-01,9:45,Where,medicare-part-b,ffs,OT,OT,,I69.351,97535,30,3,,,,,,",
    )
    found = dict(_alerts(file))
    assert "units_disagree" in found["Units"]
    assert "edit" in found["Pair"]
    assert "telehealth" in found["Where"]


def test_a_bad_row_stops_everything_unless_told_to_go_on(tmp_path: Path) -> None:
    good = "2026-12-01,8:00,Good,self-pay,,PT,PT,in person,M54.50,97110,30,,,,,,,"
    bad = "2026-12-01,8:00,Bad,self-pay,,PT,PT,in person,M54.50,97110,lots,,,,,,,"
    file = _file(tmp_path, good, bad)
    stopped = run("day", file, *ASKED)
    assert (stopped.returncode, stopped.stdout) == (2, "")
    assert f"{file}:3:11: wrong-type" in stopped.stderr
    going = run("day", file, "--keep-going", *ASKED)
    assert going.returncode == 2
    assert "1 visit: " in going.stdout


def test_a_proposal_completed_by_hand_reads_the_file(tmp_path: Path) -> None:
    file, mapping = tmp_path / "own.csv", tmp_path / "mapping.yaml"
    file.write_text("Visit Date,Who,Who Pays,CPT\n2026-12-01,A,Cash,97110\n")
    assert run("day", str(file), *ASKED).returncode == 2
    assert run("day", str(file), "--propose", str(mapping), *ASKED).returncode == 0
    text = mapping.read_text()
    text = (
        text.replace("Who:", "'Who':", 1)
        .replace("'Who': '-'", "'Who': patient.name")
        .replace("'Who': -", "'Who': patient.name")
    )
    text = text.replace("Who Pays: '-'", "Who Pays: coverage.payer").replace("Who Pays: -", "Who Pays: coverage.payer")
    mapping.write_text(text + "values: {Who Pays: {Cash: self-pay}}\n")
    assert run("day", str(file), "--map", str(mapping), *ASKED).stdout.startswith("Tue 2026-12-01, 1 visit: ")
    again = run("day", str(file), "--propose", str(mapping), *ASKED)
    assert again.returncode == 2
    assert "is there already" in again.stderr


def test_several_days_ask_for_one(tmp_path: Path) -> None:
    row = "{},8:00,A,self-pay,,PT,PT,in person,M54.50,97110,30,,,,,,,"
    file = _file(tmp_path, row.format("2026-12-01"), row.format("2026-12-02"))
    assert "several-days" in run("day", file, *ASKED).stderr
    assert run("day", file, "--on", "2026-12-02", *ASKED).stdout.startswith("Wed 2026-12-02, 1 visit")
    assert "no-visit" in run("day", file, "--on", "2026-12-03", *ASKED).stderr


def test_the_mapping_file_is_checked(tmp_path: Path) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text("columns: {CPT: lines.1.cod}\n")
    finished = run("day", str(ROOT / "examples" / "day.csv"), "--map", str(mapping), *ASKED)
    assert finished.returncode == 2
    assert "did you mean lines.1.code?" in finished.stderr


def test_many_visits_are_decided_on_all_cores_each_as_it_is_among_few(tmp_path: Path) -> None:
    kinds = ("uhc-medicare-advantage,,OT,OT", "medicare-part-b,ffs,PT,PT", "self-pay,,SLP,SLP")
    rows = [
        f"2026-12-01,{8 + at // 10}:{at % 10:02},N{at:02},{kinds[at % 3]},in person,M54.50,97535,"
        f"{15 + at},{at + 1},,,,,,,"
        for at in range(60)
    ]
    told = json.loads(run("day", _file(tmp_path, *rows), "--json", *ASKED).stdout)
    assert len(told["visits"]) == 60
    few = [json.loads(run("day", _file(tmp_path, *rows[at::3]), "--json", *ASKED).stdout)["visits"] for at in range(3)]
    alone = {visit["patient"]: visit["decision"] for visits in few for visit in visits}
    assert {visit["patient"]: visit["decision"] for visit in told["visits"]} == alone
