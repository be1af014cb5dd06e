"""Appeals: by which clock the appeal of a denial runs, and when it ends. The date in the notice itself governs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from engine.clocks import FallsDue, falls_due
from engine.decision import Deadline, Decision, Finding
from engine.language.clocks import Clock, Event
from engine.message import Cited
from engine.paper import by_date
from engine.treatment import Denial

LEVELS: tuple[Event, ...] = (
    "redetermination", "reconsideration", "hearing", "council_review", "court_review", "internal_appeal",
    "external_review",
)  # fmt: skip
"""The levels of appeal, each the event of a clock."""


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal that the payer has a clock for.

    ``counted_from`` is the path of the day that starts the clock; ``found`` is None where that day is not known, or
    where no span is published for it.
    """

    clock: Clock
    counted_from: str
    started_on: date | None
    found: FallsDue | None

    @property
    def deadline(self) -> Deadline:
        return Deadline(self.clock.event, self.clock.title, self.found.due if self.found else None, (self.clock.id,))

    @property
    def finding(self) -> Finding:
        """The clock's rule: how long, counted from which day."""
        span = self.found.span if self.found else self.clock.spans[0]
        said = f"Counted from {self.clock.counted_from}."
        started = self.started_on.isoformat() if self.started_on else None
        return Finding(
            rule=self.clock.id,
            certainty="certain",
            said=Cited(f"{span.because} {said}" if self.found else said),
            facts=((self.counted_from, started),),
            source=span.source,
            in_force_from=span.start,
            in_force_to=span.end,
            stale=bool(self.started_on and span.stale_after and self.started_on > span.stale_after),
        )


def appeal_of(denial: Denial, clocks: Mapping[str, Clock]) -> Appeal | None:
    """The appeal at the denial's level; None where no level is given, or the payer has no clock for it."""
    level = level_named(denial.level or "")
    clock = clocks.get(level) if level else None
    if clock is None:
        return None
    # Without a redetermination before it, a reconsideration is a plan's first appeal: it runs from the notice's date.
    from_notice = level == "reconsideration" and "redetermination" not in clocks
    started_on = denial.notice_on if from_notice else denial.received_on
    counted_from = "denial.notice_on" if from_notice else "denial.received_on"
    return Appeal(clock, counted_from, started_on, falls_due(clock, started_on) if started_on else None)


def with_appeal(decision: Decision, denial: Denial, clocks: Mapping[str, Clock]) -> Decision:
    """The decision with the due date of the appeal and the rule that sets it, where the payer has one."""
    appeal = appeal_of(denial, clocks)
    if appeal is None:
        return decision
    deadlines = by_date((*decision.deadlines, appeal.deadline))
    return replace(decision, deadlines=deadlines, findings=(*decision.findings, appeal.finding))


def level_named(text: str) -> Event | None:
    """The level that a person wrote, such as ``Internal appeal``; None where it is none of them."""
    plain = "_".join(text.lower().replace("-", " ").split())
    return next((level for level in LEVELS if level == plain), None)
