"""What the product itself has to say: every warning of its own with its meaning. None of them changes an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from engine.decision import OWN, FactValue, Finding
from engine.message import Message

AboutPaper = Literal[
    "precertain/no-goal",
    "precertain/goal-incomplete",
    "precertain/goal-date",
    "precertain/goal-without-function",
    "precertain/units-disagree",
    "precertain/unknown-activity",
    "precertain/activity-elsewhere",
    "precertain/activity-minutes",
    "precertain/minutes-overlap",
    "precertain/diagnosis-not-billable",
    "precertain/diagnosis-unknown",
    "precertain/risk-documentation",
    "precertain/risk-necessity",
    "precertain/risk-modifiers",
    "precertain/risk-authorization",
    "precertain/risk-over-use",
]
AboutRules = Literal[
    "precertain/conflict",
    "precertain/modifiers-left-out",
    "precertain/unknown-code",
    "precertain/no-ruleset",
    "precertain/own-ruleset",
]

ABOUT_PAPER: Mapping[AboutPaper, str] = {
    "precertain/no-goal": "the plan of care names no goal",
    "precertain/goal-incomplete": "a goal lacks its measure, its baseline, its target or the day to reach it by",
    "precertain/goal-date": "a goal is due before the plan starts or before the visit",
    "precertain/goal-without-function": "a goal counts exercise and names nothing that the patient will do with it",
    "precertain/units-disagree": "the units stated are not those that the minutes give",
    "precertain/unknown-activity": "an activity has a name that the fact dictionary does not know",
    "precertain/activity-elsewhere": "an activity of a line usually stands under other codes than the line's",
    "precertain/activity-minutes": "the minutes of a line's activities do not add up to the line's",
    "precertain/minutes-overlap": "a timed line beside another has no interval of its own",
    "precertain/diagnosis-not-billable": "a diagnosis is a category that is divided further",
    "precertain/diagnosis-unknown": "a diagnosis is not in the release of ICD-10-CM in force on the day",
    "precertain/risk-documentation": "a required paper is missing or not known to be on file",
    "precertain/risk-necessity": "what shows that the treatment is necessary is not all written down",
    "precertain/risk-modifiers": "two codes have an edit, and whether their times are separate is not known",
    "precertain/risk-authorization": "the payer wants to be asked or told, and nothing on file covers the visit",
    "precertain/risk-over-use": "more visits are planned than the benefit has left, or the yearly threshold is crossed",
}
"""Warnings about the clinician's paper and the claim: what to look at before it is sent."""

ABOUT_RULES: Mapping[AboutRules, str] = {
    "precertain/conflict": "two certain rules say different things; the stricter stands",
    "precertain/modifiers-left-out": "a claim line takes four modifiers, and there were more",
    "precertain/unknown-code": "no ruleset knows a code of the case",
    "precertain/no-ruleset": "the payer has no ruleset",
    "precertain/own-ruleset": "a ruleset of the practice's own was used",
}
"""Warnings about the rules that decided."""


def own_finding(rule: AboutPaper | AboutRules, said: Message, facts: tuple[tuple[str, FactValue], ...] = ()) -> Finding:
    """A warning of the product's own; ``facts`` are those it rests on, None where absent."""
    return Finding(rule, "certain", said, facts, OWN, None, None, False)
