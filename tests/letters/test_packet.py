"""The packet: everything of a request, whole or not at all, and never over what is no packet."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from engine import UserError
from engine.problems import Problem
from letters.packet import MANIFEST, PacketWritten, write_packet
from tests.command import ROOT, run
from tests.letters.reading import read, squeezed
from tests.letters.stroke import EXAMPLE, TODAY, changed, decided, stroke

MEDICARE = ROOT / "examples" / "stroke-original-medicare.yaml"
NAMES = ["1-fax-cover.pdf", "2-prior-authorization.pdf", "3-field-sheet.pdf", "4-checklist.pdf"]


def packet(path: Path, absent: str = "", **more: object) -> PacketWritten:
    treatment = changed(absent, None) if absent else stroke()
    return write_packet(treatment, decided(treatment), path, today=TODAY, **more)  # type: ignore[arg-type]


def refusal(path: Path, absent: str = "") -> tuple[Problem, ...]:
    with pytest.raises(UserError) as raised:
        packet(path, absent)
    return raised.value.problems


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_folder_holds_the_papers_and_their_manifest(tmp_path: Path) -> None:
    written = packet(tmp_path / "packet")
    found = files(tmp_path / "packet")
    assert list(found) == [*NAMES, MANIFEST]
    assert json.loads(found[MANIFEST])["packet"] == {file.path.name: file.sha256 for file in written.files}
    cover, letter, sheet, checklist = (squeezed(read(found[name], "pdf")) for name in NAMES)
    assert squeezed("Enclosures 5") in cover
    assert squeezed("Prior authorization request") in cover
    assert squeezed("Aster Sample") not in cover
    assert squeezed("We request prior authorization") in letter
    assert squeezed("General order of an authorization request") in sheet
    assert squeezed("Authorization request December 9, 2026") in checklist
    assert [path.name for path in tmp_path.iterdir()] == ["packet"]


def test_where_no_authorization_is_needed_the_letter_is_one_of_medical_necessity(tmp_path: Path) -> None:
    told = run("packet", str(MEDICARE), "-o", str(tmp_path / "packet"), "--today", TODAY.isoformat())
    assert (told.returncode, told.stderr) == (0, "")
    assert sorted(path.name for path in (tmp_path / "packet").iterdir())[1] == "2-medical-necessity.pdf"


def test_one_file_holds_the_same_pages_each_paper_counted_anew(tmp_path: Path) -> None:
    packet(tmp_path / "packet")
    packet(tmp_path / "packet.PDF")
    whole = PdfReader(BytesIO((tmp_path / "packet.PDF").read_bytes()))
    alone = [page for name in NAMES for page in PdfReader(tmp_path / "packet" / name).pages]
    assert [page.extract_text() for page in whole.pages] == [page.extract_text() for page in alone]
    counted = [re.findall(r"Page (\d) of (\d)", page.extract_text())[-1] for page in whole.pages]
    assert [number for number, _ in counted].count("1") == len(NAMES)
    assert whole.metadata is not None
    assert whole.metadata.title == "Authorization packet"
    assert "/StructTreeRoot" in whole.trailer["/Root"]  # type: ignore[operator]


def test_facts_that_any_paper_misses_are_told_once_and_together_and_nothing_is_written(tmp_path: Path) -> None:
    assert [problem.key for problem in refusal(tmp_path / "packet", "provider.fax")] == ["provider.fax"]
    assert [problem.key for problem in refusal(tmp_path / "x.pdf", "patient.name")] == ["patient.name"]
    assert list(tmp_path.iterdir()) == []


def test_a_draft_is_marked_on_every_paper_and_lists_what_is_missing(tmp_path: Path) -> None:
    written = packet(tmp_path / "packet", "necessity.skilled_need", draft=True)
    assert [gap.path for gap in written.gaps] == ["necessity.skilled_need"]
    for name in NAMES:
        assert "DRAFT" in read((tmp_path / "packet" / name).read_bytes(), "pdf")
    checklist = read((tmp_path / "packet" / NAMES[3]).read_bytes(), "pdf")
    assert squeezed("Ask the clinician: Why does the treatment need a therapist's skill?") in squeezed(checklist)
    packet(tmp_path / "draft.pdf", "necessity.skilled_need", draft=True)
    metadata = PdfReader(tmp_path / "draft.pdf").metadata
    assert metadata is not None
    assert metadata.title == "DRAFT: Authorization packet"


def test_a_packet_replaces_a_packet(tmp_path: Path) -> None:
    packet(tmp_path / "packet", draft=True)
    packet(tmp_path / "packet")
    assert "DRAFT" not in read((tmp_path / "packet" / NAMES[0]).read_bytes(), "pdf")
    packet(tmp_path / "packet")
    assert list(files(tmp_path / "packet")) == [*NAMES, MANIFEST]
    assert [path.name for path in tmp_path.iterdir()] == ["packet"]


def test_an_empty_folder_may_become_a_packet(tmp_path: Path) -> None:
    (tmp_path / "packet").mkdir()
    packet(tmp_path / "packet")
    assert list(files(tmp_path / "packet")) == [*NAMES, MANIFEST]


@pytest.mark.parametrize("manifest", [None, b"", b"[]", b'{"packet": 1}', b'{"packet": {"..": "x"}}', b"\xff"])
def test_a_folder_that_is_no_packet_stays_as_it_is(tmp_path: Path, manifest: bytes | None) -> None:
    folder = tmp_path / "chart"
    folder.mkdir()
    (folder / "scan.pdf").write_bytes(b"scan")
    if manifest is not None:
        (folder / MANIFEST).write_bytes(manifest)
    before = files(folder)
    assert [problem.code for problem in refusal(folder)] == ["no-packet"]
    assert files(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["chart"]


def test_what_a_person_put_into_a_packet_or_changed_in_it_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "packet"
    packet(folder)
    (folder / "evaluation.pdf").write_bytes(b"scan")
    assert "evaluation.pdf" in str(refusal(folder)[0])
    (folder / "evaluation.pdf").unlink()
    (folder / NAMES[1]).write_bytes(b"signed")
    assert NAMES[1] in str(refusal(folder)[0])
    assert (folder / NAMES[1]).read_bytes() == b"signed"


def test_a_file_in_the_folders_place_and_a_place_that_is_not_there_are_told(tmp_path: Path) -> None:
    (tmp_path / "packet").write_text("a file")
    assert refusal(tmp_path / "packet")[0].code == "no-packet"
    assert refusal(tmp_path / "no" / "packet")[0].code == "no-such-folder"
    assert refusal(tmp_path / "packet.docx")[0].code == "unknown-format"
    (tmp_path / "link").symlink_to(tmp_path)
    assert refusal(tmp_path / "link")[0].code == "no-packet"
    assert (tmp_path / "packet").read_text() == "a file"


def test_the_command_records_each_paper_of_a_packet(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for target in ("packet", "packet.pdf"):
        told = run("packet", str(EXAMPLE), "-o", str(tmp_path / target), "--today", TODAY.isoformat(), data=data,
                   PRECERTAIN_DATABASE_URL="")  # fmt: skip
        assert (told.returncode, told.stderr) == (0, "")
        assert str(tmp_path / target) in told.stdout
    log = json.loads(run("log", "--json", data=data, PRECERTAIN_DATABASE_URL="").stdout)
    kinds = {entry.get("letter") for entry in log}
    assert kinds == {None, "fax-cover", "prior-authorization", "field-sheet", "checklist", "packet"}
    assert "Aster" not in json.dumps(log)
