"""What the visit costs, in lines that the front desk reads and can pass on."""

from __future__ import annotations

from collections.abc import Iterator

from engine.cost.answer import BucketAfter, Cost, DollarRange
from engine.cost.charges import SELF_PAY
from engine.decision import Decision

_BUCKETS = {"ot": "OT", "pt_slp": "PT and SLP"}


def amounts(cost: Cost) -> str:
    """The amounts that are known, and what they rest on."""
    return "; ".join((*_amounts(cost), cost.basis))


def after(cost: Cost) -> Iterator[str]:
    """What all planned visits come to, and the year's totals with this one."""
    if cost.course is not None and cost.patient_share is not None:
        owed = f"patient ${cost.course.patient_share}; " if cost.course.patient_share else ""
        yield f"All planned visits: {owed}{cost.course.basis}"
    for bucket in cost.bucket_after:
        yield _bucket(bucket)


def to_patient(decision: Decision) -> str | None:
    """The patient's share in one plain line, where there is one to promise."""
    cost = decision.cost
    share = _said(cost.patient_share, cost.patient_range, "between ${} and ${}") if cost else None
    if not share or decision.headline == "not_covered":
        return None
    condition = "" if decision.payer == SELF_PAY else " if the visit is covered"
    second = ", less what your second coverage pays" if decision.secondary else ""
    return f'Tell the patient: "You would owe {share}{condition}{second}."'


def _amounts(cost: Cost) -> Iterator[str]:
    for name, amount, bounds in (
        ("allowed", cost.allowed, cost.allowed_range),
        ("payer", cost.payer_share, cost.payer_range),
        ("patient", cost.patient_share, cost.patient_range),
    ):
        if said := _said(amount, bounds, "${} to ${}"):
            yield f"{name} {said}"


def _said(amount: str | None, bounds: DollarRange | None, between: str) -> str | None:
    if amount is not None:
        return f"${amount}"
    return between.format(bounds.low, bounds.high) if bounds else None


def _bucket(bucket: BucketAfter) -> str:
    said = f"{_BUCKETS[bucket.bucket]} total of the year with this visit: ${bucket.amount}"
    if bucket.threshold is None:
        return said + "; no threshold is known for the year"
    if bucket.over_on_visit is None:
        return f"{said} of ${bucket.threshold}"
    if bucket.over_on_visit == 1:
        return f"{said}, over the threshold of ${bucket.threshold}"
    return f"{said}; visit {bucket.over_on_visit}, this one the first, would take it over ${bucket.threshold}"
