"""Medicare Part B amounts of one visit: what the physician fee schedule allows.

A unit is priced at (work x work index + practice expense x practice index + malpractice x malpractice index) x
conversion factor. Of the therapy units of a day, whatever their discipline, the one with the highest practice expense
is paid in full and every other one at half its practice expense (multiple procedure payment reduction). Each unit is
rounded half up to the cent after the reduction, then summed. Amounts are whole cents.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

from engine.cost.money import Amount, rounded, unknown
from engine.fee_schedule import ConversionFactor, FeeSchedule, Parts, in_force
from engine.message import Message, Part, Several

NATIONAL = "national"
Readings = tuple[tuple[int, ...], ...]
_Both = tuple[list[tuple[int, ...]], list[tuple[int, ...]]]
_MOST_PRICED = 512
"""Some kilobytes each where the locality is not known."""
_AVERAGE = Parts(Decimal(1), Decimal(1), Decimal(1))


class BilledUnits(NamedTuple):
    """Units of one code billed on one claim line, known or from ``units_low`` to ``units_high`` (None: no bound).

    ``mppr``: whether the reduction applies to the code; ``assistant``: billed with CO or CQ; None = not known.
    """

    code: str
    units_low: int
    units_high: int | None
    mppr: bool | None
    assistant: bool | None


@dataclass(frozen=True, slots=True)
class _Figures:
    """What one day's amounts rest on; ``indices`` of every locality that the visit may lie in."""

    values: Mapping[str, Parts]
    indices: tuple[Parts, ...]
    factor: ConversionFactor
    reduced: Decimal


@dataclass(frozen=True, slots=True)
class _Pricing:
    """The amounts of all lines in each locality, where those of ``mine`` together are least, and greatest."""

    mine: tuple[int, ...]
    figures: _Figures
    least: list[tuple[int, ...]]
    most: list[tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class _Units:
    """Units of one line under one reading of what is not known; among equal units a ``preferred`` one ranks higher."""

    code: str
    count: int
    mppr: bool
    preferred: bool
    assistant: bool


@dataclass(frozen=True, slots=True)
class _Price:
    """One unit in cents, in full and reduced; ``rank``: the reducible unit that ranks highest is paid in full."""

    full: int
    reduced: int
    rank: tuple[Decimal, Decimal, bool, bool, str, int]


def allowed_cents(
    lines: Sequence[BilledUnits],
    on: date,
    locality: str | None,
    schedule: FeeSchedule,
    chosen: Collection[int] | None = None,
) -> Amount:
    """The visit's allowed amount: exact, or bounds that hold whatever the unknown locality, units and flags are.

    ``locality``: contractor-locality ("01182-18"), "national" for all indices 1, None = not known. ``chosen``: only
    these of the visit's lines, whichever of equal units is the one paid in full.
    """
    found = _priced(tuple(lines), on, locality, schedule, None if chosen is None else tuple(chosen))
    return unknown(found) if isinstance(found, Message) else _within(lines, locality, found)


def allowed_and_readings(
    lines: Sequence[BilledUnits], on: date, locality: str | None, schedule: FeeSchedule
) -> tuple[Amount, Readings]:
    """``allowed_cents`` of all lines and ``readings``."""
    return allowed_cents(lines, on, locality, schedule), readings(lines, on, locality, schedule)


@lru_cache(maxsize=_MOST_PRICED)
def _priced(
    lines: tuple[BilledUnits, ...],
    on: date,
    locality: str | None,
    schedule: FeeSchedule,
    chosen: tuple[int, ...] | None,
) -> _Pricing | Message:
    """The lines priced, or what is missing in plain words: kept, as the visits of a practice bill much the same."""
    figures = _figures(lines, on, locality, schedule)
    if isinstance(figures, Message):
        return figures
    mine = tuple(range(len(lines))) if chosen is None else chosen
    return _Pricing(mine, figures, *_least_and_most(lines, mine, figures))


def _within(lines: Sequence[BilledUnits], locality: str | None, priced: _Pricing) -> Amount:
    """The amount of the chosen lines, least and greatest."""
    mine, figures = priced.mine, priced.figures
    low, high = ([sum(amounts[at] for at in mine) for amounts in found] for found in (priced.least, priced.most))
    if any(lines[at].units_high is None for at in mine):
        return Amount(min(low), None, tuple(_why_not_exact(lines, locality, figures)))
    exact = min(low) == max(high)
    return Amount(min(low), max(high), () if exact else tuple(_why_not_exact(lines, locality, figures)))


def readings(lines: Sequence[BilledUnits], on: date, locality: str | None, schedule: FeeSchedule) -> Readings:
    """The amounts of the lines in cents, in the order given: least and greatest in every locality that is possible.

    Empty where a figure or a bound of the units is missing. Among equal units the therapist's is the one paid in full,
    then that of the higher code, then that of the line with most units.
    """
    found = _priced(tuple(lines), on, locality, schedule, None)
    if isinstance(found, Message) or any(line.units_high is None for line in lines):
        return ()
    return tuple(dict.fromkeys((*found.least, *found.most)))


def line_amounts(
    lines: Sequence[BilledUnits], on: date, locality: str | None, schedule: FeeSchedule
) -> tuple[int, ...] | None:
    """The allowed amount of each line in cents, in the order given; None unless exactly known."""
    found = readings(lines, on, locality, schedule)
    return found[0] if len(found) == 1 else None


def _figures(lines: Sequence[BilledUnits], on: date, locality: str | None, schedule: FeeSchedule) -> _Figures | Message:
    """The figures of the day, or what is missing in plain words."""
    values, factor = in_force(schedule.relative_values, on), in_force(schedule.conversion_factors, on)
    reduced = in_force(schedule.reduced_practice_expense, on)
    if values is None or factor is None or reduced is None:
        missing = [
            *([] if values else [Message("relative values")]),
            *([] if factor else [Message("conversion factor")]),
            *([] if reduced else [Message("practice expense reduction")]),
        ]
        return _not_known(on, missing)
    wanted = sorted({line.code for line in lines if line.units_high != 0})
    priced = {code: parts for code in wanted if (parts := values.value.get(code)) is not None}
    if unpriced := [code for code in wanted if code not in priced]:
        values_of: dict[str, Part] = {"day": on, "codes": ", ".join(unpriced)}
        return Message("no national price known on %(day)s for %(codes)s", values_of)
    indices = _indices(on, locality, schedule)
    return indices if isinstance(indices, Message) else _Figures(priced, indices, factor.value, reduced.value)


def _not_known(on: date, missing: Sequence[Message]) -> Message:
    return Message("not known for %(day)s: %(figures)s", {"day": on, "figures": Several(tuple(missing), ", ")})


def _indices(on: date, locality: str | None, schedule: FeeSchedule) -> tuple[Parts, ...] | Message:
    if locality == NATIONAL:
        return (_AVERAGE,)
    localities = in_force(schedule.indices, on)
    if localities is None:
        return _not_known(on, [Message("geographic indices")])
    if locality is None:
        return tuple(localities.value.values())
    if locality in localities.value:
        return (localities.value[locality],)
    known: dict[str, Part] = {"day": on, "locality": locality}
    if close := get_close_matches(locality, localities.value, n=1):
        return Message(
            "no geographic indices known on %(day)s for locality %(locality)s; did you mean %(near)s?",
            known | {"near": close[0]},
        )
    return Message("no geographic indices known on %(day)s for locality %(locality)s", known)


def _least_and_most(lines: Sequence[BilledUnits], mine: Collection[int], figures: _Figures) -> _Both:
    """The lines' amounts in each locality where those of ``mine`` are least, and greatest: the same if all is known."""
    least = _in_each_locality(lines, mine, figures, least=True)
    known = all(line.units_low == line.units_high and line.mppr is not None for line in lines)
    if known and len(mine) == len(lines) and figures.factor.lowest == figures.factor.highest:
        return least, least
    return least, _in_each_locality(lines, mine, figures, least=False)


def _in_each_locality(
    lines: Sequence[BilledUnits], mine: Collection[int], figures: _Figures, *, least: bool
) -> list[tuple[int, ...]]:
    """The lines' amounts where those of ``mine`` together are least, or greatest.

    More units of a line never lower its amount and never raise another's, and the reduction raises none.
    """
    units = [_units(line, at in mine, least=least) for at, line in enumerate(lines)]
    factor = figures.factor.lowest if least else figures.factor.highest
    return [_amounts(units, figures, indices, factor) for indices in figures.indices]


def _units(line: BilledUnits, mine: bool, *, least: bool) -> _Units:
    """Of lines not mine it counts only whether one of their units may be the one paid in full."""
    counts = mine != least
    most = max(1, line.units_low) if line.units_high is None else line.units_high
    reduced = line.mppr is not False if least else line.mppr is True
    return _Units(line.code, most if counts else line.units_low, reduced, counts, bool(line.assistant))


def _amounts(lines: Sequence[_Units], figures: _Figures, indices: Parts, factor: Decimal) -> tuple[int, ...]:
    prices = {at: _price(line, figures, indices, factor) for at, line in enumerate(lines) if line.count}
    amounts = [line.count * prices[at].reduced if line.count else 0 for at, line in enumerate(lines)]
    in_full = max((at for at in prices if lines[at].mppr), key=lambda at: prices[at].rank, default=None)
    if in_full is not None:
        amounts[in_full] += prices[in_full].full - prices[in_full].reduced
    return tuple(amounts)


def _price(line: _Units, figures: _Figures, indices: Parts, factor: Decimal) -> _Price:
    values = figures.values[line.code]
    practice_expense = values.practice_expense * indices.practice_expense
    rest = values.work * indices.work + values.malpractice * indices.malpractice
    paid = figures.reduced if line.mppr else 1
    return _Price(
        rounded((rest + practice_expense) * factor * 100),
        rounded((rest + practice_expense * paid) * factor * 100),
        (practice_expense, rest, line.preferred, not line.assistant, line.code, line.count),
    )


def _why_not_exact(lines: Sequence[BilledUnits], locality: str | None, figures: _Figures) -> Iterator[Message]:
    exact_units = all(line.units_low == line.units_high for line in lines)
    open_flags = sorted({line.code for line in lines if line.mppr is None})
    exact_factor = figures.factor.lowest == figures.factor.highest
    if locality is None:
        yield Message("the Medicare locality is not known (site.locality)")
    if not exact_units:
        yield units_not_settled(sorted({line.code for line in lines if line.units_low != line.units_high}))
    if open_flags:
        codes = ", ".join(open_flags)
        yield Message("whether further units of %(codes)s are reduced is not known", {"codes": codes})
    if not exact_factor:
        yield Message("the conversion factor was seen rounded only")
    if locality is not None and exact_units and not open_flags and exact_factor:
        yield Message("which of equal units is paid in full is not known")


def units_not_settled(codes: Sequence[str]) -> Message:
    """Why an amount lies between bounds where another allocation of units is possible."""
    return Message("how many units of %(codes)s are paid is not settled", {"codes": ", ".join(codes)})
