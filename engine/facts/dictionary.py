"""The fact dictionary: every fact that a rule may read, what it means, whom to ask, and what is presumed of it.

It is the one vocabulary of the rules, of the case format, of the questions and of the documentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from engine import treatment
from engine.facts.values import ANYTHING, TRUE_OR_FALSE, Value, between, choice
from engine.states import STATES

FactType = Literal["boolean", "choice", "code", "codes", "whole", "date", "money"]
Who = Literal["payer", "patient", "clinician", "chart"]
Scope = Literal["treatment", "line", "pair"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact.

    ``inputs`` names the facts that a derived fact is computed from; an input has none. ``presumed`` says in words what
    is presumed where the fact is absent and ``check`` how to make sure. ``paper`` marks what may decide only documents,
    modifiers and warnings, never an answer. ``allows_none`` lets the word none stand for "there is none".
    """

    name: str
    type: FactType
    meaning: str
    ask: str = ""
    who: Who = "chart"
    choices: tuple[str, ...] = ()
    unit: str | None = None
    scope: Scope = "treatment"
    inputs: tuple[str, ...] = ()
    presumed: str | None = None
    check: str | None = None
    paper: bool = False
    allows_none: bool = False

    @property
    def derived(self) -> bool:
        return bool(self.inputs)


def _choices(literal: object) -> tuple[str, ...]:
    return tuple(str(option) for option in get_args(literal))


_DISCIPLINES = _choices(treatment.Discipline)
_AUTHORIZATION = "coverage.authorization"
_AUTHORIZATION_PARTS = tuple(
    f"{_AUTHORIZATION}.{part}" for part in treatment.Authorization.model_fields if part != "number"
)

_INPUTS = (
    Fact("date_of_service", "date", "day of the visit"),
    Fact("today", "date", "day on which the question is asked"),
    Fact("coverage.plan_type", "choice", "kind of plan", "Which kind of plan is it: HMO, PPO, Dual Complete …?",
         "patient", _choices(treatment.PlanType)),
    Fact("coverage.state", "choice", "the plan's state", "In which state was the plan issued?",
         "patient", tuple(sorted(STATES))),
    Fact("coverage.plan_listed", "boolean", "the payer's own published list names this plan as affected by the rule",
         "Is this plan on the payer's published list of plans that need authorization for therapy?", "payer"),
    Fact("coverage.in_network", "boolean", "the practice is in the plan's network",
         "Is the practice in network for this plan?", "payer"),
    Fact("coverage.reviewer", "choice", "company that reviews therapy for the plan (plan: the plan itself)",
         "Who reviews therapy for this plan: the plan itself, or ASH, Carelon, Cohere, eviCore or Optum?", "payer",
         _choices(treatment.Reviewer)),
    Fact("coverage.funding", "choice", "whether an insurer pays, or the employer itself",
         "Is the plan insured, or does the employer pay for it (self-funded)?", "payer", ("insured", "self_funded")),
    Fact("coverage.region", "choice", "the TRICARE region that the plan belongs to",
         "Does the plan belong to the East or to the West region?", "payer", ("east", "west")),
    Fact("coverage.order", "choice", "whether this coverage is asked as the case's first or as its second",
         choices=("primary", "secondary")),
    Fact("coverage.after_medicare", "boolean", "Medicare pays first, and this coverage is asked as the second"),
    Fact("coverage.exempt_from_limit", "boolean", "the plan's visit limit does not bind this patient",
         "Is the patient exempt from the plan's visit limit?", "payer"),
    Fact("coverage.injury_accepted", "boolean", "the carrier accepts the injured body part",
         "Has the carrier accepted the injured body part?", "payer"),
    Fact("coverage.active_from", "date", "first day of the coverage", "From which day is the coverage active?", "payer",
         presumed="active on the date of service", check="Run an eligibility check for the date of service."),
    Fact("coverage.active_to", "date", "last day of the coverage; none if it has no end",
         "Until which day is the coverage active?", "payer", allows_none=True,
         presumed="active on the date of service", check="Run an eligibility check for the date of service."),
    Fact("coverage.therapy_benefit", "boolean", "the plan has an outpatient therapy benefit",
         "Does the plan have an outpatient therapy benefit?", "payer",
         presumed="the plan has a therapy benefit", check="Read the therapy benefit in the eligibility answer."),
    Fact("coverage.therapist_may_bill", "boolean", "a licensed therapist may bill the codes of the own discipline",
         "May a licensed therapist bill this code to the plan?", "payer",
         presumed="a licensed OT, PT or SLP may bill the codes of the own discipline",
         check="Ask the payer for its list of therapy providers."),
    Fact("coverage.visit_limit", "whole", "visits that the plan pays in a benefit period; none if it has no limit",
         "How many therapy visits does the plan pay in a benefit period, if there is a limit?", "payer", unit="visits",
         allows_none=True),
    Fact("coverage.visits_used", "whole", "visits of that limit already used",
         "How many of those visits are used?", "payer", unit="visits"),
    Fact("coverage.benefit_period", "choice", "the period that the visit limit counts over",
         "Over which period does the plan count visits?", "payer", ("calendar_year", "rolling_year", "episode")),
    Fact(_AUTHORIZATION, "boolean", "an authorization is on file; none if there is none",
         "Is an authorization on file?", "chart", presumed="no authorization is on file",
         check="Look for an authorization number in the chart."),
    Fact(f"{_AUTHORIZATION}.valid_from", "date", "first day of the authorization",
         "From which day is the authorization valid?"),
    Fact(f"{_AUTHORIZATION}.valid_to", "date", "last day of the authorization",
         "Until which day is the authorization valid?"),
    Fact(f"{_AUTHORIZATION}.visits_approved", "whole", "visits approved", "How many visits were approved?",
         unit="visits"),
    Fact(f"{_AUTHORIZATION}.visits_used", "whole", "approved visits already used",
         "How many of the approved visits are used?", unit="visits"),
    Fact(f"{_AUTHORIZATION}.units_approved", "whole", "units approved", "How many units were approved?", unit="units"),
    Fact(f"{_AUTHORIZATION}.units_used", "whole", "approved units already used",
         "How many of the approved units are used?", unit="units"),
    Fact(f"{_AUTHORIZATION}.codes", "codes", "codes approved; an empty list if it names none",
         "Which codes does the authorization name?"),
    Fact("provider.supervision", "choice", "supervision of an assistant",
         "How is the assistant supervised: in general, directly, or not?", choices=("general", "direct", "none")),
    Fact("provider.enrolled", "boolean", "the provider is enrolled with the payer",
         "Is the provider enrolled with this payer?", presumed="the provider is enrolled",
         check="Look up the provider's enrolment with this payer."),
    Fact("provider.therapy_in_scope", "boolean", "state law lets this credential furnish therapy",
         "Does state law let this credential furnish therapy?"),
    Fact("site.place_of_service", "code", "two-digit place of service", "At which place of service is the visit?"),
    Fact("site.state", "choice", "state in which the visit takes place", "In which state is the visit?",
         choices=tuple(sorted(STATES))),
    Fact("site.modality", "choice", "how the visit takes place: in person, by video or by audio only",
         "Is the visit in person, by video or by telephone?", choices=_choices(treatment.Modality)),
    Fact("patient.birth_date", "date", "the patient's date of birth", "What is the patient's date of birth?"),
    Fact("patient.sex", "choice", "the patient's sex", "What is the patient's sex?", choices=("F", "M", "X", "U")),
    Fact("patient.cannot_use_video", "boolean", "the patient cannot use video, or does not want to",
         "Can the patient not use video, or not want to?", "patient"),
    Fact("diagnoses", "codes", "ICD-10-CM codes of the case", "Which diagnoses are treated?"),
    Fact("plan_of_care.starts_on", "date", "first day of the plan of care",
         "On which day does the plan of care start?"),
    Fact("plan_of_care.visits", "whole", "visits planned", "How many visits are planned?", unit="visits"),
    Fact("plan_of_care.weeks", "whole", "weeks planned", "Over how many weeks?", unit="weeks"),
    Fact("plan_of_care.certified_on", "date", "day on which the physician signed the plan of care",
         "On which day did the physician sign the plan of care?"),
    Fact("plan_of_care.sent_to_physician_on", "date", "day on which the plan of care was sent to the physician",
         "On which day was the plan of care sent to the physician?"),
    Fact("plan_of_care.follows_guideline", "boolean",
         "the plan of care keeps to the treatment guideline that the payer uses",
         "Does the plan of care keep to the payer's treatment guideline?", "clinician"),
    Fact("episode.visit_number", "whole", "this visit's number in the payer's own count",
         "Which visit is this, in the payer's count?", unit="visits"),
    Fact("episode.new_patient", "boolean", "the patient is new to this practice",
         "Is the patient new to the practice?"),
    Fact("episode.new_condition", "boolean", "the condition was not treated here before",
         "Is the condition one not treated here before?"),
    Fact("episode.course", "choice", "course of the condition: acute (or newly worse), or chronic",
         "Is the condition acute (or newly worse), or chronic?", "clinician", ("acute", "chronic")),
    Fact("episode.resident_of_nursing_facility", "boolean", "the patient lives in a nursing facility",
         "Does the patient live in a nursing facility?", "patient"),
    Fact("episode.days_since_previous_episode", "whole",
         "days from the last visit of an earlier episode here to this episode's first",
         "How many days after the last visit of the earlier episode did this one begin?", unit="days"),
    Fact("episode.evaluation_on", "date", "day of the evaluation", "On which day was the evaluation?"),
    Fact("episode.injured_or_operated_on", "date", "day of the injury or of the operation",
         "On which day was the injury or the operation?", "patient"),
    Fact("episode.treatment_days_since_progress_report", "whole", "treatment days since the last progress report",
         "How many treatment days have passed since the last progress report?", unit="days"),
    Fact("referral.signed_on", "date", "day on which the order or referral was signed",
         "On which day was the order or referral signed?"),
    Fact("referral.names_discipline", "codes", "therapy that the order names", "Which therapy does the order name?",
         choices=_DISCIPLINES),
    Fact("documents.evaluation", "boolean", "the evaluation is on file", "Is the evaluation on file?", paper=True),
    Fact("documents.plan_of_care", "boolean", "the plan of care is on file", "Is the plan of care on file?",
         paper=True),
    Fact("documents.physician_order", "boolean", "the physician's order is on file",
         "Is the physician's order on file?", paper=True),
    Fact("documents.progress_report", "boolean", "the progress report is on file", "Is the progress report on file?",
         paper=True),
    Fact("documents.treatment_notes", "boolean", "the treatment notes are on file",
         "Are the treatment notes on file?", paper=True),
    Fact("documents.request_form", "boolean", "the payer's request form, signed by the physician, is on file",
         "Is the payer's request form, signed by the physician, on file?", paper=True),
    Fact("documents.good_faith_estimate", "boolean", "the good-faith estimate was given to the patient",
         "Was the good-faith estimate given to the patient?", paper=True),
    Fact("documents.abn_signed_on", "date", "day on which the patient signed an ABN",
         "On which day did the patient sign the ABN?", paper=True),
    Fact("necessity.expected_denial", "boolean", "the clinician wrote why Original Medicare is not expected to pay",
         "Why is Medicare not expected to pay for this care, in words for the patient?", "clinician", paper=True),
    Fact("history.allowed_ytd.ot", "money", "OT amounts counted this calendar year before this visit",
         "How much OT was counted toward the threshold this year?", "payer", unit="dollars"),
    Fact("history.allowed_ytd.pt_slp", "money", "PT and SLP amounts counted this calendar year before this visit",
         "How much PT and SLP was counted toward the threshold this year?", "payer", unit="dollars"),
    Fact("line.code", "code", "the line's CPT or HCPCS code", scope="line"),
    Fact("line.minutes", "whole", "minutes of the line", "How many minutes is the service planned for?", unit="minutes",
         scope="line"),
    Fact("line.discipline", "choice", "discipline of the line", "Which discipline is it: OT, PT or SLP?",
         choices=_DISCIPLINES, scope="line"),
    Fact("line.credential", "choice", "credential of the person who treats",
         "Who treats: a therapist, an assistant, a physician …?", choices=_choices(treatment.Credential), scope="line"),
    Fact("line.purpose", "choice", "purpose of the line",
         "Is it to restore, maintain or prevent loss of function, or is it wellness or lifestyle advice?", "clinician",
         _choices(treatment.Purpose), scope="line", presumed="treatment of the diagnosis, not wellness or advice",
         check="Ask the clinician what the service is for."),
    Fact("line.separate_time", "boolean", "the line has its own 15-minute interval or encounter",
         "Does this service have a 15-minute interval or encounter of its own?", "clinician", scope="line"),
    Fact("line.assistant_minutes", "whole", "minutes given by an assistant alone",
         "How many of the minutes does an assistant give alone?", unit="minutes", scope="line",
         presumed="no assistant takes part", check="Ask who gives the minutes."),
)  # fmt: skip

_DERIVED = (
    Fact("coverage.active", "boolean", "the coverage is active on the date of service",
         inputs=("coverage.active_from", "coverage.active_to")),
    Fact("coverage.visits_left", "whole", "visits left of the visit limit before this one", unit="visits",
         inputs=("coverage.visit_limit", "coverage.visits_used")),
    Fact("patient.age", "whole", "age in years on the date of service", unit="years", inputs=("patient.birth_date",)),
    Fact("documents.abn_signed", "boolean", "a signed ABN is on file", paper=True,
         inputs=("documents.abn_signed_on",)),
    Fact("documents.abn_due", "boolean", "the patient is to be told by an ABN that Medicare is not expected to pay",
         paper=True, inputs=("necessity.expected_denial",)),
    Fact("referral.names_line_discipline", "boolean", "the order names the line's discipline", scope="line",
         inputs=("referral.names_discipline", "line.discipline")),
    Fact("line.authorized", "boolean", "an authorization on file covers this line on this visit", scope="line",
         inputs=(_AUTHORIZATION, *_AUTHORIZATION_PARTS, "line.minutes")),
    Fact("line.assistant_took_part", "boolean", "an assistant gives some of the minutes alone", scope="line",
         inputs=("line.credential", "line.assistant_minutes")),
    Fact("line.units", "whole", "units that the payer's unit rule gives the line", unit="units", scope="line",
         inputs=("line.minutes",)),
    Fact("line.bucket_before", "money", "amounts counted this year in the line's bucket before this visit",
         unit="dollars", scope="line",
         inputs=("line.discipline", "history.allowed_ytd.ot", "history.allowed_ytd.pt_slp")),
    Fact("line.bucket_after", "money", "amounts counted this year in the line's bucket, this visit included",
         unit="dollars", scope="line",
         inputs=("line.discipline", "history.allowed_ytd.ot", "history.allowed_ytd.pt_slp", "line.minutes",
                 "line.separate_time")),
    Fact("line.kind", "choice", "kind of service in the code table", scope="line", inputs=("line.code",),
         choices=("evaluation", "treatment", "group", "test", "modality", "caregiver", "wound", "monitoring", "other")),
    Fact("line.therapy_code", "choice", "whether Medicare always or sometimes counts the code as therapy",
         scope="line", inputs=("line.code",), choices=("always", "sometimes", "neither")),
    Fact("line.telehealth_listed", "boolean",
         "the code is on Medicare's telehealth list: the loaded official list, else the codes seen on it",
         scope="line", inputs=("line.code",)),
    Fact("pair.indicator", "choice", "modifier indicator of the edit between the two codes; none if there is no edit",
         scope="pair", inputs=("line.code",), choices=("0", "1", "none")),
    Fact("pair.separate_time", "boolean", "the second code has an interval or encounter of its own", scope="pair",
         inputs=("line.separate_time",)),
)  # fmt: skip

FACTS: dict[str, Fact] = {fact.name: fact for fact in (*_INPUTS, *_DERIVED)}


ACTIVITIES = (
    "personal_hygiene", "toothbrushing", "toileting", "bathing", "dressing", "feeding", "meal_preparation",
    "medication_management", "household_chores", "home_safety", "transfers", "adaptive_equipment", "assistive_devices",
    "smart_home_aids", "caregiver_training", "money_management", "shopping", "community_mobility", "reaching",
    "lifting",
    "carrying", "balance", "walking", "stairs", "strengthening", "range_of_motion", "endurance", "coordination",
    "speech", "language", "swallowing", "memory", "attention", "problem_solving",
)  # fmt: skip
"""What a line's minutes are spent on, by name."""


def days_between(start: str, end: str, business: bool) -> str:
    """The name of the derived fact that counts (business) days from one date fact to another."""
    return f"{'business days' if business else 'days'} from {start} to {end}"


def units_of(table: str) -> str:
    """The name of the derived fact that counts the day's units of a table's codes in the line's discipline."""
    return f"units of {table}"


@lru_cache(maxsize=4_096)
def describe(name: str) -> Fact:
    """The dictionary's entry for a fact, also for a counted one such as days between two dates.

    Raises KeyError for a name that the dictionary does not know.
    """
    if name in FACTS:
        return FACTS[name]
    if name.startswith("units of "):
        return Fact(name, "whole", f"the day's {name} in the line's discipline", unit="units", scope="line",
                    inputs=("line.minutes", "line.discipline"))  # fmt: skip
    _, found, span = name.partition("days from ")
    start, joined, end = span.partition(" to ")
    if found and joined and start in FACTS and end in FACTS:
        return Fact(name, "whole", name, unit="days", inputs=(start, end))
    raise KeyError(name)


@lru_cache(maxsize=4_096)
def unknown(name: str) -> Value:
    """All that a fact's type allows: one object a fact, so that what is not known at all is told by being it."""
    fact = describe(name)
    if fact.type == "boolean":
        return TRUE_OR_FALSE
    if fact.type == "choice":
        return choice(*fact.choices)
    if fact.type in ("whole", "money"):
        return between(0, None)
    return ANYTHING
