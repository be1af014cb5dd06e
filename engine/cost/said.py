"""What the visit costs, in lines that the front desk reads and can pass on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.cost.answer import BucketAfter, Cost, DollarRange
from engine.cost.charges import SELF_PAY
from engine.decision import Decision
from engine.message import Message, Part, Several

_BUCKETS: Mapping[str, Part] = {"ot": "OT", "pt_slp": Message("PT and SLP")}


def if_covered(cost: Cost) -> Message:
    """The amounts that are known, and what they rest on."""
    return Message("If covered: %(amounts)s", {"amounts": Several((*_amounts(cost), cost.said), "; ")})


def after(cost: Cost) -> Iterator[Message]:
    """What all planned visits come to, and the year's totals with this one."""
    if cost.course is not None and cost.patient_share is not None:
        said: Part = cost.course.said
        if cost.course.patient_share:
            owed = Message("patient %(amount)s", {"amount": _in_dollars(cost.course.patient_share)})
            said = Several((owed, said), "; ")
        yield Message("All planned visits: %(course)s", {"course": said})
    for bucket in cost.bucket_after:
        yield _bucket(bucket)


def to_patient(decision: Decision) -> Message | None:
    """The patient's share in one plain line, where there is one to promise."""
    cost = decision.cost
    share = _between(cost.patient_share, cost.patient_range) if cost else None
    if not share or decision.headline == "not_covered":
        return None
    parts: list[Part] = [Message("You would owe %(share)s", {"share": share})]
    if decision.payer != SELF_PAY:
        parts.append(Message(" if the visit is covered"))
    if decision.secondary:
        parts.append(Message(", less what your second coverage pays"))
    return Message('Tell the patient: "%(words)s."', {"words": Several(tuple(parts), "")})


def _between(amount: str | None, bounds: DollarRange | None) -> Part | None:
    if amount is not None:
        return _in_dollars(amount)
    if bounds is None:
        return None
    return Message("between %(low)s and %(high)s", {"low": _in_dollars(bounds.low), "high": _in_dollars(bounds.high)})


def _amounts(cost: Cost) -> Iterator[Message]:
    if allowed := _said(cost.allowed, cost.allowed_range):
        yield Message("allowed %(amount)s", {"amount": allowed})
    if paid := _said(cost.payer_share, cost.payer_range):
        yield Message("payer %(amount)s", {"amount": paid})
    if owed := _said(cost.patient_share, cost.patient_range):
        yield Message("patient %(amount)s", {"amount": owed})


def _said(amount: str | None, bounds: DollarRange | None) -> Part | None:
    if amount is not None:
        return _in_dollars(amount)
    return (
        Message("%(low)s to %(high)s", {"low": _in_dollars(bounds.low), "high": _in_dollars(bounds.high)})
        if bounds
        else None
    )


def _bucket(bucket: BucketAfter) -> Message:
    values: dict[str, Part] = {"bucket": _BUCKETS[bucket.bucket], "amount": _in_dollars(bucket.amount)}
    total = Message("%(bucket)s total of the year with this visit: %(amount)s", values)
    if bucket.threshold is None:
        return Message("%(total)s; no threshold is known for the year", {"total": total})
    of: dict[str, Part] = {"total": total, "threshold": _in_dollars(bucket.threshold)}
    if bucket.over_on_visit is None:
        return Message("%(total)s of %(threshold)s", of)
    if bucket.over_on_visit == 1:
        return Message("%(total)s, over the threshold of %(threshold)s", of)
    return Message(
        "%(total)s; visit %(visit)s, this one the first, would take it over %(threshold)s",
        of | {"visit": bucket.over_on_visit},
    )


def _in_dollars(amount: str) -> str:
    return f"${amount}"
