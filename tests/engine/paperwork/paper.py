"""A case decided through the library, and what is said of its paper."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine import Decision, PlannedTreatment, check, load_rulesets
from engine.own_findings import ABOUT_PAPER
from engine.quality.examples import nested

LIBRARY = load_rulesets()
COMPLETE = {
    "date_of_service": "2026-09-15",
    "coverage.payer": "medicare-part-b",
    "provider.discipline": "OT",
    "provider.credential": "OT",
    "site.place_of_service": "11",
    "site.modality": "in_person",
    "site.locality": "national",
    "diagnoses.1": "I69.351",
    "lines.1.code": "97535",
    "lines.1.minutes": 30,
    "plan_of_care.starts_on": "2026-09-01",
    "plan_of_care.visits": 12,
    "plan_of_care.certified_on": "2026-09-02",
    "episode.evaluation_on": "2026-09-01",
    "episode.visit_number": 3,
    "necessity.functional_limitation": "Cannot dress without help.",
    "necessity.prior_level": "Dressed without help.",
    "necessity.current_level": "Needs moderate help.",
    "necessity.skilled_need": "Technique must be graded at each visit.",
    "documents.evaluation": True,
    "documents.plan_of_care": True,
    "history.allowed_ytd.ot": "0",
}
"""Paper in which nothing is missing."""


def decide(**changed: Any) -> Decision:
    """The complete case with facts changed (``__`` for the dots of a path), None taking one away."""
    facts = COMPLETE | {name.replace("__", "."): value for name, value in changed.items()}
    present = {name: value for name, value in facts.items() if value is not None}
    return check(PlannedTreatment.model_validate(nested(present)), LIBRARY, today=date(2026, 9, 1))


def warnings(decision: Decision) -> list[tuple[str, str]]:
    """Each warning about the paper: its name and its words."""
    return [(one.rule.removeprefix("precertain/"), one.message) for one in decision.findings if one.rule in ABOUT_PAPER]


def names(decision: Decision) -> list[str]:
    return [name for name, _ in warnings(decision)]
