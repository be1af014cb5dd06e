"""What one kind of paper has beyond what all have: facts it needs, names for its templates, evidence and notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from engine.decision import Decision
from engine.treatment import PlannedTreatment
from letters import abn, appeal, estimate
from letters.context import Node
from letters.letter import Gap
from letters.quotes import Ledger
from letters.requirements import missing


def further_gaps(kind: str, treatment: PlannedTreatment, decision: Decision) -> tuple[Gap, ...]:
    """The facts missing that only this case needs for the kind: what answers a denial, what a line costs."""
    found: Iterable[Gap] = ()
    match kind:
        case "appeal":
            found = missing(appeal.needed(treatment), treatment)
        case "abn":
            found = abn.gaps(treatment, decision)
        case "good-faith-estimate":
            found = estimate.gaps(treatment)
    return tuple(found)


def names(
    kind: str, treatment: PlannedTreatment, decision: Decision, ledger: Ledger, dated: date
) -> Mapping[str, Node]:
    """The names that only the templates of this kind may speak of."""
    match kind:
        case "appeal":
            return appeal.names(treatment, decision, ledger, dated)
        case "abn":
            return abn.names(treatment, decision, ledger, dated)
        case "good-faith-estimate":
            return estimate.names(treatment, decision, ledger)
    return {}


def evidence(kind: str, treatment: PlannedTreatment, decision: Decision, dated: date) -> Mapping[str, str]:
    """What those names may rest on besides the case and the findings, with its words."""
    match kind:
        case "appeal":
            return appeal.evidence(treatment, decision)
        case "abn":
            return abn.evidence(treatment, decision, dated)
        case "good-faith-estimate":
            return estimate.evidence(treatment, decision)
    return {}


def notes(kind: str, treatment: PlannedTreatment, decision: Decision, dated: date) -> tuple[str, ...]:
    """What whoever sends or hands over the paper should know."""
    match kind:
        case "appeal":
            return tuple(appeal.notes(treatment, decision, dated))
        case "good-faith-estimate":
            return tuple(estimate.notes(treatment))
    return ()
