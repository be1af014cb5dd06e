"""The worked cases, through the public door: ``precertain check --json``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from ruamel.yaml import YAML

from engine.quality.examples import nested
from tests.command import run

TYPICAL = {
    "date_of_service": "2026-11-24",
    "coverage.plan_type": "hmo",
    "coverage.state": "OH",
    "coverage.in_network": True,
    "coverage.visit_limit": "none",
    "provider.discipline": "OT",
    "provider.credential": "OT",
    "site.place_of_service": "11",
    "site.modality": "in_person",
    "site.locality": "national",
    "lines.1.code": "97535",
    "lines.1.minutes": 30,
    "plan_of_care.starts_on": "2026-11-16",
    "plan_of_care.visits": 12,
    "plan_of_care.weeks": 6,
    "plan_of_care.certified_on": "2026-11-20",
    "episode.visit_number": 3,
    "episode.new_patient": True,
    "episode.evaluation_on": "2026-11-16",
    "episode.resident_of_nursing_facility": False,
    "documents.plan_of_care": True,
    "documents.evaluation": True,
}
CASES = YAML(typ="safe").load(Path(__file__).with_name("worked_cases.yaml").read_text())


@pytest.fixture(scope="module")
def decisions(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """All cases in one run of the command."""
    file = tmp_path_factory.mktemp("worked") / "cases.json"
    file.write_bytes(orjson.dumps([nested({**TYPICAL, **case["given"]}) for case in CASES]))
    result = run("check", str(file), "--json", "--today", "2026-11-24")
    assert result.returncode in (0, 10, 20, 30, 40), result.stderr
    return list(orjson.loads(result.stdout))


@pytest.mark.parametrize("at", range(len(CASES)), ids=[case["name"] for case in CASES])
def test_worked_case(at: int, decisions: list[dict[str, Any]]) -> None:
    for key, expected in CASES[at]["expect"].items():
        assert found(key, decisions[at], expected) == _plain(expected), key


def found(key: str, decision: dict[str, Any], expected: Any) -> Any:
    match key:
        case "coverage" | "authorization" | "telehealth" | "provider":
            return decision[key]["answer"]
        case "headline":
            return decision["headline"]
        case "reason" | "modifiers":
            return decision["lines"][0][key]
        case "visits":
            return [[item["from"], item["to"], item["answer"]] for item in decision["authorization"]["visits"]]
        case "edits":
            return [
                [edit["column1"], edit["column2"], edit["indicator"], edit["resolution"]] for edit in decision["edits"]
            ]
        case "claim_lines":
            return [
                [line["code"], claim["units"], claim["modifiers"]]
                for line in decision["lines"]
                for claim in line["claim_lines"]
            ]
        case "allowed" | "payer_share" | "patient_share" | "patient_range":
            return decision["cost"][key]
        case "documents":
            status = {document["id"]: document["status"] for document in decision["documents"]}
            return {name: status.get(name) for name in expected}
        case "deadlines":
            due = {deadline["id"]: deadline["due"] for deadline in decision["deadlines"]}
            return {name: due.get(name) for name in expected}
        case "fires":
            return (
                expected
                if any(f["rule"] == expected and f["certainty"] == "certain" for f in decision["findings"])
                else None
            )
    raise AssertionError(f"no such expectation: {key}")


def _plain(expected: Any) -> Any:
    """Dates as the command prints them."""
    if isinstance(expected, dict):
        return {
            name: str(value) if value is not None and not isinstance(value, str) else value
            for name, value in expected.items()
        }
    return expected
