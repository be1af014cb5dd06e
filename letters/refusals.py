"""Why a paper is refused though no fact is missing: nothing asks for it, it is another payer's, or it is too late."""

from __future__ import annotations

from datetime import date

from engine.decision import Decision
from engine.problems import Problem
from engine.treatment import PlannedTreatment
from letters import abn, estimate
from letters.kinds import Kind
from letters.summary import SELF_PAY

_ORIGINAL_MEDICARE, _MEDICARE_ADVANTAGE = "medicare-part-b", "medicare-advantage"


def refusal(kind: Kind, treatment: PlannedTreatment, decision: Decision, dated: date, draft: bool) -> Problem | None:
    """Why the kind is refused for the case; None where it is not."""
    if kind.for_payer and decision.payer == SELF_PAY:
        told = f"the patient pays, so there is no payer for a {kind.name}"
        return Problem("no-payer", told, hint="A patient-summary can be written instead.")
    match kind.name:
        case "prior-authorization":
            return _prior_authorization(decision)
        case "organization-determination":
            return _organization_determination(decision)
        case "appeal":
            return _appeal(decision)
        case "abn":
            return _abn(treatment, decision, dated, draft)
        case "good-faith-estimate":
            return _good_faith_estimate(treatment, decision)
    return None


def _prior_authorization(decision: Decision) -> Problem | None:
    answer = decision.authorization
    if answer.answer != "not_required":
        return None
    reasons = [finding.message for finding in decision.findings if finding.rule in answer.why]
    return Problem(
        "authorization-not-required",
        " ".join(["this treatment needs no prior authorization.", *reasons]),
        hint="A letter of the kind medical-necessity can be written instead.",
    )


def _organization_determination(decision: Decision) -> Problem | None:
    if _is_medicare_advantage(decision):
        return None
    return Problem(
        "wrong-payer",
        f"only a Medicare Advantage plan makes organization determinations, and {_payer(decision)} is none",
        hint="A letter of the kind prior-authorization or medical-necessity can be written instead.",
    )


def _appeal(decision: Decision) -> Problem | None:
    if decision.payer != SELF_PAY:
        return None
    return Problem("wrong-payer", "the patient pays, so there is no payer whose denial could be appealed")


def _abn(treatment: PlannedTreatment, decision: Decision, dated: date, draft: bool) -> Problem | None:
    if _is_medicare_advantage(decision):
        return Problem(
            "wrong-payer",
            f"an ABN is for Original Medicare and never for members of Medicare Advantage, as of {_payer(decision)}",
            hint="Ask the plan before the visit whether it covers the service: write a letter of the kind "
            "organization-determination.",
        )
    if all(used.id != _ORIGINAL_MEDICARE for used in decision.rulesets):
        return Problem(
            "wrong-payer",
            f"an ABN is Original Medicare's paper, and the payer is {_payer(decision)}",
            hint="Use the payer's own form for services that it may not cover.",
        )
    if dated > treatment.date_of_service:
        return Problem(
            "too-late",
            f"an ABN is given before the visit, and the visit was on {treatment.date_of_service}",
            key="date_of_service",
        )
    if not draft and not abn.is_owed(treatment) and not abn.is_courtesy(treatment, decision):
        return Problem(
            "notice-not-needed",
            "nothing in this case says that Medicare may not pay, and an ABN is never given as a routine",
            key=abn.REASON,
            hint=f"Where a denial is expected, let the clinician say why in {abn.REASON}; --draft shows the worksheet.",
        )
    return None


def _good_faith_estimate(treatment: PlannedTreatment, decision: Decision) -> Problem | None:
    if decision.payer != SELF_PAY and not _owes_estimate(decision):
        return Problem(
            "wrong-payer",
            f"a good-faith estimate is for patients who are uninsured or pay themselves, and {_payer(decision)} pays",
            hint="Where the patient leaves the insurance aside, set coverage.payer to self-pay.",
        )
    if not _owes_estimate(decision):
        told = f"no good-faith estimate is owed for a visit on {treatment.date_of_service}: the law begins in 2022"
        return Problem("notice-not-needed", told, key="date_of_service")
    weeks = treatment.plan_of_care.weeks
    if weeks is not None and weeks > estimate.MOST_WEEKS:
        return Problem(
            "out-of-range",
            f"one estimate covers at most twelve months, and {weeks} weeks are planned",
            key="plan_of_care.weeks",
            hint=f"Estimate {estimate.MOST_WEEKS} weeks at most, and the rest in a later one.",
        )
    return None


def _owes_estimate(decision: Decision) -> bool:
    return any(document.id == estimate.DOCUMENT for document in decision.documents)


def _is_medicare_advantage(decision: Decision) -> bool:
    return decision.payer.endswith(_MEDICARE_ADVANTAGE) or any(
        used.id == _MEDICARE_ADVANTAGE for used in decision.rulesets
    )


def _payer(decision: Decision) -> str:
    return decision.payer_title or decision.payer
