"""What is noted about rules: looks at them, and what payers said otherwise; each an entry of the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlmodel import Session, col, select

from engine.store.entries import Opened, append, chain_end, storable
from engine.store.record_tables import ContradictionRow, RuleReviewRow
from engine.store.tables import LogRow


@dataclass(frozen=True, slots=True)
class RuleReview:
    """Somebody held a rule against its source on the day ``verified``. ``text_sha256``: of the rule as it was then;
    ``signature``: over all the rest but ``sequence``, the number of its entry. ``at`` is UTC."""

    rule: str
    text_sha256: str
    verified: date
    who: str
    note: str | None
    at: datetime
    signature: bytes
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What the payer said otherwise than a rule decided in a check. ``answer``: which answer, such as
    ``authorization: not_required``; ``said_by`` the portal or the representative, ``who`` the staff who recorded it."""

    check_id: str
    rule: str
    answer: str | None
    said: str
    said_by: str
    reference: str | None
    who: str | None
    at: datetime
    sequence: int = 0


class RuleNotes:
    """The part of an open store that is about rules. Methods raise StoreError; what returned is on disk."""

    def __init__(self, reading: Opened, appending: Opened) -> None:
        self._reading = reading
        self._appending = appending

    def add_review(self, review: RuleReview) -> None:
        with self._appending() as session:
            log = _entry(session, "review", "", review.rule, review.verified, review.at)
            row = RuleReviewRow(
                sequence=log.sequence, rule=review.rule, text_sha256=review.text_sha256, verified=review.verified,
                who=storable(review.who), note=review.note and storable(review.note), signature=review.signature.hex(),
            )  # fmt: skip
            append(session, log, row)

    def add_contradiction(self, said: Contradiction) -> None:
        with self._appending() as session:
            log = _entry(session, "contradiction", said.check_id, said.rule, said.at.date(), said.at)
            row = ContradictionRow(
                sequence=log.sequence, rule=said.rule, answer=said.answer, said=storable(said.said),
                said_by=storable(said.said_by), reference=said.reference and storable(said.reference),
                who=said.who and storable(said.who),
            )  # fmt: skip
            append(session, log, row)

    def reviews(self, rule: str | None = None) -> tuple[RuleReview, ...]:
        """Oldest first, of one rule or of all."""
        query = select(LogRow.at, RuleReviewRow).join(RuleReviewRow, col(RuleReviewRow.sequence) == LogRow.sequence)
        if rule is not None:
            query = query.where(RuleReviewRow.rule == rule)
        with self._reading() as session:
            return tuple(
                RuleReview(
                    row.rule, row.text_sha256, row.verified, row.who, row.note, at, bytes.fromhex(row.signature),
                    row.sequence,
                )
                for at, row in session.exec(query.order_by(col(LogRow.sequence)))
            )  # fmt: skip

    def contradictions(self, rule: str | None = None) -> tuple[Contradiction, ...]:
        """Oldest first, of one rule or of all."""
        query = select(LogRow, ContradictionRow).join(
            ContradictionRow, col(ContradictionRow.sequence) == LogRow.sequence
        )
        if rule is not None:
            query = query.where(ContradictionRow.rule == rule)
        with self._reading() as session:
            return tuple(
                Contradiction(
                    log.check_id, row.rule, row.answer, row.said, row.said_by, row.reference, row.who, log.at,
                    row.sequence,
                )
                for log, row in session.exec(query.order_by(col(LogRow.sequence)))
            )  # fmt: skip


def _entry(session: Session, kind: str, about: str, rule: str, day: date, at: datetime) -> LogRow:
    sequence, previous_hash = chain_end(session)
    return LogRow(
        sequence=sequence + 1, kind=kind, at=at.astimezone(UTC), check_id=about, payer=rule, headline=kind,
        date_of_service=day, rulesets=[], previous_hash=previous_hash, hash="",
    )  # fmt: skip
