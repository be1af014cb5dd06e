"""Medicare Part B amounts of one visit: what is allowed, and who owes which share of it.

A unit is priced at (work x work index + practice expense x practice index + malpractice x malpractice index) x
conversion factor. Of the therapy units of a day, whatever their discipline, the one with the highest practice expense
is paid in full and every other one at half its practice expense (multiple procedure payment reduction). Each unit is
rounded half up to the cent after the reduction, then summed. Amounts are whole cents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from difflib import get_close_matches

from engine.decision import Cost
from engine.fee_schedule import ConversionFactor, Dated, FeeSchedule, Parts, in_force

NATIONAL = "national"
_AVERAGE = Parts(Decimal(1), Decimal(1), Decimal(1))


@dataclass(frozen=True, slots=True)
class BilledUnits:
    """Units of one code billed on one claim line, known or from ``units_low`` to ``units_high``.

    ``mppr``: whether the reduction applies to the code, None = not known; ``assistant``: billed with CO or CQ.
    """

    code: str
    units_low: int
    units_high: int
    mppr: bool | None
    assistant: bool


@dataclass(frozen=True, slots=True)
class AmountRange:
    """Cents; the amount is certainly not outside. ``high`` None = no bound known. ``reason``: why the bounds differ."""

    low: int
    high: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class _Figures:
    """What one day's amounts rest on; ``indices`` of every locality that the visit may lie in."""

    values: Mapping[str, Parts]
    indices: tuple[Parts, ...]
    factor: ConversionFactor
    reduced: Decimal


@dataclass(frozen=True, slots=True)
class _Units:
    """Units of one line under one reading of what is not known."""

    code: str
    count: int
    mppr: bool
    assistant: bool


@dataclass(frozen=True, slots=True)
class _Price:
    """One unit in cents, in full and reduced; ``rank``: the reducible unit that ranks highest is paid in full."""

    full: int
    reduced: int
    rank: tuple[Decimal, Decimal, bool, str, int]


@dataclass(frozen=True, slots=True)
class _Shares:
    payer: int
    patient: int
    basis: str


def allowed_cents(lines: Sequence[BilledUnits], on: date, locality: str | None, schedule: FeeSchedule) -> AmountRange:
    """The visit's allowed amount: exact, or bounds that hold whatever the unknown locality, units and flags are.

    ``locality``: contractor-locality ("01182-18"), "national" for all indices 1, None = not known.
    """
    figures = _figures(lines, on, locality, schedule)
    if isinstance(figures, str):
        return AmountRange(0, None, figures)
    return _range(lines, locality, figures)


def line_amounts(
    lines: Sequence[BilledUnits], on: date, locality: str | None, schedule: FeeSchedule
) -> tuple[int, ...] | None:
    """The allowed amount of each line in cents, in the order given; None unless exactly known.

    Among equal units the therapist's is the one paid in full, then that of the line with most units.
    """
    figures = _figures(lines, on, locality, schedule)
    if isinstance(figures, str):
        return None
    readings = set(_readings(lines, figures))
    return readings.pop() if len(readings) == 1 else None


def visit_cost(
    lines: Sequence[BilledUnits],
    on: date,
    locality: str | None,
    deductible_remaining_cents: int | None,
    schedule: FeeSchedule,
) -> Cost:
    """What is owed if the visit is covered; amounts None, with the reason in ``basis``, where not exactly known.

    The patient owes what is left of the deductible, then the coinsurance; what an assistant gave lowers Medicare's
    share only. Shares are None where the deductible is not known.
    """
    figures = _figures(lines, on, locality, schedule)
    if isinstance(figures, str):
        return Cost(None, None, None, figures, ())
    allowed = _range(lines, locality, figures)
    assumptions = tuple(_assumptions(lines, on, locality, schedule))
    if allowed.low != allowed.high:
        between = f"between {_dollars(allowed.low)} and {_dollars(allowed.high or 0)} dollars: {allowed.reason}"
        return Cost(None, None, None, between, assumptions)
    place = "national amounts (all indices 1)" if locality == NATIONAL else f"locality {locality}"
    basis = f"Medicare physician fee schedule of {on.year}, {place}"
    if sum(line.units_low for line in lines if line.mppr) > 1:
        basis += f"; therapy units after the first with {_percent(figures.reduced)} of their practice expense"
    shares = _shares(lines, next(_readings(lines, figures)), on, deductible_remaining_cents, schedule)
    if isinstance(shares, str):
        return Cost(_dollars(allowed.low), None, None, f"{basis}; {shares}", assumptions)
    return Cost(
        _dollars(allowed.low), _dollars(shares.payer), _dollars(shares.patient), f"{basis}; {shares.basis}", assumptions
    )


def source_keys(lines: Sequence[BilledUnits], on: date, locality: str | None, schedule: FeeSchedule) -> tuple[str, ...]:
    """Keys of the sources that the visit's amounts rest on, each once."""
    return tuple(dict.fromkeys(key for figure in _used(lines, on, locality, schedule) for key in figure.sources))


def _figures(lines: Sequence[BilledUnits], on: date, locality: str | None, schedule: FeeSchedule) -> _Figures | str:
    """The figures of the day, or what is missing in plain words."""
    values, factor = in_force(schedule.relative_values, on), in_force(schedule.conversion_factors, on)
    reduced = in_force(schedule.reduced_practice_expense, on)
    if values is None or factor is None or reduced is None:
        named = {"relative values": values, "conversion factor": factor, "practice expense reduction": reduced}
        return f"not known for {on}: {', '.join(name for name, figure in named.items() if figure is None)}"
    unpriced = sorted({line.code for line in lines if line.units_high and line.code not in values.value})
    if unpriced:
        return f"no national price known on {on} for {', '.join(unpriced)}"
    indices = _indices(on, locality, schedule)
    return indices if isinstance(indices, str) else _Figures(values.value, indices, factor.value, reduced.value)


def _indices(on: date, locality: str | None, schedule: FeeSchedule) -> tuple[Parts, ...] | str:
    if locality == NATIONAL:
        return (_AVERAGE,)
    localities = in_force(schedule.indices, on)
    if localities is None:
        return f"not known for {on}: geographic indices"
    if locality is None:
        return tuple(localities.value.values())
    if locality in localities.value:
        return (localities.value[locality],)
    close = get_close_matches(locality, localities.value, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    return f"no geographic indices known on {on} for locality {locality}{hint}"


def _readings(lines: Sequence[BilledUnits], figures: _Figures) -> Iterator[tuple[int, ...]]:
    """The amounts of the lines in every locality possible, at the lowest and the highest that unknowns allow.

    More units never cost less and a code that is reduced never costs more, so the two ends bound all between.
    """
    fewest = [_Units(line.code, line.units_low, line.mppr is not False, line.assistant) for line in lines]
    most = [_Units(line.code, line.units_high, line.mppr is True, line.assistant) for line in lines]
    factor = figures.factor
    known = fewest == most and factor.lowest == factor.highest
    for indices in figures.indices:
        yield _amounts(fewest, figures, indices, factor.lowest)
        if not known:
            yield _amounts(most, figures, indices, factor.highest)


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
        _cents((rest + practice_expense) * factor),
        _cents((rest + practice_expense * paid) * factor),
        (practice_expense, rest, not line.assistant, line.code, line.count),
    )


def _range(lines: Sequence[BilledUnits], locality: str | None, figures: _Figures) -> AmountRange:
    totals = [sum(amounts) for amounts in _readings(lines, figures)]
    low, high = min(totals), max(totals)
    return AmountRange(low, high, _why_not_exact(lines, locality, figures) if low != high else None)


def _why_not_exact(lines: Sequence[BilledUnits], locality: str | None, figures: _Figures) -> str:
    reasons = []
    if locality is None:
        reasons.append("site.locality is not known")
    if open_units := sorted({line.code for line in lines if line.units_low != line.units_high}):
        reasons.append(f"the units of {', '.join(open_units)} are not settled")
    if open_flags := sorted({line.code for line in lines if line.mppr is None}):
        reasons.append(f"whether further units of {', '.join(open_flags)} are reduced is not known")
    if figures.factor.lowest != figures.factor.highest:
        reasons.append("the conversion factor was seen rounded only")
    return "; ".join(reasons)


def _shares(
    lines: Sequence[BilledUnits],
    amounts: Sequence[int],
    on: date,
    deductible_remaining: int | None,
    schedule: FeeSchedule,
) -> _Shares | str:
    """Who owes what, or why it cannot be said. Deductible and assistants' part meet in proportion to the amounts."""
    coinsurance, assistant = in_force(schedule.coinsurance, on), in_force(schedule.assistant, on)
    by_assistant = sum(amount for amount, line in zip(amounts, lines, strict=True) if line.assistant)
    if coinsurance is None or (assistant is None and by_assistant):
        return f"shares not known: the coinsurance or the assistants' part on {on} is not"
    if deductible_remaining is None:
        yearly = in_force(schedule.deductible, on)
        of_the_year = f" (of {yearly.value:.2f} dollars for {on.year})" if yearly else ""
        return f"shares not known: they need coverage.deductible_remaining{of_the_year}"
    allowed = sum(amounts)
    deductible = min(deductible_remaining, allowed)
    after = Decimal(allowed - deductible)
    payer = after * (1 - coinsurance.value)
    basis = f"deductible {_dollars(deductible)}, coinsurance {_percent(coinsurance.value)} of the rest"
    if assistant and by_assistant:
        payer = payer * (allowed - by_assistant * (1 - assistant.value)) / allowed
        basis += f", Medicare's share of assistant lines at {_percent(assistant.value)}"
    return _Shares(_round(payer), deductible + _round(after * coinsurance.value), basis)


def _assumptions(lines: Sequence[BilledUnits], on: date, locality: str | None, schedule: FeeSchedule) -> Iterator[str]:
    factor = in_force(schedule.conversion_factors, on)
    if factor and factor.value.qualifying is not None:
        yield (
            f"Conversion factor {factor.value.shown}: the clinician is no qualifying participant (QP) in an advanced "
            f"payment model; for one it is {factor.value.qualifying}."
        )
    yield "Practice expense is that outside facilities; professional and institutional claims are priced alike."
    if any(line.mppr is not False for line in lines):
        yield "The practice bills the patient no other therapy that day."
    assisted = {line.assistant for line in lines if line.units_high}
    if len(assisted) > 1:
        yield (
            "Between equal units the therapist's is paid in full; the deductible falls on assistant and therapist "
            "lines in proportion."
        )
    yield _sequestration(on, schedule)
    for figure in _used(lines, on, locality, schedule):
        if figure.basis:
            yield f"No source seen: {figure.basis}."


def _sequestration(on: date, schedule: FeeSchedule) -> str:
    withheld = in_force(schedule.sequestration, on)
    if withheld is None:
        return f"Sequestration is not taken off; its rate on {on} is not known."
    if not withheld.value:
        return f"No sequestration on {on}."
    return f"Sequestration, {_percent(withheld.value)} of Medicare's share, is not taken off."


def _used(
    lines: Sequence[BilledUnits], on: date, locality: str | None, schedule: FeeSchedule
) -> Iterator[Dated[object]]:
    """The groups of figures that the visit's amounts and shares rest on."""
    groups: list[Sequence[Dated[object]]] = [schedule.relative_values, schedule.conversion_factors]
    if locality != NATIONAL:
        groups.append(schedule.indices)
    if any(line.mppr is not False for line in lines):
        groups.append(schedule.reduced_practice_expense)
    groups += [schedule.coinsurance, schedule.sequestration]
    if any(line.assistant for line in lines):
        groups.append(schedule.assistant)
    for group in groups:
        figure = in_force(group, on)
        if figure is not None:
            yield figure


def _cents(dollars: Decimal) -> int:
    return _round(dollars * 100)


def _round(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def _dollars(cents: int) -> str:
    return f"{Decimal(cents).scaleb(-2):.2f}"


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f} %"
