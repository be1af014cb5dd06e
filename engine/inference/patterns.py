"""The encoding that the engine fires: rules as flat conjunctions over slots that hold 0, 1 or 2.

A slot holds the truth of one distinct test (0 false, 1 unknown, 2 true), of a folded group of tests, or the state of a
rule of a lower level (0 does not apply, 1 applies possibly, 2 applies certainly).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

FALSE, UNKNOWN, TRUE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Guard:
    """One conjunct: slot must be true, or, negated, false."""

    slot: int
    negated: bool = False


@dataclass(frozen=True, slots=True)
class RulePattern:
    """Certain where every guard holds for sure (== 2, negated == 0), possible where none fails (>= 1, negated <= 1)."""

    name: str
    guards: tuple[Guard, ...]


Level = tuple[RulePattern, ...]

Picked = Callable[[Mapping[int, int] | Sequence[int]], tuple[int, ...]]


def picking(places: Sequence[int]) -> Picked:
    """What picks the values at some places, in their order."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda values: tuple([values[at] for at in places])
