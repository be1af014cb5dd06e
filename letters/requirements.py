"""The facts without which a letter is not written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.facts.dictionary import FACTS, Who
from engine.treatment import Line, PlannedTreatment
from letters.case_facts import known_facts
from letters.kinds import Kind
from letters.letter import Gap
from letters.words import Scalar

QUESTIONS = {
    "patient.name": "What is the patient's name, as the plan knows it?",
    "coverage.member_id": "What is the member ID on the patient's insurance card?",
    "provider.name": "What is the name of the treating provider?",
    "provider.npi": "What is the provider's NPI?",
    "provider.tax_id": "What is the practice's tax ID?",
    "denial.received_on": "On which day was the denial received?",
    "denial.claim_number": "What is the number of the claim or request that was denied?",
    "denial.reason_code": "Which reason code does the denial give, or in which words (denial.reason_text)?",
    "denial.level": "Which level of appeal is it, such as redetermination, reconsideration or internal appeal?",
    "diagnoses": "Which ICD-10-CM diagnosis is treated?",
    "plan_of_care.goals": "What is at least one goal of the plan of care, with measure, baseline, target and date?",
    "referral.physician.name": "Which physician ordered or referred to the therapy?",
    "necessity.functional_limitation": "What can the patient not do, or not do safely, because of the condition?",
    "necessity.prior_level": "How did the patient function before?",
    "necessity.current_level": "How does the patient function now?",
    "necessity.skilled_need": "Why does the treatment need a therapist's skill?",
    "necessity.measures": "Which standardized scores were measured, and when?",
    "necessity.progress": "What has the treatment changed so far?",
    "necessity.home_program": "What does the patient practice at home?",
    "necessity.caregiver_training": "What is the caregiver taught?",
    "necessity.discharge_plan": "What is planned for the end of the treatment?",
    "patient.phone": "What is the patient's phone number?",
    "coverage.group_id": "What is the group number on the patient's insurance card?",
    "coverage.plan_name": "What is the name of the plan on the patient's insurance card?",
    "provider.discipline": "Which discipline treats: OT, PT or SLP?",
    "provider.phone": "What is the practice's phone number?",
    "provider.fax": "What is the practice's fax number?",
    "provider.address": "What is the practice's address?",
    "referral.physician.npi": "What is the physician's NPI?",
    "referral.physician.phone": "What is the physician's phone number?",
    "referral.physician.fax": "What is the physician's fax number?",
}
_KNOWN_BY: tuple[tuple[str, Who], ...] = (
    ("patient.", "patient"), ("coverage.", "patient"), ("necessity.", "clinician"), ("plan_of_care.", "clinician"),
)  # fmt: skip
_INSTEAD = {"denial.reason_code": "denial.reason_text"}
_MINUTES = "How many minutes of {code} are planned for a visit?"
_CHARGE = "What does the practice charge for {code} at a visit?"


def question(path: str) -> str | None:
    """What to ask for a fact; None where nobody wrote a question for it."""
    return QUESTIONS.get(path) or (FACTS[path].ask if path in FACTS else None)


def who_knows(path: str) -> Who:
    """Whom to ask for a fact."""
    if path in FACTS:
        return FACTS[path].who
    return next((who for start, who in _KNOWN_BY if path.startswith(start)), "chart")


def gaps(kind: Kind, treatment: PlannedTreatment) -> tuple[Gap, ...]:
    """Each fact required by the kind that the case does not have, in the order of the letter."""
    return missing(kind.required, treatment)


def missing(required: tuple[str, ...], treatment: PlannedTreatment) -> tuple[Gap, ...]:
    """Each of these facts that the case does not have."""
    return tuple(_gaps(required, treatment, known_facts(treatment)))


def _gaps(required: tuple[str, ...], treatment: PlannedTreatment, facts: Mapping[str, Scalar]) -> Iterator[Gap]:
    for path in required:
        if path == "lines":
            for number, line in enumerate(treatment.lines, 1):
                if not _is_measured(line):
                    yield Gap(f"lines.{number}.minutes", _MINUTES.format(code=line.code))
        elif not _is_known(path, facts):
            yield Gap(path, question(path) or path)


def charge_gaps(treatment: PlannedTreatment, lines: Iterable[int]) -> Iterator[Gap]:
    """Each of the lines, counted from 1, whose charge the case does not have."""
    for number in lines:
        line = treatment.lines[number - 1]
        if line.charge is None:
            yield Gap(f"lines.{number}.charge", _CHARGE.format(code=line.code))


def _is_measured(line: Line) -> bool:
    """Whether minutes or units are known; that an assistant gives none of them says nothing of the rest."""
    parts = (line.therapist_minutes, line.assistant_minutes, line.joint_minutes)
    return line.minutes is not None or line.units is not None or any(parts)


def _is_known(path: str, facts: Mapping[str, Scalar]) -> bool:
    """Whether a fact is there, or what stands for it, or, of a list, a first entry with something in it."""
    return path in facts or _INSTEAD.get(path) in facts or any(name.startswith(f"{path}.") for name in facts)
