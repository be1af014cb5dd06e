"""A new payer from answers: what is written passes lint and its own examples, and what was not said stays unknown."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from engine import Library
from engine.language.canonical import canonical
from engine.lint import lint
from engine.quality.examples import run_examples
from tests.command import run

CASE = """\
date_of_service: {day}
coverage: {{payer: acme-health, state: OH, therapy_benefit: true, visit_limit: none, in_network: true}}
provider: {{discipline: OT, credential: OT}}
lines: [{{code: "{code}", minutes: 30}}]
"""
BECAUSE = "Acme reviews these services."


def rule(first: str, codes: str = "97535 97530", answer: str = "review_required") -> tuple[str, ...]:
    """What is answered about a published rule."""
    return ("y", "Therapy policy 12", "Acme", "", "2026-01", first, codes, answer, BECAUSE)


def write(folder: Path, *answers: str) -> Path:
    path = folder / "acme-health.yaml"
    given = "".join(f"{answer}\n" for answer in answers).encode()
    written = run("rules", "new", "acme-health", "-o", str(path), "--today", "2026-11-26", given=given)
    assert (written.returncode, written.stderr) == (0, "")
    return path


def authorization(folder: Path, day: str, code: str = "97535") -> str:
    case = CASE.format(day=day, code=code).encode()
    checked = run("check", "-", "--json", "--today", "2026-11-26", "--rulesets", str(folder), given=case)
    answer: str = orjson.loads(checked.stdout)["authorization"]["answer"]
    return answer


KINDS = ("commercial", "medicare-advantage", "medicaid", "workers-comp", "other")
WRITTEN = [*((kind, "2026-02-01") for kind in KINDS), ("commercial", "2027-03-01"), ("commercial", "")]


@pytest.mark.parametrize(("kind", "first"), WRITTEN)
def test_what_is_written_passes_lint_and_its_examples(tmp_path: Path, kind: str, first: str) -> None:
    path = write(tmp_path, "Acme Health", kind, *rule(first))
    library = Library(tmp_path)
    assert [problem for problem in lint(library, "acme-health") if problem.level != "note"] == []
    results = run_examples(library, "acme-health")
    assert [result for result in results if not result.passed] == []
    assert any(result.rule == "acme-health/authorization" for result in results)
    assert canonical(path.read_bytes(), path.name) == path.read_bytes()


def test_it_says_what_was_answered_and_no_more(tmp_path: Path) -> None:
    write(tmp_path, "Acme Health", "commercial", *rule("2026-02-01", "97535"))
    assert authorization(tmp_path, "2026-12-01") == "review_required"
    assert authorization(tmp_path, "2026-01-31") == "unknown"
    assert authorization(tmp_path, "2026-12-01", "97110") == "unknown"


def test_without_a_published_rule_every_answer_stays_unknown(tmp_path: Path) -> None:
    write(tmp_path, "Acme Health", "commercial", "n")
    assert authorization(tmp_path, "2026-12-01") == "unknown"


def test_a_slip_is_told_and_asked_again(tmp_path: Path) -> None:
    slips = ("Acme Health", "comercial", "commercial", "y", "Policy", "", "", "", "2026-02-31", "2026-02-01", "9753")
    slips += ("97535", "reviewed", "review_required", "short", BECAUSE)
    path = write(tmp_path, *slips)
    assert "2026-02-01" in path.read_text()


def test_a_payer_that_is_there_or_a_broken_id_is_refused(tmp_path: Path) -> None:
    there = run("rules", "new", "self-pay", "-o", str(tmp_path / "x.yaml"))
    assert (there.returncode, list(tmp_path.iterdir())) == (2, [])
    assert "duplicate-ruleset" in there.stderr
    broken = run("rules", "new", "Acme Health!", "-o", str(tmp_path / "x.yaml"))
    assert "perhaps acme-health" in broken.stderr
