"""Conditions of a rule: tests of one fact against constants, joined by all, any, not and by other rules' firing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal

from engine.facts.values import Scalar, Value
from engine.inference.patterns import FALSE, TRUE, UNKNOWN

Operator = Literal["one_of", "at_least", "at_most", "between", "has"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A named figure whose value on the date of service is the constant of a test, moved by ``plus``."""

    name: str
    plus: int = 0


Constant = Scalar | Figure


@dataclass(frozen=True, slots=True)
class Test:
    """One fact against constants. ``one_of`` and ``has`` take any number, ``between`` two, the others one."""

    fact: str
    operator: Operator
    constants: tuple[Constant, ...]
    dated: bool = field(init=False, repr=False, compare=False)
    """Whether a constant is a figure, whose value depends on the day."""
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Tests are looked up all the time and may name a hundred codes: hash once.
        object.__setattr__(self, "dated", any(isinstance(constant, Figure) for constant in self.constants))
        object.__setattr__(self, "_hash", hash((self.fact, self.operator, self.constants)))

    def __hash__(self) -> int:
        return self._hash

    def resolved(self, figure: Callable[[str], int | None]) -> Test | None:
        """The same test with figures replaced by their values; None if one has no value on the day."""
        if not self.dated:
            return self
        constants: list[Scalar] = []
        for constant in self.constants:
            if isinstance(constant, Figure):
                value = figure(constant.name)
                if value is None:
                    return None
                constants.append(value + constant.plus)
            else:
                constants.append(constant)
        return Test(self.fact, self.operator, tuple(constants))


@dataclass(frozen=True, slots=True)
class Fired:
    """Another rule of the same payer applies."""

    rule: str


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


Condition = Test | Fired | All | AnyOf | Not
ALWAYS = All(())


def leaves(condition: Condition) -> Iterator[Test | Fired]:
    """Every test and every reading of another rule, in order."""
    match condition:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case _:
            yield condition


def shared(condition: Condition, tests: dict[Test, Test]) -> Condition:
    """The same condition with equal tests made one object, so that comparing them is comparing places in memory."""
    match condition:
        case Test():
            return tests.setdefault(condition, condition)
        case All(parts):
            return All(tuple(shared(part, tests) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(shared(part, tests) for part in parts))
        case Not(part):
            return Not(shared(part, tests))
        case _:
            return condition


def judge(test: Test, value: Value) -> int:
    """Whether the test holds for every value possible (2), for none (0), or for some (1).

    The test's constants must be resolved: no figures.
    """
    if value.options is not None:
        holds = holding(test)
        outcomes = {holds(option) for option in value.options}
        return UNKNOWN if len(outcomes) > 1 else TRUE if True in outcomes else FALSE
    low, high = value.low, value.high
    if low is None and high is None:
        return FALSE if test.operator in ("one_of", "has") and not test.constants else UNKNOWN
    match test.operator:
        case "at_least":
            return _judge_interval(low, high, test.constants[0], None)
        case "at_most":
            return _judge_interval(low, high, None, test.constants[0])
        case "between":
            return _judge_interval(low, high, test.constants[0], test.constants[1])
        case "one_of":
            states = [_judge_interval(low, high, constant, constant) for constant in test.constants]
            return max(states, default=FALSE)
        case "has":
            return UNKNOWN


def _judge_interval(
    low: int | date | None, high: int | date | None, least: Constant | None, most: Constant | None
) -> int:
    above = least is None or (low is not None and low >= least)  # type: ignore[operator]
    below = most is None or (high is not None and high <= most)  # type: ignore[operator]
    if above and below:
        return TRUE
    apart = (least is not None and high is not None and high < least) or (  # type: ignore[operator]
        most is not None and low is not None and low > most  # type: ignore[operator]
    )
    return FALSE if apart else UNKNOWN


@lru_cache(maxsize=16_384)
def holding(test: Test) -> Callable[[Scalar], bool]:
    """What tells whether the test holds for one value of its fact. Its constants must be resolved."""
    constants = test.constants
    match test.operator:
        case "one_of":
            return frozenset(constants).__contains__
        case "has":
            return lambda option: isinstance(option, tuple) and any(constant in option for constant in constants)
        case "at_least":
            return lambda option: option >= constants[0]  # type: ignore[operator]
        case "at_most":
            return lambda option: option <= constants[0]  # type: ignore[operator]
        case "between":
            return lambda option: constants[0] <= option <= constants[1]  # type: ignore[operator]
