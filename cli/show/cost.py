"""What the visit costs, on the page."""

from __future__ import annotations

from cli.show.page import Page
from engine.cost.answer import Cost
from engine.cost.said import after, if_covered, to_patient
from engine.decision import Decision
from engine.message import english


def show_cost(cost: Cost, citations: str, page: Page) -> None:
    """Amounts and what they rest on; ``citations`` are the numbers of the sources."""
    page.line(f"{english(if_covered(cost))}{citations}", by=2)
    page.items(*cost.assumptions, by=4)
    for line in after(cost):
        page.line(english(line), by=2)


def tell_patient(decision: Decision, page: Page) -> None:
    """The patient's share in one plain line, where there is one to promise."""
    if said := to_patient(decision):
        page.line(english(said), by=2)
