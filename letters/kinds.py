"""The kinds of letter: their titles, and their parts in order."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from engine.decision import Decision
from engine.problems import Problem, UserError
from letters.letter import LETTERHEAD, LanguageCode

FORMAL_PARTS = frozenset({
    LETTERHEAD, "addressee", "salutation", "closing", "signature", "worksheet-head",
    "confidentiality", "sheet-head", "practice-log", "stop-line", "summary-notice", "checklist-head",
})  # fmt: skip
"""Parts of fixed wording. They state no facts of the case except those that they quote."""

RUNNING_HEAD = "running-head"

_REVIEWED = (
    "patient.name", "patient.birth_date", "coverage.member_id", "provider.name", "provider.npi", "diagnoses", "lines",
    "plan_of_care.starts_on", "plan_of_care.visits", "plan_of_care.weeks", "plan_of_care.goals",
    "referral.physician.name", "necessity.functional_limitation", "necessity.prior_level", "necessity.current_level",
    "necessity.skilled_need",
)  # fmt: skip
"""What a payer's reviewer needs: the facts without which a request or a letter of necessity is not written."""

_APPEALED = (
    "patient.name", "patient.birth_date", "coverage.member_id", "provider.name", "provider.npi", "denial.received_on",
    "denial.claim_number", "denial.reason_code", "denial.level", "diagnoses", "lines",
)  # fmt: skip
"""What identifies a denial and what was denied; what answers it depends on its reason."""

_CLINICAL = ("diagnoses", "function", "goals", "skilled-need")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of paper: its parts in order, and the paths of the facts without which it is not written.

    ``large``: in big type. ``for_payer``: it goes to a payer, so there must be one.
    """

    name: str
    title: str
    parts: tuple[str, ...]
    required: tuple[str, ...]
    languages: tuple[LanguageCode, ...] = ("en",)
    large: bool = False
    for_payer: bool = False


_KINDS = (
    Kind(
        "prior-authorization",
        "Prior authorization request",
        (LETTERHEAD, "addressee", "parties", "salutation", "request", *_CLINICAL, "criteria", "home-program",
         "attachments", "closing", "signature"),
        _REVIEWED,
    ),
    Kind(
        "medical-necessity",
        "Letter of medical necessity",
        (LETTERHEAD, "addressee", "parties", "salutation", "request", *_CLINICAL, "home-program", "criteria",
         "attachments", "closing", "signature"),
        _REVIEWED,
    ),
    Kind(
        "organization-determination",
        "Request for an organization determination",
        (LETTERHEAD, "addressee", "parties", "salutation", "request", *_CLINICAL, "criteria", "home-program",
         "attachments", "closing", "signature"),
        _REVIEWED,
    ),
    Kind(
        "appeal",
        "Appeal of a denial",
        (LETTERHEAD, "addressee", "parties", "denial", "salutation", "request", *_CLINICAL, "home-program",
         "argument", "attachments", "closing", "signature"),
        _APPEALED,
    ),
    Kind(
        "abn",
        "ABN worksheet",
        (LETTERHEAD, "worksheet-head", "blanks", "notices"),
        ("patient.name", "provider.name"),
    ),
    Kind(
        "good-faith-estimate",
        "Good-faith estimate",
        (LETTERHEAD, "addressee", "parties", "expected-services", "notices", "closing"),
        ("patient.name", "patient.birth_date", "provider.name", "provider.npi", "provider.tax_id", "diagnoses"),
    ),
    Kind(
        "fax-cover",
        "Fax",
        (LETTERHEAD, "fax-parties", "fax-about", "enclosures", "confidentiality"),
        ("patient.name", "provider.name", "provider.phone", "provider.fax"),
        large=True,
        for_payer=True,
    ),
    Kind("field-sheet", "Field sheet", ("sheet-head", "sheet"), (), for_payer=True),
    Kind("checklist", "Checklist of the request", ("checklist-head", "papers", "due", "still-missing"), (),
         for_payer=True),
    Kind(
        "home-practice",
        "Your practice at home",
        (LETTERHEAD, "practice-for", "practice-goals", "practice-steps", "caregiver", "stop-line", "practice-log"),
        ("patient.name", "provider.name", "provider.phone", "plan_of_care.goals", "necessity.home_program"),
        large=True,
    ),
    Kind(
        "patient-summary",
        "Your therapy visit",
        (LETTERHEAD, "summary-visit", "summary-answers", "summary-call", "summary-notice"),
        ("patient.name", "provider.name", "provider.phone"),
        languages=("en", "es"),
        large=True,
    ),
)  # fmt: skip
KINDS = {kind.name: kind for kind in _KINDS}


def request_kind(decision: Decision) -> str:
    """The letter that goes to the payer: a request, or where no authorization is needed one of medical necessity."""
    return "medical-necessity" if decision.authorization.answer == "not_required" else "prior-authorization"


def kind_named(name: str) -> Kind:
    """Raises UserError for a kind that there is not, with the nearest one."""
    if name in KINDS:
        return KINDS[name]
    near = get_close_matches(name, KINDS, 1)
    hint = f"Did you mean {near[0]}?" if near else f"Kinds: {', '.join(KINDS)}."
    raise UserError([Problem("unknown-letter", f"there is no letter of the kind {name!r}", hint=hint)])
