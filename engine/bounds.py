"""What is certain and what is possible in one dimension: the least and the greatest answer that may come out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from engine.inference.patterns import FALSE, TRUE
from engine.inference.rule_engine import States
from engine.language.rules import ORDER, Dimension, Ruleset

UNKNOWN_ANSWER = "unknown"


class Bound(NamedTuple):
    """Ranks in the dimension's order: ``low`` of the certain rules, ``high`` of the possible; None where there is none.

    ``why`` names the rules that the answer rests on, strictest first.
    """

    dimension: Dimension
    low: int | None
    high: int | None
    why: tuple[str, ...] = ()

    @property
    def silent(self) -> bool:
        return self.high is None

    @property
    def definite(self) -> bool:
        return self.low is not None and self.low == self.high

    @property
    def answer(self) -> str:
        if self.low is None or self.low != self.high:
            return UNKNOWN_ANSWER
        return ORDER[self.dimension][self.low]

    @property
    def top(self) -> int:
        """The strictest answer that cannot be ruled out; silence, even possible silence, rules nothing out."""
        return len(ORDER[self.dimension]) - 1 if self.high is None or self.low is None else self.high

    def certainly(self, value: str) -> bool:
        """The answer is at least as strict as ``value`` whatever is unknown."""
        return self.low is not None and self.low >= ORDER[self.dimension].index(value)

    def possibly(self, value: str) -> bool:
        """The answer may be at least as strict as ``value``."""
        return self.top >= ORDER[self.dimension].index(value)


def bound(ruleset: Ruleset, dimension: Dimension, states: States, disputed: frozenset[str]) -> Bound:
    """The bound that the rules of a dimension set."""
    ranked = ruleset.ranked[dimension]
    applying = [(rank, state, name) for name, rank in ranked if (state := states.get(name, FALSE))]
    if disputed and any(name in disputed for name, _ in ranked):
        return Bound(dimension, None, len(ORDER[dimension]) - 1, tuple([name for _, _, name in applying]))
    if not applying:
        return Bound(dimension, None, None)
    low = max([rank for rank, state, _ in applying if state == TRUE], default=None)
    high = max([rank for rank, _, _ in applying])
    if low == high:
        why = [name for rank, state, name in applying if rank == low and state == TRUE]
    else:
        why = [name for _, _, name in sorted(applying, key=lambda item: -item[0])]
    return Bound(dimension, low, high, tuple(why))


def strictest(bounds: Iterable[Bound]) -> Bound:
    """The bound of the strictest of several answers, as of the visits of a plan or the lines of a treatment."""
    several = list(bounds)
    first = several[0]
    if first.definite and all(item == first for item in several[1:]):
        return first
    if all(item.silent for item in several):
        return Bound(first.dimension, None, None)
    low = max((item.low for item in several if item.low is not None), default=None)
    high = max(item.top for item in several)
    chosen = [item for item in several if item.low == low] if low == high else several
    why = tuple(dict.fromkeys(name for item in chosen for name in item.why))
    return Bound(first.dimension, low, high, why)
