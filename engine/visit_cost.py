"""What the visit costs if it is covered, by whoever pays, and how far it moves the year's totals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.assess import Assessment
from engine.cost import charges, contract, medicare
from engine.cost.answer import BucketAfter, Cost
from engine.cost.course import bucket_after, course
from engine.cost.money import Amount, cents, dollars, exactly, unknown
from engine.cost.parts import ClaimPart, claim_parts, paid_apart
from engine.cost.priced import Priced
from engine.decision import ClaimLine
from engine.facts.base import Facts
from engine.fee_schedule import FeeSchedule
from engine.fees import BilledUnits, allowed_cents
from engine.language.rules import DatedFigure
from engine.message import Message
from engine.modifiers import LineModifiers
from engine.visit_units import unit_bounds

THRESHOLD = "kx-threshold"
"""The figure of a ruleset above which the year's total of a bucket needs KX."""
_BUCKETS = ("ot", "pt_slp")


def _fees(facts: Facts) -> FeeSchedule:
    return facts.setting.reference.fee_schedule


def bucket_allowed(facts: Facts, bucket: str) -> Amount:
    """What this visit adds to the year's total of a bucket, whatever is not known."""
    return facts.once("line.bucket_after", bucket, lambda home: _bucket_allowed(home, bucket))


def _bucket_allowed(facts: Facts, bucket: str) -> Amount:
    from engine.facts.derived import bucket_of

    if not facts.setting.fee_schedule:
        return unknown(Message("the payer keeps no such total"))
    least, most = [], []
    for at in range(len(facts.treatment.lines)):
        discipline = facts.value("line.discipline", at)
        if not discipline.is_known or bucket_of(str(discipline.known)) == bucket:
            most.append(at)
            if discipline.is_known:
                least.append(at)
    if not most:
        return exactly(0)
    lines = [_counted(facts, at) for at in range(len(facts.treatment.lines))]
    on, locality, fees = facts.date_of_service, facts.treatment.site.locality, _fees(facts)
    low = allowed_cents(lines, on, locality, fees, least)
    high = low if least == most else allowed_cents(lines, on, locality, fees, most)
    return Amount(low.low, high.high, high.reasons)


def _counted(facts: Facts, at: int) -> BilledUnits:
    """A line by its bounds, before any rule has put a modifier on it."""
    low, high = unit_bounds(facts)[at]
    paid = paid_apart(facts, at)
    part = ClaimPart(at, low if paid else 0, 0 if paid is False else high, (), (), None)
    return _billed(facts, part)


def _billed(facts: Facts, part: ClaimPart) -> BilledUnits:
    code = facts.treatment.lines[part.at].code
    reduced = facts.setting.reference.reduced(code, facts.date_of_service)
    return BilledUnits(code, part.low, part.high, reduced, part.assistant)


def visit_cost(
    facts: Facts,
    claims: Sequence[Sequence[ClaimLine]],
    marks: Sequence[LineModifiers],
    assessment: Assessment,
    threshold: DatedFigure | None,
) -> tuple[Cost | None, tuple[tuple[ClaimLine, ...], ...]]:
    """The visit's cost if it is covered, None where nothing of it is known; and the claim's lines with amounts."""
    parts = claim_parts(facts, claims, marks)
    priced = _priced(facts, parts)
    if priced is None:
        return None, tuple(tuple(lines) for lines in claims)
    cost = priced.cost(
        _assumptions(facts, claims, priced, assessment),
        course(facts, priced),
        tuple(_buckets(facts, threshold)) if facts.setting.fee_schedule else (),
    )
    return cost, tuple(_with_amounts(at, claims[at], parts, priced) for at in range(len(claims)))


def _priced(facts: Facts, parts: Sequence[ClaimPart]) -> Priced | None:
    coverage, on, reference = facts.coverage, facts.date_of_service, facts.setting.reference
    if coverage.payer == charges.SELF_PAY:
        return charges.price(facts.treatment.lines, parts)
    if not facts.setting.fee_schedule:
        return contract.price(facts, parts)
    left = coverage.deductible_remaining
    return medicare.price(
        [_billed(facts, part) for part in parts],
        on,
        facts.treatment.site.locality,
        None if left is None else cents(left),
        _fees(facts),
        {**reference.sources, **reference.imported_sources(on)},
    )


def _with_amounts(
    at: int, claims: Sequence[ClaimLine], parts: Sequence[ClaimPart], priced: Priced
) -> tuple[ClaimLine, ...]:
    """The claim's lines of one line of the case; no amount where units are not payable apart."""
    amounts = [amount for part, amount in zip(parts, priced.lines, strict=True) if part.at == at and part.high]
    if len(amounts) != len(claims):
        return tuple(claims)
    return tuple(
        claim._replace(allowed=None if amount is None else dollars(amount))
        for claim, amount in zip(claims, amounts, strict=True)
    )


def _buckets(facts: Facts, threshold: DatedFigure | None) -> Iterator[BucketAfter]:
    """The totals that are exactly known; those that the visit does not move are left out."""
    figure = threshold.on(facts.date_of_service) if threshold else None
    for bucket in _BUCKETS:
        before = facts.value(f"history.allowed_ytd.{bucket}")
        if before.is_known and isinstance(before.known, int) and (today := bucket_allowed(facts, bucket)).high:
            after = bucket_after(bucket, before.known, today, figure.value if figure else None)
            if after is not None:
                yield after


def _assumptions(
    facts: Facts, claims: Sequence[Sequence[ClaimLine]], priced: Priced, assessment: Assessment
) -> Iterator[str]:
    """What the cost leaves out, whoever pays."""
    coverage = facts.coverage
    if priced.sharing.deductible:
        yield "No other claim takes from the deductible first."
    yield from _not_read(facts)
    bounds = unit_bounds(facts)
    if any(lines and low != high for lines, (low, high) in zip(claims, bounds, strict=True)):
        yield "Units are those of the claim; another allocation that the unit rule allows may cost more or less."
    if coverage is not facts.treatment.coverage:
        yield "This is as if the coverage paid alone: what the first one pays is not taken off."
    elif coverage.secondary is not None:
        yield "The second coverage may pay part of the patient's share."
    yield from _owed_instead(facts, assessment)


def _not_read(facts: Facts) -> Iterator[str]:
    """Amounts that the case or the practice gives and this payer's way of pricing does not use."""
    coverage, lines = facts.coverage, facts.treatment.lines
    given = any(line.contract_rate is not None for line in lines) or facts.setting.rates.of(coverage.payer)
    if coverage.payer == charges.SELF_PAY:
        if given:
            yield "Contracted rates are not used: the patient pays the charges."
    elif facts.setting.fee_schedule:
        if given:
            yield "Contracted rates are not used: the fee schedule sets the amounts."
        if coverage.copay is not None or coverage.coinsurance is not None:
            yield "The case's copay and coinsurance are not used: Medicare sets the coinsurance."


def _owed_instead(facts: Facts, assessment: Assessment) -> Iterator[str]:
    """What the patient may owe where the visit or a line of it is not covered."""
    refused = [
        line
        for line, judged in zip(facts.treatment.lines, assessment.lines, strict=True)
        if judged.answer == "not_covered" and judged.counts
    ]
    for line in sorted(refused, key=lambda line: (line.code, line.charge or 0)):
        charge = "the practice's charge" if line.charge is None else f"its charge of {dollars(cents(line.charge))}"
        yield f"{line.code} is not covered: given all the same, the patient may owe {charge} in full."
    left = facts.value("coverage.visits_left").bounds[1]
    if not refused and isinstance(left, int) and left <= 0:
        yield "No visit is left under the visit limit: the patient may owe the visit in full."
