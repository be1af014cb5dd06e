"""Units: what the minutes of a visit give by the total-time rule of CMS or by the midpoint rule for each code.

The total-time rule is that of the Medicare Claims Processing Manual, chapter 5, section 20.2; the midpoint rule counts
each code alone. Minutes are whole; a unit is a quarter of an hour unless a code has a clock of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Literal, NamedTuple

UnitRule = Literal["cms", "spm"]
QUARTER = 15
LEAST = 8
"""Minutes that earn the first unit, and that a therapist alone must give to keep the last unit free of CO or CQ."""

_CHAINS = {"97130": "97129"}
"""An add-on shares the minutes of the code it is added to."""
_ONCE_A_DAY = frozenset({"97129"})
_IN_TOTAL = frozenset({"timed15", "first15_daily", "addon15"})
_NOT_SOURCED = frozenset({"first120", "addon60", "area", "band"})


class TimedLine(NamedTuple):
    """A line as its clock sees it. ``minutes`` and ``units`` as staff gave them, None where unknown.

    ``alone`` says that its minutes never join the visit's total: caregivers are taught without the patient. ``tie``
    decides between lines of one code and as many minutes, so that their order does not.
    """

    code: str
    timing: str | None
    minutes: int | None
    units: int | None = None
    alone: bool = False
    tie: str = ""

    @property
    def in_total(self) -> bool:
        return self.timing in _IN_TOTAL and not self.alone


@dataclass(frozen=True, slots=True)
class Allocation:
    """Units of each line in the order given, None where unknown; ``alternatives`` are the equally allowed others."""

    rule: UnitRule
    total_minutes: int | None
    lines: tuple[int | None, ...]
    alternatives: tuple[tuple[int | None, ...], ...]

    @property
    def total_units(self) -> int | None:
        known = [units for units in self.lines if units is not None]
        return sum(known) if len(known) == len(self.lines) else None


def allocate(lines: Sequence[TimedLine], rule: UnitRule) -> Allocation:
    """The units of each line. Of equal choices the lower code number comes first, whatever the order of lines."""
    return _allocate(tuple(lines), rule)


@lru_cache(maxsize=1_024)  # a visit's units are asked for several times, and visits are much alike
def _allocate(lines: tuple[TimedLine, ...], rule: UnitRule) -> Allocation:
    timed = [line for line in lines if line.in_total]
    unknown = any(line.minutes is None and line.units is None for line in timed)
    total = None if any(line.minutes is None for line in timed) else sum(line.minutes or 0 for line in timed)
    if rule == "cms" and unknown:
        return Allocation(rule, total, tuple(None if line.in_total else _alone(line) for line in lines), ())
    pools = _pools(lines)
    choices = [_midpoint(pools)] if rule == "spm" else _by_total(pools)
    spread = [_spread(lines, choice) for choice in choices]
    distinct = list(dict.fromkeys(spread))
    return Allocation(rule, total, distinct[0], tuple(distinct[1:]))


def bounds(lines: Sequence[TimedLine], rule: UnitRule) -> tuple[tuple[int, int | None], ...]:
    """The least and the most units of each line in any completion of what is unknown; None where nothing bounds it."""
    exact = allocate(lines, rule)
    if all(units is not None for units in exact.lines):
        several = (exact.lines, *exact.alternatives)
        return tuple(
            (min(units or 0 for units in column), max(units or 0 for units in column))
            for column in zip(*several, strict=True)
        )
    open_pools = {_pool(line) for line in lines if line.in_total and line.minutes is None and line.units is None}
    return tuple(
        _line_bounds(line, None if line.in_total and _pool(line) in open_pools else units)
        for line, units in zip(lines, exact.lines, strict=True)
    )


def _line_bounds(line: TimedLine, units: int | None) -> tuple[int, int | None]:
    """Where ``units`` is None: by its own minutes, what the visit's other lines cannot change."""
    if units is not None:
        return units, units
    if (
        line.timing in _IN_TOTAL
        and line.minutes is not None
        and line.code not in _CHAINS
        and line.code not in _CHAINS.values()
    ):
        return line.minutes // QUARTER, -(-line.minutes // QUARTER)
    return 0, None


def caregiver_units(minutes: int) -> tuple[int, int]:
    """Units of 97550 and 97551 for minutes with one caregiver: the first half hour, and each quarter more."""
    if minutes < 16:
        return 0, 0
    return 1, (max(0, minutes - 30) + 7) // QUARTER


def _pool(line: TimedLine) -> str:
    """The code whose minutes the line's are counted with."""
    return _CHAINS.get(line.code, line.code)


def _pools(lines: Sequence[TimedLine]) -> dict[str, int]:
    """Minutes of each code that counts by quarters, add-ons together with what they are added to."""
    pools: dict[str, int] = {}
    for line in lines:
        if line.in_total and line.minutes is not None:
            pools[_pool(line)] = pools.get(_pool(line), 0) + line.minutes
    return dict(sorted(pools.items()))


def _midpoint(pools: Mapping[str, int]) -> dict[str, int]:
    return {code: (minutes + 7) // QUARTER for code, minutes in pools.items()}


def _by_total(pools: Mapping[str, int]) -> list[dict[str, int]]:
    """A unit for each full quarter hour, then the largest remainders; every equal choice, lower codes first."""
    total = (sum(pools.values()) + 7) // QUARTER
    whole = {code: minutes // QUARTER for code, minutes in pools.items()}
    left = total - sum(whole.values())
    rest = {code: minutes % QUARTER for code, minutes in pools.items() if minutes % QUARTER}
    if left <= 0:
        return [whole]
    cut = sorted(rest.values(), reverse=True)[left - 1]
    sure = [code for code, minutes in rest.items() if minutes > cut]
    tied = [code for code, minutes in rest.items() if minutes == cut]
    return [
        {code: units + (code in sure or code in chosen) for code, units in whole.items()}
        for chosen in combinations(tied, left - len(sure))
    ]


def _spread(lines: Sequence[TimedLine], pooled: Mapping[str, int]) -> tuple[int | None, ...]:
    """The pools' units on the lines; lines with a clock of their own beside them."""
    units: list[int | None] = [None if line.in_total else _alone(line) for line in lines]
    for code, count in pooled.items():
        members = [at for at, line in enumerate(lines) if line.in_total and _pool(line) == code]
        for at, share in _shares(lines, members, count).items():
            units[at] = share
    for at, line in enumerate(lines):
        if line.in_total and line.minutes is None:
            units[at] = line.units
    return tuple(units)


def _shares(lines: Sequence[TimedLine], members: Iterable[int], count: int) -> dict[int, int]:
    """A code's units on its lines: first what may be reported once a day, then by full quarters and remainders."""
    shares: dict[int, int] = {}
    rest = sorted(
        (at for at in members if lines[at].minutes is not None),
        key=lambda at: (lines[at].code, -_given(lines[at]), lines[at].tie),
    )
    for at in [at for at in rest if lines[at].code in _ONCE_A_DAY]:
        shares[at] = min(1, count)
        count -= shares[at]
        rest.remove(at)
    for at in rest:
        shares[at] = min(count, _given(lines[at]) // QUARTER)
        count -= shares[at]
    for at in sorted(rest, key=lambda at: -(_given(lines[at]) % QUARTER))[: max(0, count)]:
        shares[at] += 1
    return shares


def _given(line: TimedLine) -> int:
    return line.minutes or 0


def _alone(line: TimedLine) -> int | None:
    """Units of a line whose clock is its own; what no source settles is taken as staff gave it."""
    minutes = line.minutes
    if line.timing in ("untimed", "period30", "episode"):
        return 1 if line.units is None else line.units
    if line.timing is None or line.timing in _NOT_SOURCED or minutes is None:
        return line.units
    match line.timing:
        case "first30":
            return int(minutes >= 16)
        case "addon15" | "timed15" | "first15_daily":
            return (minutes + 7) // QUARTER
        case "first_hour":
            return int(minutes >= 31)
        case "hour":
            return (minutes + 29) // 60
        case "addon30":
            return (minutes + 14) // 30
        case "month":
            return _month(line.code, minutes)
    return line.units


def _month(code: str, minutes: int) -> int:
    """Remote monitoring management: full minutes only."""
    if code == "98979":
        return int(minutes >= 10)
    return int(minutes >= 20) if code == "98980" else minutes // 20


@dataclass(frozen=True, slots=True)
class ClaimUnits:
    """Units of one line that go on one claim line, with or without the assistant's modifier."""

    units: int
    with_assistant: bool


def split_by_assistant(units: int, therapist: int, assistant: int, *, timed: bool = True) -> tuple[ClaimUnits, ...]:
    """The line's units with and without CO or CQ; minutes given together count as the therapist's.

    A unit is the assistant's if the assistant alone gives more than a tenth of it, but for the last unit where the
    therapist alone gives at least eight minutes, and for two last units of nine to fourteen minutes each, of which one
    is the assistant's (CMS Therapy Services, CY 2022 and later).
    """
    if not timed:
        mine = units if assistant * 10 > therapist + assistant else 0
    else:
        mine = min(units, assistant // QUARTER)
        left = units - mine - therapist // QUARTER
        by_therapist, by_assistant = therapist % QUARTER, assistant % QUARTER
        if left >= 2:
            mine += left - 1
        elif left == 1 and by_therapist < LEAST and by_assistant * 10 > QUARTER:
            mine += 1
    parts = (ClaimUnits(mine, with_assistant=True), ClaimUnits(units - mine, with_assistant=False))
    return tuple(part for part in parts if part.units > 0)
