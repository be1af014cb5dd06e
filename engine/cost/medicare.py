"""What Medicare Part B and its patient each pay of a visit, by the physician fee schedule.

The patient owes what is left of the deductible, then the coinsurance. What an assistant gave (CO, CQ) lowers Medicare's
share only; where a deductible is left, it falls on assistants' and therapists' lines in proportion to their amounts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from engine.cost.money import Amount, dollars, exactly, percent, rounded
from engine.cost.priced import Priced
from engine.cost.sharing import Sharing, owed, told
from engine.decision import Source
from engine.fee_schedule import Dated, FeeSchedule, in_force
from engine.fees import NATIONAL, BilledUnits, Readings, allowed_and_readings, readings
from engine.message import Message, Part, Several

_MOST_PRICED = 512


def price(
    lines: Sequence[BilledUnits],
    on: date,
    locality: str | None,
    deductible_remaining: int | None,
    schedule: FeeSchedule,
    cited: Mapping[str, Source],
) -> Priced:
    """The visit if it is covered. ``deductible_remaining`` in cents, None = not known; ``cited``: sources by key."""
    priced, keys = _priced(tuple(lines), on, locality, deductible_remaining, schedule)
    return priced._replace(sources=tuple([cited[key] for key in keys if key in cited]))


@lru_cache(maxsize=_MOST_PRICED)
def _priced(
    lines: tuple[BilledUnits, ...],
    on: date,
    locality: str | None,
    deductible_remaining: int | None,
    schedule: FeeSchedule,
) -> tuple[Priced, tuple[str, ...]]:
    """The visit, and its sources by key, not yet looked up: kept, as the visits of a practice bill much the same."""
    allowed, read = allowed_and_readings(lines, on, locality, schedule)
    coinsurance = in_force(schedule.coinsurance, on)
    sharing = Sharing(deductible_remaining, 0, coinsurance.value if coinsurance else None)
    known, exact = allowed.high is not None, allowed.exact is not None
    used = tuple(_used(lines, on, locality, sharing, schedule)) if known else ()
    keys = dict.fromkeys(key for figure in used for key in figure.sources)
    priced = Priced(
        allowed=allowed,
        paid=_paid(lines, on, locality, sharing, schedule, read) if known else Amount(0, None),
        owed=owed(allowed, sharing) if known else Amount(0, None),
        sharing=sharing,
        lines=read[0] if exact and len(read) == 1 else (None,) * len(lines),
        basis=tuple(_basis(lines, on, locality, allowed, sharing, schedule)) if known else (),
        assumptions=tuple(_assumptions(lines, on, used, schedule)) if known else (),
        sources=(),
        holds_from=max((date(on.year, 1, 1), *(figure.first for figure in used if figure.first))),
        holds_to=min((date(on.year, 12, 31), *(figure.last for figure in used if figure.last))),
    )
    return priced, tuple(keys)


def _paid(
    lines: Sequence[BilledUnits],
    on: date,
    locality: str | None,
    sharing: Sharing,
    schedule: FeeSchedule,
    read: Readings,
) -> Amount:
    """Medicare's share in every reading of what is not known."""
    figure = in_force(schedule.assistant, on)
    parts = (figure.value,) if figure else (Decimal(0), Decimal(1))
    shares: list[int] = []
    open_part = any(line.assistant is None for line in lines)
    for by_assistants in {False, open_part}:
        settled = [line._replace(assistant=by_assistants) if line.assistant is None else line for line in lines]
        for amounts in readings(settled, on, locality, schedule) if open_part else read:
            allowed = sum(amounts)
            assisted = sum(cents for cents, line in zip(amounts, settled, strict=True) if line.assistant)
            patient = owed(exactly(allowed), sharing)
            for share in (patient.low, allowed if patient.high is None else patient.high):
                shares += [_net(allowed - share, allowed, assisted, part) for part in parts]
    if not open_part or min(shares) == max(shares):
        return Amount(min(shares), max(shares))
    reason = Message("whether an assistant's modifier goes on every unit is not known")
    return Amount(min(shares), max(shares), (reason,))


def _net(share: int, allowed: int, assisted: int, part: Decimal) -> int:
    if not allowed:
        return 0
    return rounded(share * (allowed - assisted * (1 - part)) / allowed) if assisted else share


def _basis(
    lines: Sequence[BilledUnits],
    on: date,
    locality: str | None,
    allowed: Amount,
    sharing: Sharing,
    schedule: FeeSchedule,
) -> Iterator[Part]:
    if locality is None:
        place = Message("all localities")
    elif locality == NATIONAL:
        place = Message("national amounts (all indices 1)")
    else:
        place = Message("locality %(locality)s", {"locality": locality})
    schedule_of: dict[str, Part] = {"year": str(on.year), "place": place}
    yield Message("Medicare physician fee schedule of %(year)s, %(place)s", schedule_of)
    reduced = in_force(schedule.reduced_practice_expense, on)
    if reduced and sum(line.units_high or 0 for line in lines if line.mppr) > 1:
        share = percent(reduced.value)
        yield Message("therapy units after the first with %(percent)s of their practice expense", {"percent": share})
    assistant = in_force(schedule.assistant, on)
    shared = told(allowed.exact, sharing).parts
    if assistant and any(line.assistant is not False and line.units_high for line in lines):
        at = percent(assistant.value)
        shared = (*shared, Message("Medicare's share of assistant lines at %(percent)s", {"percent": at}))
    yield Several(shared, ", ")
    yearly = in_force(schedule.deductible, on)
    if sharing.deductible is None and yearly:
        of_year: dict[str, Part] = {"year": str(on.year), "amount": dollars(rounded(yearly.value * 100))}
        yield Message("the deductible of %(year)s is %(amount)s", of_year)


def _assumptions(
    lines: Sequence[BilledUnits], on: date, used: Sequence[Dated[object]], schedule: FeeSchedule
) -> Iterator[str]:
    factor = in_force(schedule.conversion_factors, on)
    if factor and factor.value.qualifying is not None:
        yield (
            f"Conversion factor {factor.value.shown}: the clinician is no qualifying participant (QP) in an advanced "
            f"payment model; for one it is {factor.value.qualifying}."
        )
    yield (
        "The practice takes assignment; practice expense is that outside facilities; professional and institutional "
        "claims are priced alike."
    )
    if any(line.mppr is not False for line in lines):
        yield "The practice bills the patient no other therapy that day."
    yield "Coinsurance is rounded once, on the visit's total."
    if len({line.assistant for line in lines if line.units_high}) > 1:
        yield (
            "Between equal units the therapist's is paid in full; the deductible falls on assistant and therapist "
            "lines in proportion."
        )
    yield _sequestration(on, schedule)
    for figure in used:
        if figure.basis:
            yield f"No source seen: {figure.basis}."


def _sequestration(on: date, schedule: FeeSchedule) -> str:
    withheld = in_force(schedule.sequestration, on)
    if withheld is None:
        return f"Sequestration is not taken off; its rate on {on} is not known."
    if not withheld.value:
        return f"No sequestration on {on}."
    return f"Sequestration, {percent(withheld.value)} of Medicare's share, is not taken off."


def _used(
    lines: Sequence[BilledUnits], on: date, locality: str | None, sharing: Sharing, schedule: FeeSchedule
) -> Iterator[Dated[object]]:
    """The groups of figures that the visit's amounts and shares rest on."""
    groups: list[Sequence[Dated[object]]] = [schedule.relative_values, schedule.conversion_factors]
    if locality != NATIONAL:
        groups.append(schedule.indices)
    if any(line.mppr is not False for line in lines):
        groups.append(schedule.reduced_practice_expense)
    if sharing.deductible is None:
        groups.append(schedule.deductible)
    groups += [schedule.coinsurance, schedule.sequestration]
    if any(line.assistant is not False for line in lines):
        groups.append(schedule.assistant)
    for group in groups:
        figure = in_force(group, on)
        if figure is not None:
            yield figure
