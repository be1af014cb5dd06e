"""The commands audit, patient export and delete, backup and restore, as they are typed."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.command import run

RECORDS = """
patients: [{id: p1, name: Zebedee Quillfeather}, {id: p2, name: Mary Example}]
episodes: [{id: e1, patient_id: p1, payer: self-pay, discipline: OT}]
authorizations: [{id: a1, episode_id: e1}]
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "records.yaml").write_text(RECORDS)
    run("authorization", "add", str(tmp_path / "records.yaml"), "--by", "Lee", data=tmp_path)
    return tmp_path


def test_the_audit_trail_is_listed_by_patient(data: Path) -> None:
    listed = run("audit", "--patient", "p1", data=data)
    assert listed.returncode == 0, listed.stderr
    assert [line.split()[2:4] for line in listed.stdout.splitlines()] == [["Lee", "p1"]] * 3
    told = json.loads(run("audit", "--patient", "p2", "--json", data=data).stdout)
    assert [(one["who"], one["what"], one["patient"]) for one in told] == [("Lee", "changed", "p2")]
    assert "Nothing is recorded" in run("audit", "--patient", "p9", data=data).stdout


def test_a_patient_is_exported_then_deleted_for_good(data: Path) -> None:
    out, database = data / "p1.json", data / "precertain" / "precertain.db"
    exported = run("patient", "export", "p1", "-o", str(out), "--by", "Robin", data=data)
    assert exported.returncode == 0, exported.stderr
    assert json.loads(out.read_text())["records"][0]["content"]["name"] == "Zebedee Quillfeather"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert run("patient", "export", "p1", "-o", str(out), data=data).returncode == 2, "nothing is written over"
    refused = run("patient", "delete", "p1", "--why", "asked for", given=b"n\n", data=data)
    assert refused.returncode != 0
    assert b"Quillfeather" in database.read_bytes()
    deleted = run("patient", "delete", "p1", "--why", "asked for", "--yes", "--by", "Robin", data=data)
    assert "Deleted: 3 entries" in deleted.stdout
    assert not any(b"Quillfeather" in file.read_bytes() for file in database.parent.iterdir())
    assert "as it was written" in run("log", "--verify", data=data).stdout
    assert "deleted: asked for" in run("audit", "--patient", "p1", data=data).stdout
    assert "was deleted before" in run("patient", "delete", "p1", "--why", "again", data=data).stdout
    unknown = run("patient", "delete", "p9", "--why", "x", "--yes", data=data)
    assert (unknown.returncode, "no patient 'p9'" in unknown.stderr) == (2, True)


def test_a_backup_is_restored_by_command(data: Path) -> None:
    file = data / "kept.db"
    written = run("backup", str(file), data=data)
    assert "4 entries of the log, verified" in written.stdout
    again = run("backup", str(file), data=data)
    assert (again.returncode, "Traceback" in again.stderr) == (2, False)
    run("patient", "delete", "p1", "--why", "asked for", "--yes", data=data)
    restored = run("restore", str(file), data=data)
    assert restored.returncode == 0, restored.stderr
    assert "kept in" in restored.stdout
    assert "a1" in run("authorization", "list", data=data).stdout
    assert run("restore", str(data / "records.yaml"), data=data).returncode == 2
