"""The states of an authorization, and which may follow which."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import ValidationError

from engine.problems import Problem, UserError
from engine.tracking.records import Amount, AuthorizationRecord, AuthorizationState

GRANTED: frozenset[AuthorizationState] = frozenset({"approved", "partial", "modified"})
AWAITED: frozenset[AuthorizationState] = frozenset({"submitted", "pended"})
TO_SEND: frozenset[AuthorizationState] = frozenset({"draft", "contact_payer"})

_ANSWERS: tuple[AuthorizationState, ...] = ("approved", "partial", "modified", "denied")
FOLLOWS: Mapping[AuthorizationState, tuple[AuthorizationState, ...]] = {
    "draft": ("submitted", "contact_payer", "cancelled"),
    "contact_payer": ("draft", "submitted", *_ANSWERS, "cancelled"),
    "submitted": ("pended", *_ANSWERS, "contact_payer", "cancelled"),
    "pended": ("submitted", *_ANSWERS, "contact_payer", "cancelled"),
    "approved": ("modified", "expired", "cancelled"),
    "partial": ("approved", "modified", "expired", "cancelled"),
    "modified": ("approved", "modified", "expired", "cancelled"),
    "denied": ("approved", "partial", "modified", "cancelled"),
    "cancelled": (),
    "expired": (),
}
"""What may follow a state; a denial is overturned on appeal. Nothing follows the last two: a new request is a new
authorization."""


def refusal(was: AuthorizationState, state: AuthorizationState) -> Problem | None:
    """Why the state may not follow the other; None where it may."""
    allowed = FOLLOWS[was]
    if state in allowed:
        return None
    hint = f"it may become {', '.join(allowed)}" if allowed else "record the new request as a new authorization"
    return Problem("not-allowed", f"an authorization that is {was} does not become {state}", hint=hint)


def moved(authorization: AuthorizationRecord, state: AuthorizationState, on: date) -> AuthorizationRecord:
    """The authorization in the next state, reached on that day. Raises UserError where it may not follow."""
    if problem := refusal(authorization.state, state):
        raise UserError([problem])
    changes: dict[str, object] = {"state": state}
    if state == "submitted":
        changes["submitted_on"] = on
    if state == "denied":
        changes["denial_received_on"] = on
    return authorization.model_copy(update=changes)


def with_grant(
    authorization: AuthorizationRecord,
    *,
    number: str | None,
    granted: Amount,
    valid_from: date | None,
    valid_to: date | None,
) -> AuthorizationRecord:
    """The authorization with what the payer said; what it did not say stays. Raises UserError for days out of order."""
    was = authorization.granted
    changes = {
        "number": number or authorization.number,
        "granted": Amount(
            visits=was.visits if granted.visits is None else granted.visits,
            units=was.units if granted.units is None else granted.units,
        ),
        "valid_from": valid_from or authorization.valid_from,
        "valid_to": valid_to or authorization.valid_to,
    }
    try:
        return AuthorizationRecord.model_validate(dict(authorization) | changes)
    except ValidationError as error:
        said = [str(detail.get("ctx", {}).get("error", detail["msg"])) for detail in error.errors()]
        raise UserError([Problem("broken-value", f"the authorization {text}") for text in said]) from None
