"""Planned visits with dotted facts, decided through the library, for the tests of what a visit costs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from engine import Decision, Library, PlannedTreatment, check
from engine.cost.answer import Cost
from engine.quality.examples import nested
from engine.settle import FEW_PROBES
from engine.source import Document, validate

BUNDLED = Library()
TODAY = date(2026, 11, 24)
VISIT = {
    "date_of_service": date(2026, 12, 1),
    "coverage.payer": "uhc-commercial",
    "coverage.in_network": True,
    "coverage.visit_limit": "none",
    "provider.discipline": "OT",
    "provider.credential": "OT",
    "site.place_of_service": "11",
    "site.modality": "in_person",
    "lines.1.code": "97535",
    "lines.1.minutes": 30,
}
MEDICARE = {"coverage.payer": "medicare-part-b", "site.locality": "national"}
TABLE = """
version: "2026.1"
contract_rates:
  - payer: uhc-commercial
    contract: Example agreement
    from: 2026-01-01
    to: 2026-12-31
    rates: {"97535": 31.50, "97530": 34}
    pays: {CO: 0.85, CQ: 0.85}
"""


def with_table(folder: Path, text: str = TABLE) -> Library:
    """The bundled rulesets beside a practice's folder that holds this table of rates."""
    (folder / "rates.yaml").write_text(text, encoding="utf-8")
    return Library(folder)


def decide(
    facts: dict[str, Any], library: Library = BUNDLED, *, strict: bool = False, probes: int = FEW_PROBES
) -> Decision:
    """The visit with facts changed; None takes a fact away."""
    given = {name: value for name, value in {**VISIT, **facts}.items() if value is not None}
    read = validate(PlannedTreatment, nested(given), Document({}, {}, "case", ()))
    assert isinstance(read, PlannedTreatment), read
    return check(read, library, today=TODAY, strict=strict, probes=probes)


def cost(facts: dict[str, Any], library: Library = BUNDLED, *, strict: bool = False) -> Cost:
    found = decide(facts, library, strict=strict, probes=0).cost  # what it costs does not wait for questions
    assert found is not None
    return found


def shares(found: Cost) -> tuple[str | None, str | None, str | None]:
    return found.allowed, found.payer_share, found.patient_share
