"""The hash chain: each entry's hash covers its content and the hash before it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256

from engine.store.records import ChainBreak
from engine.store.tables import AnswerRow, CheckRow, LetterRow, LogRow

GENESIS = "0" * 64
"""What the first entry follows."""

Entry = tuple[LogRow, CheckRow | None, LetterRow | None, AnswerRow | None]


def entry_hash(log: LogRow, check: CheckRow | None, letter: LetterRow | None, answer: AnswerRow | None) -> str:
    """SHA-256 of the entry as JSON with sorted keys, no spaces and ASCII only; cases and decisions enter by digest."""
    content = {
        "sequence": log.sequence,
        "kind": log.kind,
        "at": log.at.isoformat(),
        "check_id": log.check_id,
        "payer": log.payer,
        "headline": log.headline,
        "date_of_service": log.date_of_service.isoformat(),
        "rulesets": log.rulesets,
        "check": check
        and {"case": sha256(check.case_json).hexdigest(), "decision": sha256(check.decision_json).hexdigest()},
        "letter": letter
        and {
            "kind": letter.kind,
            "file_name": letter.file_name,
            "sha256": letter.sha256,
            "format": letter.format,
            "draft": letter.draft,
        },
        "previous": log.previous_hash,
    }
    if answer is not None:  # entries of before there were answers keep their hash
        content["answer"] = {
            "fact": answer.fact,
            "value": answer.value,
            "said_by": answer.said_by,
            "reference": answer.reference,
        }
    return sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()


def breaks(entries: Iterable[Entry]) -> Iterator[ChainBreak]:
    """Where these entries, oldest first, are not what was appended.

    Entries cut off at the end leave no gap: who must exclude that keeps the newest hash elsewhere.
    """
    sequence, previous = 0, GENESIS
    for log, check, letter, answer in entries:
        if log.sequence != sequence + 1:
            yield ChainBreak(log.sequence, f"the entries between {sequence} and {log.sequence} are missing")
        elif log.previous_hash != previous:
            yield ChainBreak(log.sequence, "does not follow the entry before it: one of the two was changed")
        if log.hash != entry_hash(log, check, letter, answer):
            yield ChainBreak(log.sequence, "its content was changed after it was written")
        sequence, previous = log.sequence, log.hash
