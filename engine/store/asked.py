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
    """A case as it was asked, with its answer. ``tracked``: the facts in it that come from what is tracked."""

    treatment: PlannedTreatment
    strict: bool
    decision: Decision
    tracked: tuple[str, ...] = ()


def check_record(asked: Asked, at: datetime) -> CheckRecord:
    """What the store keeps of it; ``at`` carries a time zone."""
    decision = asked.decision
    case = asked.treatment.model_dump(mode="json", exclude_none=True)
    told = {"case": case, "today": decision.today.isoformat(), "strict": asked.strict}
    if asked.tracked:
        told["tracked"] = asked.tracked
    return CheckRecord(
        check_id=decision.check_id,
        at=at,
        case_json=orjson.dumps(told),
        decision_json=orjson.dumps(decision.as_json()),
        rulesets=decision.rulesets,
        payer=decision.payer,
        headline=decision.headline,
        date_of_service=decision.date_of_service,
    )


def case_of(record: CheckRecord) -> PlannedTreatment:
    """The case of a check without what was tracked: as somebody told it."""
    told = orjson.loads(record.case_json)
    for path in told.get("tracked", ()):
        group, _, name = path.partition(".")
        told["case"].get(group, {}).pop(name, None)
    return PlannedTreatment.model_validate_json(orjson.dumps(told["case"]))
