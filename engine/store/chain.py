"""The hash chain: each entry's hash covers its content and the hash before it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from engine.store.records import ChainBreak

if TYPE_CHECKING:
    from engine.store.record_tables import ErasedRow
    from engine.store.tables import Beside, LogRow

GENESIS = "0" * 64
"""What the first entry follows."""


def entry_hash(log: LogRow, *beside: Beside | None) -> str:
    """SHA-256 of the entry as JSON with sorted keys, no spaces and ASCII only; patient data enters by digest."""
    content = {
        "sequence": log.sequence,
        "kind": log.kind,
        "at": log.at.isoformat(),
        "check_id": log.check_id,
        "payer": log.payer,
        "headline": log.headline,
        "date_of_service": log.date_of_service.isoformat(),
        "rulesets": log.rulesets,
        # Every entry has named these two from the first; what came later is named only where it is there.
        "check": None,
        "letter": None,
        "previous": log.previous_hash,
    }
    content |= {row.hashed_as: _hashed(row) for row in beside if row is not None}
    return sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()


def _hashed(row: Beside) -> dict[str, str | int | None]:
    """What of a row enters the hash."""
    return {name.removesuffix("_json"): _told(value) for name, value in row.model_dump(exclude={"sequence"}).items()}


def _told(value: bytes | date | str | int | None) -> str | int | None:
    if isinstance(value, bytes):
        return _digest(value)
    return value.isoformat() if isinstance(value, date) else value


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def vouched(left: Iterable[tuple[int, str]]) -> str:
    """What a deletion says of the entries that it erased: the digest of their numbers and of what is left of each."""
    return _digest("".join(f"{sequence}:{remains}\n" for sequence, remains in sorted(left)).encode())


def breaks(
    entries: Iterable[tuple[LogRow, Sequence[Beside | None]]], erased: Iterable[ErasedRow] = ()
) -> Iterator[ChainBreak]:
    """Where these entries, oldest first, are not what was appended, and not what a deletion left of them.

    With each comes what stands beside it. Entries cut off at the end leave no gap: who must exclude that keeps the
    newest hash elsewhere.
    """
    from engine.store.record_tables import AuditRow  # whoever appends a check needs none of these

    sequence, previous = 0, GENESIS
    remains: dict[int, str] = {}
    deletions: dict[int, list[tuple[int, str]]] = {}
    for row in erased:
        remains[row.sequence] = row.remains
        deletions.setdefault(row.tombstone, []).append((row.sequence, row.remains))
    for log, beside in entries:
        if log.sequence != sequence + 1:
            yield ChainBreak(log.sequence, f"the entries between {sequence} and {log.sequence} are missing")
        elif log.previous_hash != previous:
            yield ChainBreak(log.sequence, "does not follow the entry before it: one of the two was changed")
        if remains.get(log.sequence, log.hash) != entry_hash(log, *beside):
            yield ChainBreak(log.sequence, "its content was changed after it was written")
        covers = next((row.covers for row in beside if isinstance(row, AuditRow)), None)
        if covers != (vouched(deletions.pop(log.sequence)) if log.sequence in deletions else None):
            yield ChainBreak(log.sequence, "what it erased is not what it says it erased")
        sequence, previous = log.sequence, log.hash
    for tombstone in deletions:
        yield ChainBreak(tombstone, "the deletion that erased entries is missing")
