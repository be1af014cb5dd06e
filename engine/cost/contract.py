"""What a visit costs by contract: units at the rate agreed, shared by the deductible, the coinsurance and the copay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
from engine.fees import units_not_settled
from engine.message import Message, Part, Several, english
from engine.modifiers import ASSISTANT
from engine.paperwork.wording import listing

_OF_THE_CASE = "contract_rate of the case"
_ASSISTANTS_MARK: Mapping[object, set[str]] = {"OT": {"CO"}, "PT": {"CQ"}}


@dataclass(frozen=True, slots=True)
class _Agreed:
    """What is agreed for one part: the case's own rate in cents a unit, which counts first, and the contract's.

    ``reductions``: the part of the contract's rate that is allowed, by each modifier that the units carry or may carry.
    """

    part: ClaimPart
    code: str
    own: int | None
    contract: Contract | None
    reductions: Mapping[str, Decimal]

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
    contracts = sorted({one.contract for one in agreed if one.contract and one.by_table}, key=lambda one: one.name)
    year = facts.date_of_service.year
    return Priced(
        allowed=allowed,
        paid=paid(allowed, sharing),
        owed=owed(allowed, sharing),
        sharing=sharing,
        lines=tuple(amount.exact for amount in amounts),
        basis=tuple(said for said in (_rates_told(agreed), told(allowed.exact, sharing)) if said.parts),
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
    if coverage.in_network is False:
        contract = None
    reductions = _reductions(facts, part, contract) if own is None and contract is not None else {}
    return _Agreed(part, line.code, own, contract, reductions)


def _reductions(facts: Facts, part: ClaimPart, contract: Contract) -> Mapping[str, Decimal]:
    """Where the payer's rules say nothing of CO or CQ, an assistant's units may carry the one of their discipline."""
    given = {*part.modifiers, *part.possible}
    if part.assistant is not False and not given & {*ASSISTANT}:
        discipline = facts.value("line.discipline", part.at)
        given |= _ASSISTANTS_MARK.get(discipline.known, set()) if discipline.is_known else {*ASSISTANT}
    return {mark: allowed for mark, allowed in contract.pays.items() if mark in given}


def _amount(facts: Facts, agreed: _Agreed) -> Amount:
    part = agreed.part
    if part.high == 0:
        return exactly(0)
    unit = _unit(facts, agreed)
    if unit.high is None:
        return unit
    if part.low != part.high:
        bound = None if part.high is None else part.high * unit.high
        return Amount(part.low * unit.low, bound, (units_not_settled((agreed.code,)), *unit.reasons))
    return Amount(part.low * unit.low, part.low * unit.high, unit.reasons)


def _unit(facts: Facts, agreed: _Agreed) -> Amount:
    """What one unit is allowed, rounded half up after the reductions of its modifiers."""
    if agreed.own is not None:
        return exactly(agreed.own)
    if agreed.contract is None:
        return unknown(_no_rate(facts, agreed.code))
    rate, reductions = agreed.contract.rates[agreed.code], agreed.reductions
    certain = prod((part for mark, part in reductions.items() if mark in agreed.part.modifiers), start=Decimal(1))
    low, high = rounded(rate * prod(reductions.values(), start=Decimal(1))), rounded(rate * certain)
    if low == high:
        return exactly(low)
    perhaps = [mark for mark in reductions if mark not in agreed.part.modifiers]
    values: dict[str, Part] = {"modifiers": listing(perhaps, "or"), "code": agreed.code}
    return Amount(low, high, (Message("whether %(modifiers)s goes on %(code)s is not known", values),))


def _no_rate(facts: Facts, code: str) -> Message:
    coverage = facts.coverage
    if coverage.in_network is False:
        return Message("what an out-of-network visit is allowed for %(code)s is not known", {"code": code})
    values: dict[str, Part] = {"code": code, "day": facts.date_of_service}
    contracts = [one for one in facts.setting.rates.of(coverage.payer) if code in one.rates]
    if not contracts:
        return Message("no contracted rate is known for %(code)s on %(day)s", values)
    values["contracts"] = Several(tuple(map(_holding, contracts)), "; ")
    return Message("no contracted rate is known for %(code)s on %(day)s (%(contracts)s)", values)


def _holding(contract: Contract) -> Message:
    values: dict[str, Part] = {"contract": contract.name, "first": contract.first}
    if contract.last is None:
        return Message("%(contract)s holds from %(first)s on", values)
    return Message("%(contract)s holds from %(first)s to %(last)s", values | {"last": contract.last})


def _rates_told(agreed: Sequence[_Agreed]) -> Several:
    """Where the rates come from, with the rate of each code and what a modifier leaves of it."""
    rates: dict[str, dict[str, Part]] = {}
    for one in agreed:
        if one.part.high == 0:
            continue
        if one.own is not None:
            rates.setdefault(_OF_THE_CASE, {}).update(_rate_told(one.code, one.own, {}))
        elif one.contract is not None:
            told_of = _rate_told(one.code, one.contract.rates[one.code], one.reductions)
            rates.setdefault(one.contract.name, {}).update(told_of)
    of_the_case = Message("contract_rate of the case")
    named = {name: of_the_case if name == _OF_THE_CASE else name for name in sorted(rates)}
    return Several(
        tuple(
            Several((shown, ": ", Several(tuple(rates[name][text] for text in sorted(rates[name])), ", ")), "")
            for name, shown in named.items()
        ),
        "; ",
    )


def _rate_told(code: str, cents_a_unit: int, reductions: Mapping[str, Decimal]) -> dict[str, Part]:
    """By its English, so that the same rate is told once."""
    parts: list[Part] = [Message("%(code)s %(rate)s a unit", {"code": code, "rate": dollars(cents_a_unit)})]
    parts += [
        Message("%(percent)s of it with %(modifier)s", {"percent": percent(part), "modifier": mark})
        for mark, part in reductions.items()
    ]
    said = Several(tuple(parts), ", ")
    return {english(said): said}


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
    if any(one.part.assistant is not False and not one.reductions.keys() & {*ASSISTANT} for one in billed):
        yield "Nothing is taken off the rate for what an assistant gives."
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
