"""``check`` as a library, rulesets loaded and engine warm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import orjson

from benchmarks.measure import Spread, seconds_of, spread
from benchmarks.process import ROOT, in_own_process
from engine import PlannedTreatment, check, load_rulesets
from engine.cases import read_cases

TODAY = date(2026, 11, 24)
NAMES = ("stroke-original-medicare", "stroke-uhc-medicare-advantage")
WARMING, RUNS = 100, 2_000


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How long one check of an example takes, in seconds; ``fired``: where durable-rules fires for all values anew."""

    name: str
    rules: int
    lines: int
    visits: int
    headline: str
    open_questions: int
    took: Spread
    fired: Spread


def example(name: str) -> PlannedTreatment:
    """The one case of an example file."""
    path = ROOT / "examples" / f"{name}.yaml"
    return read_cases(path.name, path.read_bytes()).cases[0].treatment


def measure_library() -> tuple[CheckResult, ...]:
    return in_own_process("benchmarks.library", tuple[CheckResult, ...])


def _measured(name: str) -> CheckResult:
    library = load_rulesets()
    treatment = example(name)
    for _ in range(WARMING):
        decision = check(treatment, library, today=TODAY)
    engine = library.engine(treatment.coverage.payer)
    took, fired = [], []
    for _ in range(RUNS):
        took.append(seconds_of(lambda: check(treatment, library, today=TODAY)))
        engine.forget()
        fired.append(seconds_of(lambda: check(treatment, library, today=TODAY)))
    rules = len(engine.ruleset.rules)
    visits = treatment.plan_of_care.visits if treatment.plan_of_care else None
    return CheckResult(
        name, rules, len(treatment.lines), visits or 1, decision.headline, len(decision.questions),
        spread(took), spread(fired),
    )  # fmt: skip


if __name__ == "__main__":
    print(orjson.dumps([_measured(name) for name in NAMES]).decode())
