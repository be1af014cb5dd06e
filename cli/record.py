"""What was decided and written goes into the store, after it was shown: a failing store never takes an answer away."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from engine import Decision, PlannedTreatment
from engine.store import AnswerRecord, CheckRecord, LetterRecord, StoreError, open_store


@dataclass(frozen=True)
class Asked:
    """A case as it was asked, with its answer."""

    treatment: PlannedTreatment
    strict: bool
    decision: Decision


def database_url() -> str | None:
    return os.environ.get("PRECERTAIN_DATABASE_URL") or None


def record(asked: Sequence[Asked], *letters: LetterRecord) -> None:
    """Record checks, and the letters written for them; where that fails, say so on standard error."""
    try:
        with open_store(database_url()) as store:
            store.record_check(*(_check_record(one) for one in asked))
            for letter in letters:
                store.record_letter(letter)
    except StoreError as error:
        print(f"Not recorded: {error}", file=sys.stderr)


def record_answered(asked: Asked, answers: Sequence[AnswerRecord], again: Asked) -> None:
    """Record a check, what was answered to its questions, and the check that followed."""
    try:
        with open_store(database_url()) as store:
            store.record_check(_check_record(asked))
            store.record_answers(*answers)
            store.record_check(_check_record(again))
    except StoreError as error:
        print(f"Not recorded: {error}", file=sys.stderr)


def now() -> datetime:
    return datetime.now(UTC)


def _check_record(asked: Asked) -> CheckRecord:
    decision = asked.decision
    case = asked.treatment.model_dump(mode="json", exclude_none=True)
    return CheckRecord(
        check_id=decision.check_id,
        at=now(),
        case_json=orjson.dumps({"case": case, "today": decision.today.isoformat(), "strict": asked.strict}),
        decision_json=orjson.dumps(decision.as_json()),
        rulesets=decision.rulesets,
        payer=decision.payer,
        headline=decision.headline,
        date_of_service=decision.date_of_service,
    )
