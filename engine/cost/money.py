"""Amounts of money: whole cents, exact or within bounds. Nothing here is ever a binary fraction."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from engine.cost.answer import DollarRange
from engine.message import Message, english


class Amount(NamedTuple):
    """Cents; the amount is certainly not outside. ``high`` None = no bound known; ``reasons``: why bounds differ."""

    low: int
    high: int | None
    reasons: tuple[Message, ...] = ()

    @property
    def exact(self) -> int | None:
        return self.low if self.low == self.high else None

    @property
    def text(self) -> str | None:
        """Dollars as decimal text; None unless exact."""
        return None if self.exact is None else dollars(self.exact)

    @property
    def range(self) -> DollarRange | None:
        """The bounds in dollars; None where the amount is exact, or where nothing bounds it."""
        if self.exact is not None or self.high is None:
            return None
        return DollarRange(dollars(self.low), dollars(self.high))


def exactly(cents: int) -> Amount:
    return Amount(cents, cents)


def unknown(reason: Message) -> Amount:
    return Amount(0, None, (reason,))


def total(amounts: Iterable[Amount]) -> Amount:
    """The sum, with the reasons of all parts, each once, in an order that is not that of the parts."""
    low, high = 0, 0
    bounded = True
    reasons: dict[str, Message] = {}
    for amount in amounts:
        low += amount.low
        if amount.high is None:
            bounded = False
        else:
            high += amount.high
        reasons |= {english(reason): reason for reason in amount.reasons}
    return Amount(low, high if bounded else None, tuple(reasons[text] for text in sorted(reasons)))


def cents(amount: Decimal) -> int:
    """Whole cents of dollars given with at most two decimals."""
    return int(amount.scaleb(2))


_WHOLE = Decimal(1)


def rounded(amount: Decimal) -> int:
    """To the whole, half up."""
    return int(amount.quantize(_WHOLE, ROUND_HALF_UP))


def dollars(amount: int) -> str:
    whole, part = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{whole}.{part:02d}"


def percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f} %"
