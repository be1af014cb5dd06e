"""The kinds of letter: their titles, and their parts in order."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from engine.problems import Problem, UserError
from letters.letter import LETTERHEAD

FORMAL_PARTS = frozenset({LETTERHEAD, "addressee", "salutation", "closing", "signature"})
"""Parts of fixed wording. They state no facts of the case except those that they quote."""

RUNNING_HEAD = "running-head"

_CLINICAL = ("diagnoses", "function", "goals", "skilled-need")


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    title: str
    parts: tuple[str, ...]


_KINDS = (
    Kind(
        "prior-authorization",
        "Prior authorization request",
        (LETTERHEAD, "addressee", "parties", "salutation", "request", *_CLINICAL, "criteria", "home-program",
         "attachments", "closing", "signature"),
    ),
    Kind(
        "medical-necessity",
        "Letter of medical necessity",
        (LETTERHEAD, "addressee", "parties", "salutation", "request", *_CLINICAL, "home-program", "criteria",
         "attachments", "closing", "signature"),
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
