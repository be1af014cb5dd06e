"""The answer to "by when?": an event, a payer and a day give a due date with its source, or honestly none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from engine.calendars import CALENDAR
from engine.clocks import FallsDue, falls_due
from engine.decision import JsonValue
from engine.language.clocks import EVENTS, Clock
from engine.language.load import Library
from engine.problems import Problem, UserError


@dataclass(frozen=True, slots=True)
class DueDate:
    """When something is due after an event. ``clock`` is None where the payer's ruleset has none for the event."""

    event: str
    payer: str
    event_on: date
    service_on: date | None
    clock: Clock | None
    found: FallsDue | None

    @property
    def sentence(self) -> str:
        """The due date, or why there is none and what to do."""
        if self.clock is None:
            return f"No published clock of {self.payer} measures this: ask the payer, and note who said so."
        if self.found is None and self.service_on is None and any(span.ahead for span in self.clock.spans):
            return f"{self.clock.title}: give the date of service too (--service-on): it decides the span."
        if self.found is None:
            return f"{self.clock.title}: no span is published for {self.event_on}: ask the payer, and note who said so."
        rest = (
            "" if self.found.working_day == self.found.due else f" (the working day before: {self.found.working_day})"
        )
        return f"{self.clock.title}: due by {self.found.due}{rest}."

    def as_json(self) -> dict[str, JsonValue]:
        found, clock = self.found, self.clock
        return {
            "event": self.event,
            "payer": self.payer,
            "on": self.event_on.isoformat(),
            "due": found.due.isoformat() if found else None,
            "why": [clock.id] if clock and found else [],
            "sentence": self.sentence,
            "span": found.span.said if found else None,
            "because": found.span.because if found else None,
            "working_day_before": found.working_day.isoformat() if found and found.working_day != found.due else None,
            "counted_from": clock.counted_from if clock else None,
            "calendar": CALENDAR,
            "source": found.span.source.as_json() if found else None,
            "stale": bool(found and found.span.stale_after and self.event_on > found.span.stale_after),
        }


def due_date(library: Library, event: str, payer: str, event_on: date, service_on: date | None = None) -> DueDate:
    """When ``event`` of ``payer`` on that day falls due. Raises UserError for an event that there is not."""
    if event not in EVENTS:
        near = get_close_matches(event, EVENTS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(EVENTS)}"
        raise UserError([Problem("unknown-event", f"no event is called {event!r}", hint=hint)])
    ruleset = library.for_payer(payer)
    clock = ruleset.clocks.get(event) if ruleset else None
    return DueDate(event, payer, event_on, service_on, clock, falls_due(clock, event_on, service_on) if clock else None)
