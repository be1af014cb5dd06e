"""Rules grow old, are looked at, and are contradicted: by the commands, on a machine of its own."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.command import run

CASE = ("examples/self-pay.yaml", "--today", "2026-11-24")
RULE = "self-pay/no-authorization"
SOURCED = "self-pay/clocks/good_faith_estimate"
LATER = "2027-12-01"


def _stale(data: Path, *options: str, today: str = LATER) -> dict[str, dict[str, Any]]:
    told = run("rules", "stale", "--json", "--today", today, *options, data=data)
    assert told.returncode == 0, told.stderr
    return {item["rule"]: item for item in orjson.loads(told.stdout)}


def _review(data: Path, rule: str, day: str = "2027-11-30", *more: str) -> None:
    options = ("--verified", day, "--by", "Robin Sample", "--today", LATER, *more)
    done = run("rules", "review", rule, *options, data=data)
    assert done.returncode == 0, done.stderr


def _checked(data: Path) -> str:
    done = run("check", *CASE, "--json", data=data)
    return str(orjson.loads(done.stdout)["check_id"])


def _contradict(data: Path, check_id: str, **changed: str) -> Any:
    said = {"--rule": RULE, "--said": "The plan wants a notice", "--said-by": "Provider portal", "--reference": "C-77"}
    return run("contradict", check_id, *(word for pair in (said | changed).items() for word in pair), data=data)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The practice's own self-pay ruleset, kept by somebody."""
    folder = tmp_path / "own"
    folder.mkdir()
    text = Path("rulesets/self-pay.yaml").read_text()
    (folder / "self-pay.yaml").write_text(text.replace("extends: common", "kept_by: Lee Invented\nextends: common"))
    return folder


def test_a_source_not_looked_at_for_long_is_told_with_the_day_and_who_keeps_it(tmp_path: Path, own: Path) -> None:
    found = _stale(tmp_path)
    assert (found[SOURCED]["why"], found[SOURCED]["since"]) == ("old source", "2027-05-24")
    assert found[SOURCED]["kept_by"] is None
    assert RULE not in found, "what precertain itself defines has no source to grow old"
    assert SOURCED not in _stale(tmp_path, "--older-than", "372")
    assert SOURCED in _stale(tmp_path, "--older-than", "371")
    assert _stale(tmp_path, "--rulesets", str(own))[SOURCED]["kept_by"] == "Lee Invented"
    assert "by nobody named" in run("rules", "stale", "--today", LATER, data=tmp_path).stdout


def test_what_a_later_edition_should_replace_comes_before_what_is_old(tmp_path: Path) -> None:
    found = list(_stale(tmp_path).values())
    whys = list(dict.fromkeys(item["why"] for item in found))
    assert whys == ["edition due", "ended", "never verified", "old source"]
    kx = next(item for item in found if item["rule"] == "medicare-part-b/figures/kx-threshold")
    assert (kx["why"], kx["since"]) == ("ended", "2027-01-01")
    assert "medicare-part-b/figures/kx-threshold" not in _stale(tmp_path, today="2026-12-31")


def test_a_look_counts_until_the_text_changes(tmp_path: Path, own: Path) -> None:
    folder = ("--rulesets", str(own))
    _review(tmp_path, SOURCED, "2027-11-30", *folder, "--note", "Read again")
    assert SOURCED not in _stale(tmp_path, *folder)
    path = own / "self-pay.yaml"
    path.write_text(path.read_text().replace("clocks:", "# looked at\nclocks:", 1))
    assert SOURCED not in _stale(tmp_path, *folder), "a comment changes nothing"
    path.write_text(path.read_text().replace("business_days: 1\n", "business_days: 2\n", 1))
    assert SOURCED in _stale(tmp_path, *folder)
    listed = run("rules", "reviews", SOURCED, "--json", *folder, data=tmp_path)
    (look,) = orjson.loads(listed.stdout)["reviews"]
    assert (look["holds"], look["same_text"], look["note"]) == (True, False, "Read again")


def test_a_look_that_somebody_rewrote_holds_no_more_and_counts_for_nothing(tmp_path: Path) -> None:
    _review(tmp_path, SOURCED, "2027-06-01")
    assert run("rules", "reviews", data=tmp_path).returncode == 0
    with closing(sqlite3.connect(tmp_path / "precertain" / "precertain.db")) as base, base:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            base.execute("UPDATE precertain_rule_review SET verified = '2027-11-30'")
        base.execute("DROP TRIGGER precertain_rule_review_no_update")
        base.execute("UPDATE precertain_rule_review SET verified = '2027-11-30'")
    listed = run("rules", "reviews", data=tmp_path)
    assert listed.returncode == 2
    assert "DOES NOT HOLD" in listed.stdout
    assert SOURCED in _stale(tmp_path)
    assert run("log", "--verify", data=tmp_path).returncode == 2


def test_what_the_payer_said_otherwise_waits_until_the_rule_is_looked_at(tmp_path: Path) -> None:
    check_id = _checked(tmp_path)
    done = _contradict(tmp_path, check_id[:8])
    assert done.returncode == 0, done.stderr
    first = next(iter(_stale(tmp_path).values()))
    said = first["contradiction"]
    assert (first["why"], first["rule"]) == ("contradicted", RULE)
    assert (said["check_id"], said["answer"]) == (check_id, "authorization: not_required")
    assert (said["said_by"], said["reference"], said["said"]) == ("Provider portal", "C-77", "The plan wants a notice")
    _review(tmp_path, "self-pay/telehealth")
    assert RULE in _stale(tmp_path), "a look at another rule closes nothing"
    _review(tmp_path, RULE, "2027-11-30", "--note", "The portal meant another plan")
    assert RULE not in _stale(tmp_path)
    shown = run("rules", "reviews", RULE, data=tmp_path).stdout
    assert shown.index("said otherwise") < shown.index("looked at on") < shown.index("The portal meant another plan")
    _contradict(tmp_path, check_id)
    assert RULE in _stale(tmp_path), "said again after the look"
    assert run("log", "--verify", data=tmp_path).returncode == 0


def test_what_cannot_be_recorded_is_told_all_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    check_id = _checked(tmp_path)
    empty = _contradict(tmp_path, check_id, **{"--said": " ", "--said-by": "", "--rule": "self-pay/telehealth"})
    assert empty.returncode == 2
    assert "3 problems" in empty.stderr
    assert f"check {check_id} does not rest on self-pay/telehealth" in empty.stderr
    for option in ("--said", "--said-by", "--reference"):
        named = _contradict(tmp_path, check_id, **{option: "Of Mr. SAMPLE"})
        assert (named.returncode, "names the patient" in named.stderr) == (2, True), option
    assert (
        "did you mean self-pay/telehealth" in _contradict(tmp_path, check_id, **{"--rule": "self-pay/telehelth"}).stderr
    )
    assert _contradict(tmp_path, "nothing").returncode == 2
    ahead = run("rules", "review", RULE, "--verified", "2028-01-01", "--by", "", "--today", LATER, data=tmp_path)
    assert (ahead.returncode, "2 problems" in ahead.stderr) == (2, True)
    assert RULE not in _stale(tmp_path)
    assert orjson.loads(run("rules", "reviews", "--json", data=tmp_path).stdout) == {
        "reviews": [],
        "contradictions": [],
    }
