"""Where the rule engine and the second evaluator disagree, or the engine fails, nothing is answered."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from engine import Decision, check, load_rulesets
from engine.cases import read_cases
from engine.inference.durable import DurableEngine, EngineError
from tests.command import ROOT

CASE = ROOT / "examples" / "stroke-original-medicare.yaml"


def decide(path: Path) -> Decision:
    treatment = read_cases(path.name, path.read_bytes()).cases[0].treatment
    return check(treatment, load_rulesets(), today=treatment.date_of_service)


def wrong(engine: DurableEngine, level: int, values: Mapping[int, int] | Sequence[int]) -> tuple[int, ...]:
    return tuple(2 - state for state in right(engine, level, values))


def failing(engine: DurableEngine, level: int, values: Mapping[int, int] | Sequence[int]) -> tuple[int, ...]:
    raise EngineError("broken on purpose")


right = DurableEngine.fire


@pytest.mark.parametrize("fire", [wrong, failing])
def test_every_answer_is_unknown_and_the_log_says_why_without_the_patient(
    fire: object, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert decide(CASE).headline == "book"
    monkeypatch.setattr(DurableEngine, "fire", fire)
    with caplog.at_level(logging.ERROR):
        decision = decide(CASE)
    assert {decision.coverage.answer, decision.authorization.answer, decision.provider.answer} == {"unknown"}
    assert decision.headline == "call_payer"
    assert "medicare-part-b" in caplog.text
    assert "Aster" not in caplog.text


def test_what_was_fired_wrongly_once_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    treatment = read_cases(CASE.name, CASE.read_bytes()).cases[0].treatment
    library = load_rulesets()
    with monkeypatch.context() as lying:
        lying.setattr(DurableEngine, "fire", wrong)
        assert check(treatment, library, today=treatment.date_of_service).headline == "call_payer"
    assert check(treatment, library, today=treatment.date_of_service).headline == "book"
