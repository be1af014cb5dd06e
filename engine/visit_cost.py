"""What the visit costs by the payer's fee schedule, and how far it moves the year's total."""

from __future__ import annotations

from engine.decision import Cost
from engine.facts.base import Facts
from engine.fee_schedule import FeeSchedule
from engine.fees import BilledUnits, allowed_cents, line_amounts
from engine.fees import visit_cost as fee_schedule_cost
from engine.treatment import Line
from engine.visit_units import unit_bounds

NOT_PRICED = ("97010", "97014")
"""Codes that Medicare never pays apart: they add nothing."""


def _fees(facts: Facts) -> FeeSchedule:
    return facts.setting.reference.fee_schedule


def bucket_allowed(facts: Facts, bucket: str) -> tuple[int, int | None]:
    """The least and the greatest amount, in cents, that this visit adds to the year's total of a bucket."""
    from engine.facts.derived import bucket_of

    least, most = [], []
    for at in range(len(facts.treatment.lines)):
        discipline = facts.value("line.discipline", at)
        if not discipline.is_known:
            most.append(at)
        elif bucket_of(str(discipline.known)) == bucket:
            least.append(at)
            most.append(at)
    low, exact_high = _allowed(facts, least)
    return low, exact_high if least == most else _allowed(facts, most)[1]


def _allowed(facts: Facts, chosen: list[int]) -> tuple[int, int | None]:
    rates = [_at_contract_rate(facts, at) for at in chosen]
    if rates and all(rate is not None for rate in rates):
        return sum(rate[0] for rate in rates if rate), _sum([rate[1] for rate in rates if rate])
    if not facts.setting.fee_schedule:
        return 0, None
    on, locality, fees = facts.date_of_service, facts.treatment.site.locality, _fees(facts)
    all_priced = _priced(facts)
    priced = [at for at in all_priced if at in chosen]
    if not priced:
        return 0, 0
    if priced == all_priced:
        amount = allowed_cents([_billed(facts, at) for at in priced], on, locality, fees)
        return amount.low, amount.high
    exact = line_amounts([_billed(facts, at) for at in all_priced], on, locality, fees)
    if exact is not None:
        total = sum(cents for at, cents in zip(all_priced, exact, strict=True) if at in chosen)
        return total, total
    # Lines of the other bucket may take the full payment, so only the upper bound stands alone.
    return 0, allowed_cents([_billed(facts, at) for at in priced], on, locality, fees).high


def _sum(amounts: list[int | None]) -> int | None:
    total = 0
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def _at_contract_rate(facts: Facts, at: int) -> tuple[int, int | None] | None:
    line: Line = facts.treatment.lines[at]
    if line.contract_rate is None:
        return None
    low, high = unit_bounds(facts)[at]
    rate = int(line.contract_rate * 100)
    return rate * low, None if high is None else rate * high


def _priced(facts: Facts) -> list[int]:
    return [at for at, line in enumerate(facts.treatment.lines) if line.code not in NOT_PRICED]


def _billed(facts: Facts, at: int) -> BilledUnits:
    code = facts.treatment.lines[at].code
    low, high = unit_bounds(facts)[at]
    reduced = facts.setting.reference.reduced(code, facts.date_of_service)
    assistant = facts.value("line.assistant_took_part", at)
    by_assistant = assistant.is_known and bool(assistant.known)
    return BilledUnits(code, low, 99 if high is None else high, reduced, by_assistant)


def claim_amounts(facts: Facts) -> tuple[str | None, ...]:
    """The allowed amount of each line in dollars as decimal text; None where it is not exactly known or not priced."""
    amounts: list[str | None] = [None] * len(facts.treatment.lines)
    if not facts.setting.fee_schedule:
        return tuple(amounts)
    priced = _priced(facts)
    site = facts.treatment.site
    exact = line_amounts([_billed(facts, at) for at in priced], facts.date_of_service, site.locality, _fees(facts))
    for at, cents in zip(priced, exact or (), strict=False):
        amounts[at] = f"{cents // 100}.{cents % 100:02}"
    return tuple(amounts)


def visit_cost(facts: Facts) -> Cost | None:
    """The visit's cost if it is covered; None where the payer has no fee schedule here."""
    if not facts.setting.fee_schedule:
        return None
    billed = [_billed(facts, at) for at in _priced(facts)]
    if facts.treatment.site.locality is None:
        return Cost(None, None, None, "The Medicare locality (site.locality) is needed to compute the amount.", ())
    left = facts.coverage.deductible_remaining
    cents = None if left is None else int(left * 100)
    return fee_schedule_cost(billed, facts.date_of_service, facts.treatment.site.locality, cents, _fees(facts))
