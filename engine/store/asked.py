"""A case as it was asked, on its way into the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import orjson

from engine.decision import Decision
from engine.store.records import CheckRecord
from engine.treatment import PlannedTreatment


@dataclass(frozen=True)
class Asked:
    """A case as it was asked, with its answer."""

    treatment: PlannedTreatment
    strict: bool
    decision: Decision


def check_record(asked: Asked, at: datetime) -> CheckRecord:
    """What the store keeps of it; ``at`` carries a time zone."""
    decision = asked.decision
    case = asked.treatment.model_dump(mode="json", exclude_none=True)
    return CheckRecord(
        check_id=decision.check_id,
        at=at,
        case_json=orjson.dumps({"case": case, "today": decision.today.isoformat(), "strict": asked.strict}),
        decision_json=orjson.dumps(decision.as_json()),
        rulesets=decision.rulesets,
        payer=decision.payer,
        headline=decision.headline,
        date_of_service=decision.date_of_service,
    )
