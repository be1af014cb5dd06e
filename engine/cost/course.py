"""What lies ahead: the planned visits together, and the yearly totals that each of them moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from engine.cost.answer import BucketAfter, CourseCost
from engine.cost.money import Amount, dollars
from engine.cost.priced import Priced
from engine.cost.sharing import over_visits
from engine.facts.base import Facts
from engine.message import Message, Several


def course(facts: Facts, priced: Priced) -> CourseCost | None:
    """The patient's share of the planned visits, each like this one; None where no number of visits is planned."""
    visits = facts.treatment.plan_of_care.visits
    if visits is None:
        return None
    allowed = priced.allowed.exact
    owing = None if allowed is None else over_visits(visits, allowed, priced.sharing)
    if owing is None:
        return CourseCost(visits, None, Message("not exactly known, as the share of one visit is not"))
    if (why_not := _why_they_differ(facts, priced, visits)) is not None:
        return CourseCost(visits, None, Message("not exactly known: %(why)s", {"why": why_not}))
    return CourseCost(visits, dollars(owing), Several(tuple(_basis(facts, priced, visits)), ", "))


def _basis(facts: Facts, priced: Priced, visits: int) -> Iterator[Message]:
    yield Message("%(visits)s visits like this one", {"visits": visits})
    if priced.sharing.deductible:
        yield Message("from a deductible of %(amount)s on", {"amount": dollars(priced.sharing.deductible)})
    if priced.holds_to < date.max and None in _days(facts):
        yield Message("all from %(first)s to %(last)s", {"first": priced.holds_from, "last": priced.holds_to})


def _why_they_differ(facts: Facts, priced: Priced, visits: int) -> Message | None:
    first, last = _days(facts)
    if (first and first < priced.holds_from) or (last and last > priced.holds_to):
        return Message(
            "amounts and deductible are those of %(first)s to %(last)s, the plan goes beyond",
            {"first": priced.holds_from, "last": priced.holds_to},
        )
    left = facts.value("coverage.visits_left").bounds[1]
    if isinstance(left, int) and left < visits:
        return Message(
            "only %(left)s of %(visits)s visits are left under the visit limit",
            {"left": max(0, left), "visits": visits},
        )
    return None


def _days(facts: Facts) -> tuple[date | None, date | None]:
    """The plan's first and last day, None where not known."""
    plan = facts.treatment.plan_of_care
    if plan.starts_on is None or plan.weeks is None:
        return plan.starts_on, None
    return plan.starts_on, plan.starts_on + timedelta(weeks=plan.weeks, days=-1)


def bucket_after(bucket: str, before: int, today: Amount, threshold: int | None) -> BucketAfter | None:
    """The year's total with this visit, all in cents; None where the visit's amount is not exactly known."""
    amount = today.exact
    if amount is None:
        return None
    over = None
    if threshold is not None and before > threshold:
        over = 1
    elif threshold is not None and amount:
        over = (threshold - before) // amount + 1
    return BucketAfter(bucket, dollars(before + amount), None if threshold is None else dollars(threshold), over)
