"""How a payer's rules stand up to lint and to the examples beside them: run once for each version, and kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from engine import Problem, UserError
from engine.language.rules import Ruleset
from engine.lint import lint
from engine.quality.examples import ExampleResult, run_examples
from web.desk import Desk


@dataclass(frozen=True, slots=True)
class Proof:
    """``problems`` without notes, which tell what is left open; ``expectations`` of ``examples`` were held
    against what is decided; ``failed`` came out otherwise."""

    problems: tuple[Problem, ...]
    examples: int
    expectations: int
    failed: tuple[ExampleResult, ...]
    ran_at: datetime


_proofs: dict[tuple[str, ...], Proof] = {}
_ALONE = Lock()
"""What lint solves is for one thread at a time."""


def proof_of(at: Desk, payer: str, ruleset: Ruleset) -> Proof:
    """Of this version of the ruleset and of those that it rests on."""
    version = (payer, *(used.sha256 for used in ruleset.used))
    if version not in _proofs:
        _proofs[version] = _proved(at, payer)
    return _proofs[version]


def _proved(at: Desk, payer: str) -> Proof:
    try:
        with _ALONE:
            found, results = lint(at.library, payer), run_examples(at.library, payer)
        problems = tuple(one for one in found if one.level != "note")
    except UserError as error:
        problems, results = tuple(error.problems), ()
    examples = {(one.rule, one.name) for one in results}
    failed = tuple(one for one in results if not one.passed)
    return Proof(problems, len(examples), len(results), failed, at.now.astimezone())
