"""A release is proved, signed and installed whole, or nothing changes."""

from __future__ import annotations

import os
import stat
from datetime import date
from pathlib import Path

import pytest

from engine import Library, PlannedTreatment, UserError, check
from engine.release.bundle import pack
from tests.release.conftest import AT, PAYER, WHO, Machine, raise_version


def codes(error: pytest.ExceptionInfo[UserError]) -> set[str]:
    return {problem.code for problem in error.value.problems}


def test_an_installed_release_answers_and_says_so(machine: Machine, rulesets: Path) -> None:
    machine.install(machine.release(rulesets))
    release = machine.installed.current()
    assert release is not None
    case = {"date_of_service": "2026-12-01", "coverage": {"payer": PAYER}, "lines": ({"code": "97535"},)}
    treatment = PlannedTreatment.model_validate(case)
    decision = check(treatment, Library(release.rulesets), today=date(2026, 11, 26))
    assert decision.rulesets[0].version == "2027.1.1"
    assert machine.installed.faults(machine.keys) == ()


def test_the_same_rules_give_the_same_bytes(machine: Machine, rulesets: Path) -> None:
    assert pack(machine.release(rulesets)) == pack(machine.release(rulesets))


def test_going_back_lets_the_one_before_answer_step_by_step(machine: Machine, rulesets: Path) -> None:
    machine.install(machine.release(rulesets))
    raise_version(rulesets, "2027.2.1")
    machine.install(machine.release(rulesets))
    assert machine.answering() == "2027.2.1"
    machine.installed.go_back(WHO, AT)
    assert machine.answering() == "2027.1.1"
    machine.installed.go_back(WHO, AT)
    assert machine.answering() is None
    with pytest.raises(UserError) as error:
        machine.installed.go_back(WHO, AT)
    assert codes(error) == {"no-release"}
    assert [step.action for step in machine.installed.history()] == ["installed"] * 2 + ["went back"] * 2


def test_a_release_left_by_going_back_can_be_installed_again(machine: Machine, rulesets: Path) -> None:
    bundle = machine.release(rulesets)
    machine.install(bundle)
    machine.installed.go_back(WHO, AT)
    machine.install(bundle)
    assert machine.answering() == "2027.1.1"


def test_a_changed_text_needs_another_version_and_a_word_about_it(machine: Machine, rulesets: Path) -> None:
    machine.install(machine.release(rulesets))
    path = rulesets / "self-pay.yaml"
    path.write_text(path.read_text().replace("2027.1.1", "2027.3.1", 1))
    with pytest.raises(UserError) as error:
        machine.release(rulesets)
    assert codes(error) == {"no-change"}
    assert "does not begin with version 2027.3.1" in str(error.value)
    path.write_text(path.read_text().replace("2027.3.1", "2027.1.1", 1) + "# another text\n")
    with pytest.raises(UserError, match="raise the version"):
        machine.release(rulesets)


def test_a_folder_without_a_change_is_not_released(machine: Machine, rulesets: Path) -> None:
    machine.install(machine.release(rulesets))
    with pytest.raises(UserError, match="differs from what answers now"):
        machine.release(rulesets)


def test_what_its_own_examples_contradict_is_not_released(machine: Machine, rulesets: Path) -> None:
    path = rulesets / "self-pay.yaml"
    path.write_text(path.read_text().replace("expect: {applies: true", "expect: {applies: false", 1))
    with pytest.raises(UserError) as error:
        machine.release(rulesets)
    assert "not-proved" in codes(error)


def test_what_lint_finds_is_not_released(machine: Machine, rulesets: Path) -> None:
    path = rulesets / "self-pay.yaml"
    text = path.read_text()
    first = text.index("    examples:\n")
    rest = text[first + len("    examples:\n") :]
    end = next(at for at in range(len(rest)) if rest[at:].startswith("\n  - id:") or rest[at:].startswith("\n\n"))
    path.write_text(text[:first] + rest[end + 1 :])
    with pytest.raises(UserError) as error:
        machine.release(rulesets)
    assert "without-example" in codes(error)


def test_only_a_trusted_key_lets_rules_in(machine: Machine, other: Machine, rulesets: Path) -> None:
    bundle = other.release(rulesets)
    with pytest.raises(UserError) as error:
        machine.install(bundle)
    assert codes(error) == {"untrusted-bundle"}
    assert machine.answering() is None
    machine.trusts(other)
    machine.install(bundle)
    assert machine.answering() == "2027.1.1"


def test_the_key_is_nobody_elses_to_read(machine: Machine) -> None:
    machine.keys.own()
    assert stat.S_IMODE(os.stat(machine.folder / "keys" / "own.key.pem").st_mode) == 0o600


def test_a_file_touched_after_it_was_installed_is_told(machine: Machine, rulesets: Path) -> None:
    machine.install(machine.release(rulesets))
    release = machine.installed.current()
    assert release is not None
    (release.rulesets / "self-pay.yaml").write_text("id: self-pay\n")
    (release.rulesets / "more.yaml").write_text("id: more\n")
    told = {problem.message for problem in machine.installed.faults(machine.keys)}
    assert told == {"self-pay.yaml is not as it was released", "more.yaml is not as it was released"}


def test_a_bundle_that_fails_here_leaves_the_one_before(
    machine: Machine, other: Machine, rulesets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The maker's gate is switched off, as a maker with another version of the program might have it."""
    machine.trusts(other)
    machine.install(other.release(rulesets))
    raise_version(rulesets, "2027.2.1")
    good = other.release(rulesets)
    path = rulesets / "self-pay.yaml"
    path.write_text(path.read_text().replace("expect: {applies: true", "expect: {applies: false", 1))
    from engine.release import release

    passed = release.prove(Library(machine.installed.current().rulesets))  # type: ignore[union-attr]
    with monkeypatch.context() as off:
        off.setattr(release, "prove", lambda library: passed)
        bad = other.release(rulesets)
    with pytest.raises(UserError) as error:
        machine.install(bad)
    assert "not-proved" in codes(error)
    assert machine.answering() == "2027.1.1"
    assert [path.name for path in (machine.folder / "rulesets" / "releases").iterdir()] == [
        machine.installed.history()[0].release
    ]
    machine.install(good)
    assert machine.answering() == "2027.2.1"
