"""The claim's lines as they are priced: what is billed, what an edit may deny, and who gave it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from engine.decision import ClaimLine
from engine.facts.base import Facts
from engine.modifiers import ASSISTANT, LineModifiers
from engine.visit_units import unit_bounds

NEVER_APART = ("97010", "97014")
"""Codes that Medicare never pays apart: they add nothing."""


class ClaimPart(NamedTuple):
    """One claim line of the case's line ``at``: from ``low`` to ``high`` units (None: no bound).

    ``possible``: modifiers that an unknown may add; ``assistant``: whether an assistant gave its units, None = not
    known, or only some of them.
    """

    at: int
    low: int
    high: int | None
    modifiers: tuple[str, ...]
    possible: tuple[str, ...]
    assistant: bool | None


def paid_apart(facts: Facts, at: int) -> bool | None:
    """Whether the line is payable on its own beside the others; None where an edit's outcome is not settled."""
    lines = facts.treatment.lines
    if facts.setting.fee_schedule and lines[at].code in NEVER_APART:
        return False
    denials = [_denies(facts, other, at) for other in range(len(lines)) if other != at]
    if True in denials:
        return False
    return None if None in denials else True


def _denies(facts: Facts, first: int, second: int) -> bool | None:
    """Indicator 0 denies the second code of an edit always, indicator 1 unless its time is its own."""
    indicators = facts.value("pair.indicator", (first, second)).options or ()
    own_time = facts.value("line.separate_time", second)
    found: set[bool | None] = set()
    for indicator in indicators:
        if indicator == "1":
            found.add(not own_time.known if own_time.is_known else None)
        else:
            found.add(indicator == "0")
    return found.pop() if len(found) == 1 else None


def claim_parts(
    facts: Facts, claims: Sequence[Sequence[ClaimLine]], marks: Sequence[LineModifiers]
) -> tuple[ClaimPart, ...]:
    """Every line of the claim; a line whose units are not settled is one part with their bounds."""
    return tuple(part for at in range(len(claims)) for part in _of_line(facts, at, claims[at], marks[at]))


def _of_line(facts: Facts, at: int, claims: Sequence[ClaimLine], marks: LineModifiers) -> Iterator[ClaimPart]:
    possible = tuple(mark.modifier for mark in marks.possible)
    paid = paid_apart(facts, at)
    split = any(mark in ASSISTANT for mark in marks.certain)
    for claim in claims:
        low, high = claim.units if paid else 0, 0 if paid is False else claim.units
        assistant = any(mark in ASSISTANT for mark in claim.modifiers) if split else _assistant(facts, at)
        yield ClaimPart(at, low, high, claim.modifiers, possible, assistant)
    if not claims:
        least, most = unit_bounds(facts)[at]
        low = least if paid else 0
        yield ClaimPart(at, low, 0 if paid is False else most, marks.certain, possible, _assistant(facts, at))


def _assistant(facts: Facts, at: int) -> bool | None:
    took_part = facts.value("line.assistant_took_part", at)
    if not took_part.is_known:
        return None
    if took_part.known and facts.treatment.lines[at].assistant_minutes:
        return None
    return bool(took_part.known)
