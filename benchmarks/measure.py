"""Samples of a duration, told by their median and spread."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter_ns


@dataclass(frozen=True, slots=True)
class Spread:
    """The median and the 10th and 90th percentile of some durations in seconds."""

    median: float
    low: float
    high: float
    samples: int


def spread(seconds: Sequence[float]) -> Spread:
    """At least two samples are needed."""
    tenths = statistics.quantiles(seconds, n=10, method="inclusive")
    return Spread(statistics.median(seconds), tenths[0], tenths[-1], len(seconds))


def seconds_of(work: Callable[[], object]) -> float:
    """How long one call takes."""
    start = perf_counter_ns()
    work()
    return (perf_counter_ns() - start) / 1e9
