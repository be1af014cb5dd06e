"""The kinds of letter: their titles, and their parts in order."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from engine.problems import Problem, UserError
from letters.letter import LETTERHEAD

FORMAL_PARTS = frozenset({LETTERHEAD, "addressee", "salutation", "closing", "signature", "worksheet-head"})
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
    """A kind of paper: its parts in order, and the paths of the facts without which it is not written."""

    name: str
    title: str
    parts: tuple[str, ...]
    required: tuple[str, ...]


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
)  # fmt: skip
KINDS = {kind.name: kind for kind in _KINDS}


def kind_named(name: str) -> Kind:
    """Raises UserError for a kind that there is not, with the nearest one."""
    if name in KINDS:
        return KINDS[name]
    near = get_close_matches(name, KINDS, 1)
    hint = f"Did you mean {near[0]}?" if near else f"Kinds: {', '.join(KINDS)}."
    raise UserError([Problem("unknown-letter", f"there is no letter of the kind {name!r}", hint=hint)])
