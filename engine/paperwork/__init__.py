"""The clinician's paper and the claim, looked over before they are sent: what is missing or does not go together.

Nothing here judges the clinician, changes an answer or the headline.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.assess import Assessment
from engine.decision import Finding
from engine.facts.base import Facts
from engine.paperwork.diagnoses import diagnosis_findings
from engine.paperwork.goals import goal_findings
from engine.paperwork.lines import line_findings
from engine.paperwork.risks import Decided, risk_findings


def paper_findings(facts: Facts, assessment: Assessment, decided: Decided) -> Iterator[Finding]:
    """The lines, the diagnoses, the goals, and what such a claim is commonly denied for."""
    yield from line_findings(facts, assessment)
    yield from diagnosis_findings(facts.treatment, facts.setting.reference)
    yield from goal_findings(facts.treatment)
    yield from risk_findings(facts, assessment, decided)


__all__ = ["Decided", "paper_findings"]
