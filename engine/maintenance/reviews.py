"""A look at a rule: recorded with the rule's text as it was, and signed by the key of who keeps the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import orjson

from engine.maintenance.parts import Part
from engine.problems import Problem, UserError
from engine.release.signing import Keys
from engine.store.rule_notes import RuleReview


@dataclass(frozen=True, slots=True)
class Looked:
    """A recorded look. ``signer``: the name of the trusted key that signed it, None where its signature does not hold
    here; ``same_text``: whether the rule still says what it said then."""

    review: RuleReview
    signer: str | None
    same_text: bool

    @property
    def counts(self) -> bool:
        return self.signer is not None and self.same_text


def signed_review(
    part: Part, keys: Keys, *, verified: date, who: str, note: str | None, at: datetime, today: date
) -> RuleReview:
    """A look at the part as it is written now. Raises UserError where the day has not come or nobody is named."""
    problems = []
    if verified > today:
        problems.append(Problem("impossible-date", f"a look on {verified} cannot be recorded on {today}"))
    if not who.strip():
        problems.append(Problem("missing-key", "say who looked", key="by"))
    if problems:
        raise UserError(problems)
    note = (note or "").strip() or None
    review = RuleReview(part.id, part.text_sha256, verified, who.strip(), note, at.astimezone(UTC), b"")
    return replace(review, signature=keys.own().sign(_signed(review)))


def looks(reviews: Iterable[RuleReview], found: dict[str, Part], keys: Keys) -> Iterator[Looked]:
    """Each recorded look with what holds of it; ``found`` are the parts as they are written now."""
    for review in reviews:
        part = found.get(review.rule)
        same = part is not None and part.text_sha256 == review.text_sha256
        yield Looked(review, keys.signer(_signed(review), review.signature), same)


def _signed(review: RuleReview) -> bytes:
    return orjson.dumps(
        {
            "rule": review.rule,
            "text_sha256": review.text_sha256,
            "verified": review.verified,
            "who": review.who,
            "note": review.note,
            "at": review.at,
        },
        option=orjson.OPT_SORT_KEYS,
    )
