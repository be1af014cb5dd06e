"""A bundle holds data only, and nothing but what its maker signed."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine import UserError
from engine.release.bundle import Bundle, pack, unpack
from engine.release.manifest import FileSum, Manifest, Proof, Released, file_sum
from tests.release.conftest import DAY, Machine

RULES = {"plan.yaml": b"id: plan\n"}


def manifest(files: Mapping[str, bytes] = RULES) -> Manifest:
    return Manifest(
        released_on=DAY,
        released_by="Robin Sample",
        precertain="0",
        bundled="0" * 64,
        rulesets=(Released(id="plan", version="1", change="Made up."),),
        proofs=(Proof(name="lint", result="none"),),
        files={name: file_sum(content) for name, content in files.items()},
    )


def archive(members: Mapping[str, bytes], compression: int = ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with ZipFile(made, "w", compression) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return made.getvalue()


def signed(**others: bytes) -> dict[str, bytes]:
    return {"manifest.json": manifest().canonical(), "signature": b"x" * 64, "rulesets/plan.yaml": RULES["plan.yaml"]}


def refused(raw: bytes) -> str:
    with pytest.raises(UserError) as error:
        unpack(raw, "came.zip")
    (problem,) = error.value.problems
    assert problem.code == "broken-bundle"
    return problem.message


def test_what_is_packed_is_unpacked() -> None:
    bundle = Bundle(manifest(), RULES, b"x" * 64)
    assert unpack(pack(bundle), "came.zip") == bundle
    assert unpack(archive(signed()), "came.zip") == bundle


@pytest.mark.parametrize(
    "name",
    ["../plan.yaml", "/etc/plan.yaml", "a/../../plan.yaml", "C:/plan.yaml", "plan.py", "plan.j2", "reference/../x.yaml",
     "Plan.yaml", ".hidden.yaml", "a//b.yaml", "plan.yaml\x00.py", "con:.yaml", "plan.YAML", "a\\b.yaml", "plan.yaml/"],
)  # fmt: skip
def test_no_name_leads_outside_or_names_anything_but_data(name: str) -> None:
    with pytest.raises(ValidationError):
        manifest({name: b"id: plan\n"})
    said = refused(archive({**signed(), f"rulesets/{name}": b"id: plan\n"}))
    assert "its manifest does not name" in said or "twice" in said


def test_code_or_links_beside_the_rulesets_are_refused() -> None:
    assert "'run.sh'" in refused(archive({**signed(), "run.sh": b"#!/bin/sh\n"}))
    made = io.BytesIO()
    with ZipFile(made, "w") as file:
        for name, content in signed().items():
            file.writestr(name, content)
        link = ZipInfo("rulesets/link.yaml")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc/passwd")
    assert "does not name" in refused(made.getvalue())


def test_a_bomb_is_not_unpacked() -> None:
    bomb = archive({**signed(), "rulesets/plan.yaml": b"\0" * 200_000_000})
    assert len(bomb) < 1_000_000
    assert "larger than 20 MB" in refused(bomb)
    assert "more than 500" in refused(archive({f"{number}": b"" for number in range(501)}))


def test_a_changed_or_missing_file_is_told() -> None:
    assert "not as they were released: plan.yaml" in refused(
        archive({**signed(), "rulesets/plan.yaml": b"id: other\n"})
    )
    without = {name: content for name, content in signed().items() if name != "rulesets/plan.yaml"}
    assert "what it does not hold: plan.yaml" in refused(archive(without))
    for part in ("manifest.json", "signature"):
        assert part in refused(archive({name: content for name, content in signed().items() if name != part}))


def test_a_manifest_is_read_in_its_canonical_form_only() -> None:
    spaced = manifest().canonical().replace(b":", b": ", 1)
    assert "canonical" in refused(archive({**signed(), "manifest.json": spaced}))
    assert "manifest is not one" in refused(archive({**signed(), "manifest.json": b"{}"}))


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=400))
def test_any_bytes_are_refused_in_words(raw: bytes) -> None:
    refused(raw)
    refused(pack(Bundle(manifest(), RULES, b"x" * 64))[: len(raw)] + raw)


def test_a_bundle_with_any_bit_turned_never_answers(machine: Machine, rulesets: Path) -> None:
    whole = pack(machine.release(rulesets))
    for at in range(0, len(whole), max(1, len(whole) // 150)):
        turned = bytearray(whole)
        turned[at] ^= 1 << at % 8
        try:
            machine.install_bytes(bytes(turned))
        except UserError:
            assert machine.answering() is None
        else:  # a bit that means nothing: what was signed is what answers
            assert machine.installed.faults(machine.keys) == ()
            machine.folder.joinpath("rulesets", "history.json").unlink()


def test_sizes_are_counted_in_bytes() -> None:
    assert file_sum("é".encode()) == FileSum(sha256=file_sum(b"\xc3\xa9").sha256, size=2)
