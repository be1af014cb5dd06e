"""The lint as a maintainer and as a program runs it: levels, status, JSON and SARIF."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.command import ROOT, run

BAD = ROOT / "tests" / "bad_rulesets"
TODAY = ("--today", "2026-11-26")
_TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
_REGION = {
    "type": "object",
    "required": ["startLine", "startColumn"],
    "properties": {key: {"type": "integer", "minimum": 1} for key in ("startLine", "startColumn")},
}
_PLACE = {
    "type": "object",
    "required": ["artifactLocation", "region"],
    "properties": {
        "artifactLocation": {"type": "object", "required": ["uri"], "properties": {"uri": {"type": "string"}}},
        "region": _REGION,
    },
}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name", "rules"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "properties": {
                                                "shortDescription": _TEXT,
                                                "defaultConfiguration": {"properties": {"level": _LEVEL}},
                                            },
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message", "ruleId", "ruleIndex", "level", "locations"],
                            "properties": {
                                "message": _TEXT,
                                "level": _LEVEL,
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "locations": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "required": ["physicalLocation"],
                                        "properties": {"physicalLocation": _PLACE},
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}
"""What SARIF 2.1.0 requires of the parts that the lint writes (OASIS standard, sections 3.13 to 3.30)."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    own = tmp_path / "own"
    own.mkdir()
    return own


def test_only_errors_fail_the_lint(folder: Path) -> None:
    shutil.copy(BAD / "jargon.yaml", folder)
    told = run("rules", "lint", "own-plan", "--rulesets", str(folder), *TODAY)
    assert told.returncode == 0
    assert "warning: jargon: own-plan/review: the front desk does not say 'prior to'" in told.stderr
    assert "note: " not in told.stderr
    assert "0 errors" in told.stdout
    assert (
        run("rules", "lint", "own-plan", "--rulesets", str(folder), "--notes", *TODAY).stderr.count("note: silent") > 1
    )


def test_a_source_is_told_where_it_is_older_than_asked(folder: Path) -> None:
    shutil.copy(BAD / "old-source.yaml", folder)
    lint = ("rules", "lint", "own-plan", "--rulesets", str(folder), *TODAY)
    assert "old-source" not in run(*lint).stderr
    assert "old-source.yaml:8:3: warning: old-source: source policy" in run(*lint, "--older-than", "3650").stderr
    assert "old-source.yaml" not in run(*lint, "--older-than", "4020").stderr
    assert run(*lint, "--older-than", "-1").returncode == 2


def test_sarif_holds_what_the_standard_requires_and_the_places_told(folder: Path, tmp_path: Path) -> None:
    shutil.copy(BAD / "conflict.yaml", folder)
    log = tmp_path / "lint.sarif"
    lint = ("rules", "lint", "own-plan", "--rulesets", str(folder), *TODAY)
    told = run(*lint, "--sarif", str(log))
    assert told.returncode == 2
    written = json.loads(log.read_text())
    Draft202012Validator(SARIF).validate(written)
    (sarif,) = written["runs"]
    rules = sarif["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in sarif["results"])
    (conflict,) = [result for result in sarif["results"] if "own-plan/pass applies too" in result["message"]["text"]]
    place = conflict["locations"][0]["physicalLocation"]
    assert conflict["level"] == "error"
    assert place["artifactLocation"]["uri"] == (folder / "conflict.yaml").as_uri()
    region = place["region"]
    assert f"conflict.yaml:{region['startLine']}:{region['startColumn']}: conflict" in told.stderr
    line = (folder / "conflict.yaml").read_text().splitlines()[region["startLine"] - 1]
    assert line[region["startColumn"] - 1 :].startswith("id: review")
    problems = json.loads(run(*lint[:3], "--json", *lint[3:]).stdout)
    assert [(one["code"], one["level"]) for one in problems] == [
        (result["ruleId"], result["level"]) for result in sarif["results"]
    ]


def test_a_log_that_cannot_be_written_is_told(folder: Path) -> None:
    shutil.copy(BAD / "jargon.yaml", folder)
    told = run("rules", "lint", "own-plan", "--rulesets", str(folder), "--sarif", str(folder), *TODAY)
    assert told.returncode == 2
    assert "cannot-write" in told.stderr
