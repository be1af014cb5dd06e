"""The practice's own table of contracted rates: what each payer allows for a unit of a code, from which day to which.

A YAML file in the practice's rulesets folder whose top key is ``contract_rates``:

    version: "2026.1"
    contract_rates:
      - payer: uhc-commercial
        contract: Example agreement, amendment 2   # named wherever one of its rates is used
        from: 2026-01-01                           # first and last day, both included; without "to" no end is agreed
        to: 2026-12-31
        rates: {"97535": 31.50, "97530": 34.00}    # dollars a unit
        pays: {CO: 0.85, CQ: 0.85}                 # part of the rate allowed where a unit carries the modifier
"""

# No annotations of the future here: pydantic would compile each from its text, at every start.
import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.cost.money import cents
from engine.decision import RulesetUsed
from engine.problems import Problem, Span, UserError
from engine.source import Document, read_yaml, validate
from engine.treatment import Code, Day, Fraction, Money, PayerId, ShortText

_TOP_KEY = re.compile(r"^\s*\{?\s*[\"']?contract_rates[\"']?\s*:", re.MULTILINE)
"""Also where the file is written as JSON."""


@dataclass(frozen=True, slots=True, eq=False)
class Contract:
    """Cents a unit by code, in force from ``first`` to ``last`` (None: no end agreed), both included.

    ``pays``: the part of the rate that is allowed where a unit carries the modifier.
    """

    payer: str
    name: str
    first: date
    last: date | None
    rates: Mapping[str, int]
    pays: Mapping[str, Decimal]
    file: RulesetUsed

    def in_force(self, on: date) -> bool:
        return self.first <= on and (self.last is None or on <= self.last)


@dataclass(frozen=True, slots=True)
class ContractRates:
    """All contracts of a practice; no two are in force for one payer and code on the same day."""

    contracts: tuple[Contract, ...] = ()

    def of(self, payer: str) -> tuple[Contract, ...]:
        return tuple(contract for contract in self.contracts if contract.payer == payer)

    def with_rate(self, payer: str, code: str, on: date) -> Contract | None:
        """The contract whose rate counts that day."""
        agreed = (contract for contract in self.of(payer) if code in contract.rates and contract.in_force(on))
        return next(agreed, None)

    def files(self, payer: str) -> tuple[RulesetUsed, ...]:
        """The files that hold a contract with the payer, as a decision names them."""
        return tuple(dict.fromkeys(contract.file for contract in self.of(payer)))


NO_RATES = ContractRates()


def holds_rates(text: str) -> bool:
    """Whether a YAML file is a table of rates and no ruleset."""
    return _TOP_KEY.search(text) is not None


def read_rates(files: Mapping[str, Path], payers: Collection[str], codes: Collection[str]) -> ContractRates:
    """The tables of files by name; ``payers`` and ``codes`` are those known. Raises UserError with every problem."""
    problems: list[Problem] = []
    placed: list[_Placed] = []
    for name, path in files.items():
        placed.extend(_read(name, path, problems))
    for one in placed:
        problems.extend(_wrong(one, payers, codes))
    problems.extend(_overlaps(placed))
    if problems:
        raise UserError(problems)
    return ContractRates(tuple(one.contract for one in placed))


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class _Contract(_Part):
    payer: PayerId
    contract: ShortText
    start: Day = Field(alias="from")
    end: Day | None = Field(default=None, alias="to")
    rates: Annotated[dict[Code, Money], Field(min_length=1)]
    pays: dict[Literal["CO", "CQ", "95", "93", "GT"], Fraction] = {}


class _Rates(_Part):
    version: ShortText = "unversioned"
    contract_rates: Annotated[tuple[_Contract, ...], Field(min_length=1)]


@dataclass(frozen=True)
class _Placed:
    """A contract and where it stands."""

    contract: Contract
    document: Document
    at: int

    def span(self, *path: str) -> Span:
        return self.document.span(("contract_rates", self.at, *path))


def _read(name: str, path: Path, problems: list[Problem]) -> Iterator[_Placed]:
    raw = path.read_bytes()
    read = read_yaml(raw, str(path))
    if read.problems or len(read.documents) != 1:
        problems.extend(read.problems or [Problem("empty", "a file holds one table of rates", Span(str(path), 1, 1))])
        return
    document = read.documents[0]
    authored = validate(_Rates, document.data, document)
    if not isinstance(authored, _Rates):
        problems.extend(authored)
        return
    file = RulesetUsed(f"contract-rates/{name}", authored.version, hashlib.sha256(raw).hexdigest())
    for at, one in enumerate(authored.contract_rates):
        rates = {code: cents(rate) for code, rate in one.rates.items()}
        pays = {str(mark): part for mark, part in one.pays.items()}
        yield _Placed(Contract(one.payer, one.contract, one.start, one.end, rates, pays, file), document, at)


def _wrong(placed: _Placed, payers: Collection[str], codes: Collection[str]) -> Iterator[Problem]:
    contract = placed.contract
    if contract.payer not in payers:
        close = get_close_matches(contract.payer, payers, n=1)
        hint = f"did you mean {close[0]}?" if close else "give it a ruleset, or write contract_rate in the case"
        yield Problem("unknown-payer", f"no ruleset answers for {contract.payer!r}", placed.span("payer"), hint=hint)
    if contract.last is not None and contract.last < contract.first:
        message = f"the contract ends on {contract.last}, before it begins on {contract.first}"
        yield Problem("impossible-dates", message, placed.span("to"))
    for code in contract.rates:
        if code not in codes:
            close = get_close_matches(code, codes, n=1)
            nearest = f"did you mean {close[0]}?" if close else None
            yield Problem(
                "unknown-code", f"{code!r} is not in the code table", placed.span("rates", code), hint=nearest
            )


def _overlaps(placed: Sequence[_Placed]) -> Iterator[Problem]:
    """Two rates of one payer and code on the same day."""
    by_rate: dict[tuple[str, str], list[_Placed]] = {}
    for one in placed:
        for code in one.contract.rates:
            by_rate.setdefault((one.contract.payer, code), []).append(one)
    for (payer, code), several in by_rate.items():
        for at, later in enumerate(several):
            for earlier in several[:at]:
                first = max(earlier.contract.first, later.contract.first)
                if earlier.contract.in_force(first) and later.contract.in_force(first):
                    message = f"{payer} has two rates for {code} on {first}"
                    other = f"the other stands at {earlier.span('rates', code)}"
                    yield Problem("overlapping-rates", message, later.span("rates", code), hint=other)
