"""Inference at 50 and 200 rules on complete cases: every engine gives the same rules, then each is timed."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure

from benchmarks.engines import Contender, own_contenders
from benchmarks.measure import Spread, seconds_of, spread
from benchmarks.rivals_native import native_rivals
from benchmarks.rivals_python import python_rivals
from benchmarks.workload import Case, Workload, workload

RULE_COUNTS = (50, 200)
CASES = 200
ROUNDS = 100


@dataclass(frozen=True, slots=True)
class InferenceResult:
    """What each engine took for one case, in seconds, by its name; ``applying`` is the mean of rules that apply."""

    rules: int
    applying: float
    engines: dict[str, Spread]


def measure_inference() -> tuple[InferenceResult, ...]:
    return tuple(_measured(workload(rules, CASES)) for rules in RULE_COUNTS)


def _measured(work: Workload) -> InferenceResult:
    contenders = [*own_contenders(work), *native_rivals(work), *python_rivals(work)]
    applying = _agreed(contenders, work.cases)
    samples: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    gc.collect()
    # In turn, so that a slow stretch of the machine falls on all alike.
    for number in range(ROUNDS):
        for contender in contenders:
            samples[contender.name] += _round(contender, work.cases, number)
    return InferenceResult(len(work.rules), applying, {name: spread(seconds) for name, seconds in samples.items()})


def _agreed(contenders: list[Contender], cases: tuple[Case, ...]) -> float:
    """The mean number of rules that apply. Raises AssertionError where two engines differ on any case."""
    applying = 0
    for number, case in enumerate(cases):
        answers = {one.name: frozenset(one.applies(one.decide(one.given(case)))) for one in contenders}
        expected = answers[contenders[0].name]
        wrong = [name for name, answer in answers.items() if answer != expected]
        if wrong:
            raise AssertionError(f"case {number}: {', '.join(wrong)} do not give the rules of {contenders[0].name}")
        applying += len(expected)
    return applying / len(cases)


def _round(contender: Contender, cases: tuple[Case, ...], number: int) -> list[float]:
    start = number * contender.batch
    given = [contender.given(cases[at % len(cases)]) for at in range(start, start + contender.batch)]
    return [seconds_of(lambda one=one: contender.decide(one)) for one in given]  # type: ignore[misc]


def plot(results: tuple[InferenceResult, ...], path: Path) -> None:
    """Bars of the medians on a logarithmic scale, with the spread as whiskers."""
    names = sorted(results[-1].engines, key=lambda name: results[-1].engines[name].median)
    figure = Figure(figsize=(9, 5), layout="constrained")
    axes = figure.subplots()
    height = 0.8 / len(results)
    for at, result in enumerate(results):
        spreads = [result.engines[name] for name in names]
        whiskers = [
            [(one.median - one.low) * 1e6 for one in spreads],
            [(one.high - one.median) * 1e6 for one in spreads],
        ]
        places = [row + (at - (len(results) - 1) / 2) * height for row in range(len(names))]
        medians = [one.median * 1e6 for one in spreads]
        axes.barh(places, medians, height, xerr=whiskers, label=f"{result.rules} rules", error_kw={"linewidth": 0.8})
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xlabel("microseconds a case: median, 10th to 90th percentile (logarithmic)")
    axes.set_title("Inference on complete cases, equal answers")
    axes.legend()
    figure.savefig(path, dpi=120)
