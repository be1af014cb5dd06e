"""What a visit costs by contract: units at the rate agreed, shared by the deductible, the coinsurance and the copay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import prod

from engine.cost.money import Amount, cents, dollars, exactly, percent, rounded, total, unknown
from engine.cost.parts import ClaimPart
from engine.cost.priced import Priced
from engine.cost.rates import Contract
from engine.cost.sharing import Sharing, owed, paid, told
from engine.decision import Source
from engine.facts.base import Facts
from engine.modifiers import ASSISTANT


@dataclass(frozen=True, slots=True)
class _Agreed:
    """What is agreed for one part: the case's own rate in cents a unit, which counts first, and the contract's."""

    part: ClaimPart
    code: str
    own: int | None
    contract: Contract | None

    @property
    def by_table(self) -> bool:
        return self.own is None and self.contract is not None


def price(facts: Facts, parts: Sequence[ClaimPart]) -> Priced | None:
    """The visit if it is covered; None where neither a rate nor anything of the patient's share is known."""
    agreed = [_agreed(facts, part) for part in parts]
    coverage = facts.coverage
    sharing = Sharing(_cents(coverage.deductible_remaining), _cents(coverage.copay), coverage.coinsurance)
    nothing_shared = sharing == Sharing(None, None, None)
    if nothing_shared and not facts.setting.rates.of(coverage.payer) and all(one.own is None for one in agreed):
        return None
    amounts = [_amount(facts, one) for one in agreed]
    allowed = total(amounts)
    contracts = tuple(dict.fromkeys(one.contract for one in agreed if one.contract and one.by_table))
    year = facts.date_of_service.year
    return Priced(
        allowed=allowed,
        paid=paid(allowed, sharing),
        owed=owed(allowed, sharing),
        sharing=sharing,
        lines=tuple(amount.exact for amount in amounts),
        basis=tuple(part for part in (_rates_told(agreed), told(allowed.exact, sharing)) if part),
        assumptions=tuple(_assumptions(facts, agreed, amounts)),
        sources=tuple(Source(contract.name, None, None, None, None, None, "own") for contract in contracts),
        holds_from=max((date(year, 1, 1), *(contract.first for contract in contracts))),
        holds_to=min((date(year, 12, 31), *(contract.last for contract in contracts if contract.last))),
    )


def _cents(amount: Decimal | None) -> int | None:
    return None if amount is None else cents(amount)


def _agreed(facts: Facts, part: ClaimPart) -> _Agreed:
    """The case's rates are those of its first coverage; the table's count in network only."""
    line, coverage = facts.treatment.lines[part.at], facts.coverage
    own = _cents(line.contract_rate) if coverage is facts.treatment.coverage else None
    contract = facts.setting.rates.with_rate(coverage.payer, line.code, facts.date_of_service)
    return _Agreed(part, line.code, own, None if coverage.in_network is False else contract)


def _amount(facts: Facts, agreed: _Agreed) -> Amount:
    part = agreed.part
    if part.high == 0:
        return exactly(0)
    unit = _unit(facts, agreed)
    if unit.high is None:
        return unit
    if part.low != part.high:
        bound = None if part.high is None else part.high * unit.high
        reason = f"how many units of {agreed.code} are paid is not settled"
        return Amount(part.low * unit.low, bound, "; ".join(filter(None, (reason, unit.reason))))
    return Amount(part.low * unit.low, part.low * unit.high, unit.reason)


def _unit(facts: Facts, agreed: _Agreed) -> Amount:
    """What one unit is allowed, rounded half up after the reductions of its modifiers."""
    if agreed.own is not None:
        return exactly(agreed.own)
    if agreed.contract is None:
        return unknown(_no_rate(facts, agreed.code))
    rate, pays, part = agreed.contract.rates[agreed.code], agreed.contract.pays, agreed.part
    certain = [mark for mark in part.modifiers if mark in pays]
    perhaps = [mark for mark in part.possible if mark in pays]
    if part.assistant is not False and not any(mark in ASSISTANT for mark in (*certain, *perhaps)):
        perhaps += sorted((mark for mark in ASSISTANT if mark in pays), key=lambda mark: pays[mark])[:1]
    high = rate * prod((pays[mark] for mark in certain), start=Decimal(1))
    low = high * prod((pays[mark] for mark in perhaps), start=Decimal(1))
    reason = f"whether {' or '.join(perhaps)} goes on {agreed.code} is not known"
    return Amount(rounded(low), rounded(high), reason if rounded(low) != rounded(high) else None)


def _no_rate(facts: Facts, code: str) -> str:
    on, coverage = facts.date_of_service, facts.coverage
    if coverage.in_network is False:
        return f"what an out-of-network visit is allowed for {code} is not known"
    spans = "; ".join(
        f"{contract.name} holds from {contract.first} {f'to {contract.last}' if contract.last else 'on'}"
        for contract in facts.setting.rates.of(coverage.payer)
        if code in contract.rates
    )
    return f"no contracted rate is known for {code} on {on}" + (f" ({spans})" if spans else "")


def _rates_told(agreed: Sequence[_Agreed]) -> str:
    """Where the rates come from, with the rate of each code and what a modifier leaves of it."""
    rates: dict[str, set[str]] = {}
    for one in agreed:
        if one.part.high == 0:
            continue
        if one.own is not None:
            rates.setdefault("contract_rate of the case", set()).add(f"{one.code} {dollars(one.own)} a unit")
        elif one.contract is not None:
            marks = [mark for mark in (*one.part.modifiers, *one.part.possible) if mark in one.contract.pays]
            parts = "".join(f", {percent(one.contract.pays[mark])} of it with {mark}" for mark in marks)
            said = f"{one.code} {dollars(one.contract.rates[one.code])} a unit{parts}"
            rates.setdefault(one.contract.name, set()).add(said)
    return "; ".join(f"{name}: {', '.join(sorted(codes))}" for name, codes in sorted(rates.items()))


def _assumptions(facts: Facts, agreed: Sequence[_Agreed], amounts: Sequence[Amount]) -> Iterator[str]:
    billed = sorted((one for one in agreed if one.part.high != 0), key=lambda one: one.code)
    if any(one.by_table for one in billed) and facts.coverage.in_network is None:
        yield "The practice is in the plan's network."
    yield from dict.fromkeys(
        f"{one.code}: the case's contract_rate counts, not the {dollars(one.contract.rates[one.code])} of "
        f"{one.contract.name}."
        for one in billed
        if one.own is not None and one.contract is not None and one.own != one.contract.rates[one.code]
    )
    if any(amount.high for amount in amounts):
        yield "Nothing is taken off the rates for several services of one day, and no service is part of another."
    if any(
        one.contract is not None and one.by_table and not one.contract.pays.keys() & {*ASSISTANT}
        for one in billed
        if one.part.assistant is not False
    ):
        yield "The contract takes nothing off for what an assistant gives: its table says nothing of CO or CQ."
    yield from _below_rate(facts, agreed, amounts)
    yield "No out-of-pocket maximum ends the patient's share."


def _below_rate(facts: Facts, agreed: Sequence[_Agreed], amounts: Sequence[Amount]) -> Iterator[str]:
    """Lines charged below the contracted amount: some contracts pay the lower of the two."""
    by_line: dict[int, list[Amount]] = {}
    for one, amount in zip(agreed, amounts, strict=True):
        by_line.setdefault(one.part.at, []).append(amount)
    below = set()
    for at, several in by_line.items():
        line, amount = facts.treatment.lines[at], total(several)
        if line.charge is not None and amount.high is not None and cents(line.charge) < amount.high:
            below.add(line.code)
    for code in sorted(below):
        yield f"{code} is charged below the contracted amount; a contract that pays the lower of the two allows less."
