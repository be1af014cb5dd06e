"""What a visit costs a patient who pays alone: the practice's charges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from engine.cost.money import Amount, cents, dollars, exactly, total, unknown
from engine.cost.parts import ClaimPart
from engine.cost.priced import Priced
from engine.cost.sharing import ALL
from engine.message import Message
from engine.treatment import Line

SELF_PAY = "self-pay"
"""The payer id of patients who pay themselves."""


def price(lines: Sequence[Line], parts: Sequence[ClaimPart]) -> Priced:
    """The charges of all lines together; a charge is for the whole line, however its units are billed."""
    charges = [_charge(line) for line in lines]
    allowed = total(charges)
    billed = [part.at for part in parts]
    known = sorted(f"{line.code} {dollars(cents(line.charge))}" for line in lines if line.charge is not None)
    return Priced(
        allowed=allowed,
        paid=exactly(0),
        owed=allowed,
        sharing=ALL,
        lines=tuple(charges[at].exact if billed.count(at) == 1 else None for at in billed),
        basis=(Message("the practice's charges: %(charges)s", {"charges": ", ".join(known)}),) if known else (),
        assumptions=(),
        sources=(),
        holds_from=date.min,
        holds_to=date.max,
    )


def _charge(line: Line) -> Amount:
    if line.charge is None:
        return unknown(Message("the charge for %(code)s is not known", {"code": line.code}))
    return exactly(cents(line.charge))
