"""What the patient owes of an allowed amount: deductible, coinsurance and copay, known or not.

The deductible comes first, then the coinsurance on the rest. A copay is one amount a visit. Where a plan has both, or a
copay beside a deductible, the card does not tell which of them a visit takes: every reading lies within the bounds.
No reading takes more than what is allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from engine.cost.money import Amount, dollars, exactly, percent, rounded
from engine.message import Message, Several


class Sharing(NamedTuple):
    """Cents, and a fraction for the coinsurance; None = not known. ``deductible``: what is left of it."""

    deductible: int | None
    copay: int | None
    coinsurance: Decimal | None


ALL = Sharing(deductible=0, copay=0, coinsurance=Decimal(1))
"""The patient owes all that is allowed."""


def owed(allowed: Amount, sharing: Sharing) -> Amount:
    """The patient's share. A larger allowed amount or deductible never lowers it."""
    low, high = _least(allowed.low, sharing), _most(allowed.high, sharing)
    if low == high:
        return exactly(low)
    return Amount(low, high, (*allowed.reasons, *_open(sharing)))


def paid(allowed: Amount, sharing: Sharing) -> Amount:
    """What is left for the payer."""
    most = _most(allowed.low, sharing)
    high = None if allowed.high is None else allowed.high - _least(allowed.high, sharing)
    return Amount(0 if most is None else allowed.low - most, high)


def over_visits(visits: int, allowed: int, sharing: Sharing) -> int | None:
    """What the patient owes for visits of one amount, each with the deductible that those before it left.

    None where it is not exactly known.
    """
    owing = 0
    for done in range(visits):
        share = owed(exactly(allowed), sharing).exact
        if share is None:
            return None
        if not sharing.deductible:
            return owing + share * (visits - done)  # from here on each visit is like this one
        owing += share
        sharing = sharing._replace(deductible=max(0, sharing.deductible - allowed))
    return owing


def told(allowed: int | None, sharing: Sharing) -> Several:
    """The known parts in words; of the deductible what this visit takes, where the amount is known."""
    return Several(tuple(_parts(allowed, sharing)), ", ")


def _parts(allowed: int | None, sharing: Sharing) -> Iterator[Message]:
    if sharing.deductible is not None:
        taken = sharing.deductible if allowed is None else min(sharing.deductible, allowed)
        yield Message("deductible %(amount)s", {"amount": dollars(taken)})
    if sharing.copay:
        yield Message("copay %(amount)s", {"amount": dollars(sharing.copay)})
    if sharing.coinsurance is not None and (sharing.coinsurance or not sharing.copay):
        yield Message("coinsurance %(percent)s of the rest", {"percent": percent(sharing.coinsurance)})


def _least(allowed: int, sharing: Sharing) -> int:
    by_coinsurance = _by_coinsurance(allowed, sharing.deductible or 0, sharing.coinsurance or Decimal(0))
    if sharing.copay == 0:
        return by_coinsurance
    copay = min(sharing.copay or 0, allowed)
    return copay if sharing.coinsurance == 0 else min(copay, by_coinsurance)


def _most(allowed: int | None, sharing: Sharing) -> int | None:
    if sharing.deductible is None or sharing.copay is None or sharing.coinsurance is None:
        return allowed
    if allowed is None:
        return None if sharing.coinsurance else sharing.deductible + sharing.copay
    return min(allowed, _by_coinsurance(allowed, sharing.deductible, sharing.coinsurance) + sharing.copay)


def _by_coinsurance(allowed: int, deductible: int, coinsurance: Decimal) -> int:
    taken = min(deductible, allowed)
    return taken + rounded((allowed - taken) * coinsurance)


def _open(sharing: Sharing) -> Iterator[Message]:
    """Why a share is not exact though the allowed amount may be."""
    if sharing.deductible is None:
        yield Message(
            "what is left of the deductible is not known (coverage.deductible_remaining, 0 where nothing is left)"
        )
    if sharing.copay is None:
        yield Message("the copay is not known (coverage.copay, 0 where there is none)")
    if sharing.coinsurance is None:
        yield Message("the coinsurance is not known (coverage.coinsurance, 0 where there is none)")
    if sharing.copay and sharing.coinsurance:
        yield Message("whether the plan takes the copay, the coinsurance or both is not known")
    if sharing.copay and sharing.deductible:
        yield Message("whether the deductible comes before the copay is not known")
