"""A visit as one way of pricing sees it: what every way gives, whoever pays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from engine.cost.answer import BucketAfter, Cost, CourseCost
from engine.cost.money import Amount
from engine.cost.sharing import Sharing
from engine.decision import Source
from engine.message import Message, Part, Several, english


class Priced(NamedTuple):
    """The visit's amounts if it is covered, and what they rest on.

    ``lines``: the allowed amount of each claim part in the order given, None where it is not exactly known.
    ``holds_from`` and ``holds_to``: the first and the last day on which the same visit costs the same.
    """

    allowed: Amount
    paid: Amount
    owed: Amount
    sharing: Sharing
    lines: tuple[int | None, ...]
    basis: tuple[Part, ...]
    assumptions: tuple[str, ...]
    sources: tuple[Source, ...]
    holds_from: date
    holds_to: date

    def cost(
        self,
        assumed: Iterable[str] = (),
        course: CourseCost | None = None,
        bucket_after: tuple[BucketAfter, ...] = (),
    ) -> Cost:
        """The published form, with what is assumed besides. Where an amount is not exactly known, the basis ends with
        the reasons."""
        return Cost(
            allowed=self.allowed.text,
            payer_share=self.paid.text,
            patient_share=self.owed.text,
            said=Several((*self.basis, *_reasons((self.allowed, self.paid, self.owed))), "; "),
            assumptions=(*self.assumptions, *assumed),
            allowed_range=self.allowed.range,
            payer_range=self.paid.range,
            patient_range=self.owed.range,
            course=course,
            bucket_after=bucket_after,
            sources=self.sources,
        )


def _reasons(amounts: Iterable[Amount]) -> Iterable[Message]:
    """Each once."""
    reasons: dict[str, Message] = {}
    for amount in amounts:
        for reason in amount.reasons:
            reasons.setdefault(english(reason), reason)
    return reasons.values()
