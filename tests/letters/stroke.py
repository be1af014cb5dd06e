"""A stroke patient who is plainly invented, and the decision of UnitedHealthcare Medicare Advantage, made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from engine.decision import (
    Answer,
    AuthorizationAnswer,
    ClaimLine,
    Decision,
    DocumentNeeded,
    Finding,
    LineDecision,
    RulesetUsed,
    Source,
    UnitSummary,
    VisitRange,
)
from engine.treatment import PlannedTreatment

TODAY = date(2026, 11, 25)

_CASE: Mapping[str, Any] = {
    "id": "stroke-dressing",
    "date_of_service": date(2026, 12, 1),
    "patient": {
        "name": "Sample Patient Aster",
        "birth_date": date(1958, 2, 17),
        "sex": "F",
        "phone": "555-0142",
        "address": "12 Example Lane\nSampleton, OH 00000",
    },
    "coverage": {
        "payer": "uhc-medicare-advantage",
        "plan_type": "hmo",
        "state": "OH",
        "in_network": True,
        "member_id": "EXAMPLE-000417",
        "group_id": "G-90210",
        "plan_name": "Sample Advantage Choice HMO",
    },
    "provider": {
        "discipline": "OT",
        "credential": "OT",
        "name": "Invented Therapist Cedar, OTR/L",
        "npi": "1234567893",
        "tax_id": "00-0000001",
        "phone": "555-0167",
        "fax": "555-0168",
        "address": "400 Placeholder Avenue\nSampleton, OH 00000",
    },
    "site": {"place_of_service": "11", "modality": "in_person"},
    "diagnoses": ("I69.351", "R27.8"),
    "lines": ({"code": "97535", "minutes": 30},),
    "plan_of_care": {
        "starts_on": date(2026, 11, 24),
        "visits": 12,
        "weeks": 6,
        "goals": (
            {
                "text": "Dress the upper body seated, with a button hook, without help",
                "measure": "Help needed for upper-body dressing",
                "baseline": "moderate assistance",
                "target": "independent with device",
                "by": date(2027, 1, 4),
            },
            {
                "text": "Prepare a cold meal one-handed in the own kitchen, safely",
                "measure": "Barthel Index",
                "baseline": 55,
                "target": 80,
                "by": date(2027, 1, 4),
            },
        ),
    },
    "episode": {
        "visit_number": 3,
        "new_patient": True,
        "evaluation_on": date(2026, 11, 23),
        "injured_or_operated_on": date(2026, 10, 9),
        "resident_of_nursing_facility": False,
    },
    "referral": {
        "signed_on": date(2026, 11, 18),
        "names_discipline": ("OT",),
        "physician": {"name": "Fictional Physician Birch, MD", "npi": "1999999984", "phone": "555-0181"},
    },
    "necessity": {
        "functional_limitation": "Cannot fasten clothing, cut food or carry a pan with the right hand; needs moderate "
        "assistance for dressing and minimal assistance for bathing because of right-sided weakness and poor "
        "coordination after the stroke.",
        "prior_level": "Independent in dressing, bathing, cooking and medication management; lived alone and drove.",
        "current_level": "Moderate assistance for upper-body dressing, minimal assistance for bathing; "
        "two near-falls while dressing in the last week.",
        "skilled_need": "Tone and sensation in the right hand change from session to session. A therapist has to grade "
        "each task, choose and fit adaptive equipment, and judge safety with hot water and sharp tools; an unskilled "
        "caregiver cannot do this safely.",
        "progress": "After two visits she fastens three of six buttons with the button hook.",
        "home_program": "Ten minutes of button-hook practice and right-hand weight bearing at the counter daily.",
        "caregiver_training": "Her daughter is shown hand-over-hand cueing and safe shower transfers in two sessions.",
        "discharge_plan": "Home alone with the daughter's weekly visits.",
        "measures": (
            {"name": "Barthel Index", "score": 55, "of": 100, "on": date(2026, 11, 23)},
            {"name": "Nine Hole Peg Test, right (seconds)", "score": 61.5, "on": date(2026, 11, 23)},
        ),
    },
    "documents": {"evaluation": True, "plan_of_care": True, "physician_order": True},
}

_NEWS = Source(
    "Medicare Advantage: Updates to prior authorization requirement for outpatient therapy and chiropractic services",
    "UnitedHealthcare", None, "https://example.org/news", "2025-01-08", date(2026, 11, 24), "payer",
)  # fmt: skip
_MANUAL = Source(
    "Medicare Benefit Policy Manual, Chapter 15", "CMS", "§220.2", None, None, date(2026, 11, 24), "official-copy"
)
_OWN = Source("precertain", "precertain", "definitions", None, None, None, "own")

FIRST_SIX = "uhc-medicare-advantage/first-six-visits"
SKILLED = "medicare-benefit/skilled-therapy"
PLAN_OF_CARE = "medicare-benefit/plan-of-care"

FINDINGS = (
    Finding("common/in-person", "certain", "The visit is in person.", (("site.modality", "in_person"),), _OWN,
            None, None, False),
    Finding(SKILLED, "certain",
            "Medicare covers therapy that needs a therapist's skill, to restore function and also to maintain it or "
            "slow its decline.",
            (("lines.1.code", "97535"), ("lines.1.purpose", None), ("coverage.active", True),
             ("provider.enrolled", True)), _MANUAL, None, None, False),
    Finding(PLAN_OF_CARE, "certain",
            "Treatment follows a written plan of care with type, amount, frequency, duration, diagnosis and goals.",
            (("lines.1.kind", "treatment"),), replace(_MANUAL, section="§220.1.2"), None, None, False),
    Finding(FIRST_SIX, "certain",
            "The first six visits within eight weeks of the evaluation pass without clinical review for a new patient, "
            "a new condition or after ninety days without therapy.",
            (("date_of_service", "2026-12-01"), ("plan_of_care.starts_on", "2026-11-24"), ("episode.visit_number", 3),
             ("days from episode.evaluation_on to date_of_service", 8), ("episode.new_patient", True),
             ("episode.new_condition", None)), _NEWS, date(2025, 1, 13), None, False),
    Finding("uhc-medicare-advantage/announced-end", "certain", "The company announced an end of some authorizations.",
            (("lines.1.code", "97535"),), _NEWS, None, None, False),
)  # fmt: skip


def case(**changes: Any) -> PlannedTreatment:
    """The stroke case with some sections' keys changed; None takes a key away."""
    data = dict(_CASE)
    for section, value in changes.items():
        known = data.get(section)
        data[section] = {**known, **value} if isinstance(known, dict) and isinstance(value, dict) else value
    return PlannedTreatment.model_validate(data)


def without(path: str) -> PlannedTreatment:
    """The stroke case with one fact taken away."""
    return PlannedTreatment.model_validate(_without(dict(_CASE), path.split(".")))


def _without(node: Any, path: list[str]) -> Any:
    name, *rest = path
    if isinstance(node, tuple):
        at = int(name) - 1
        return (*node[:at], _without(node[at], rest), *node[at + 1 :])
    changed = {key: value for key, value in node.items() if key != name}
    return {**changed, name: _without(node[name], rest)} if rest else changed


def decision(treatment: PlannedTreatment | None = None, authorization: str = "auto_approved") -> Decision:
    """What the rules say of the stroke case on its day, for the lines of the treatment given."""
    lines = (treatment or case()).lines
    return Decision(
        id="stroke-dressing",
        check_id="0123456789abcdef",
        payer="uhc-medicare-advantage",
        payer_title="UnitedHealthcare Medicare Advantage",
        date_of_service=date(2026, 12, 1),
        today=TODAY,
        headline="book_and_request",
        sentence="Book the visit, and send the authorization request by December 8, 2026.",
        coverage=Answer("covered", (SKILLED,)),
        authorization=AuthorizationAnswer(
            authorization, (FIRST_SIX,), None, date(2026, 12, 8), 8,
            (VisitRange(1, 6, "auto_approved"), VisitRange(7, 12, "review_required")),
        ),
        telehealth=Answer("not_applicable", ("common/in-person",)),
        provider=Answer("qualified", ()),
        lines=tuple(
            LineDecision(line.code, "Daily living and home skills training", line.minutes, 2, "covered", None,
                         authorization, ("GO",), (), (ClaimLine(2, ("GO",), None),), (SKILLED, FIRST_SIX))
            for line in lines
        ),
        units=UnitSummary("cms", 30, 2, (), ()),
        edits=(),
        documents=(
            DocumentNeeded("plan_of_care", "Plan of care", "on_file", (PLAN_OF_CARE,)),
            DocumentNeeded("progress_report", "Progress report", "unknown", (PLAN_OF_CARE,)),
        ),
        deadlines=(),
        cost=None,
        assumptions=(),
        questions=(),
        findings=FINDINGS,
        secondary=None,
        rulesets=(RulesetUsed("uhc-medicare-advantage", "2026.11.1", "0" * 64),),
    )  # fmt: skip
