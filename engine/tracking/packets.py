"""A packet: a letter on its way to a payer, from the facts that it needs to the payer's answer."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from engine.due_dates import DueDate, due_date
from engine.language.load import Library
from engine.problems import Problem, UserError
from engine.tracking.records import AuthorizationRecord, Id
from engine.tracking.states import TO_SEND, moved
from engine.treatment import Day, PlannedTreatment, ShortText

PacketState = Literal["open", "final", "sent", "answered"]
Step = Literal["sent", "received", "answered"]
REQUEST = "prior-authorization"
_ASKS_FOR_A_DECISION = (REQUEST, "organization-determination", "appeal")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Happened(_Part):
    """The day that something happened, and the member of staff who wrote it down."""

    on: Day
    by: ShortText


class Packet(_Part):
    """A letter of a ``kind`` about a case. ``check_id``: the recorded check that it was made from; ``received``: by the
    payer, which starts its clock; ``expedited``: the payer was asked to decide sooner, for the patient's health."""

    id: Id
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=40)]
    case: PlannedTreatment
    check_id: ShortText | None = None
    episode_id: Id | None = None
    authorization_id: Id | None = None
    expedited: bool = False
    final: Happened | None = None
    sent: Happened | None = None
    received: Happened | None = None
    answered: Happened | None = None

    @property
    def state(self) -> PacketState:
        if self.answered:
            return "answered"
        if self.sent:
            return "sent"
        return "final" if self.final else "open"

    @property
    def asks_for_a_decision(self) -> bool:
        return self.kind in _ASKS_FOR_A_DECISION


def finished(packet: Packet, on: date, by: str) -> Packet:
    """The packet as it shall go out: its facts stay as they are from then on."""
    return packet.model_copy(update={"final": Happened(on=on, by=by)})


def reopened(packet: Packet) -> Packet:
    """The packet open for changes again. Raises UserError once it was sent."""
    if packet.sent:
        hint = "make a new packet for what is to be said besides"
        raise UserError([Problem("not-allowed", "what was sent is not changed any more", hint=hint)])
    return packet.model_copy(update={"final": None})


def happened(packet: Packet, days: dict[Step, date], today: date, by: str) -> Packet:
    """The packet with the days on which it was sent, received by the payer and answered; a day not named stays.

    Raises UserError with everything that is out of order.
    """
    changes: dict[str, Happened] = {
        step: Happened(on=on, by=by) for step, on in days.items() if _changes(getattr(packet, step), on)
    }
    after = packet.model_copy(update=changes)
    problems = _out_of_order(after, today)
    if problems:
        raise UserError(problems)
    return after


def _changes(was: Happened | None, on: date) -> bool:
    return was is None or was.on != on


def _out_of_order(packet: Packet, today: date) -> list[Problem]:
    steps: tuple[Step, ...] = ("sent", "received", "answered")
    known = [(step, found.on) for step in steps if (found := getattr(packet, step)) is not None]
    problems = [
        Problem("broken-value", f"{on} is still to come: write down what happened", key=step)
        for step, on in known
        if on > today
    ]
    if known and packet.sent is None:
        problems.append(Problem("missing-key", "the day it was sent is needed first", key="sent"))
    problems += [
        Problem("broken-value", f"{later} on {on}, before it was {earlier} on {before}", key=later)
        for (earlier, before), (later, on) in pairwise(known)
        if on < before
    ]
    if known and packet.final is None:
        hint = "make it final first, so that what was sent is on record"
        problems.append(Problem("not-allowed", "a draft is not sent", key="sent", hint=hint))
    return problems


def decision_due(packet: Packet, library: Library) -> DueDate | None:
    """When the payer decides: from the day it received the request, or, while that is not known, was sent it.

    None where nothing was sent, or nothing in it asks for a decision.
    """
    since = packet.received or packet.sent
    if since is None or not packet.asks_for_a_decision:
        return None
    if packet.kind == "appeal":  # the clocks of a request do not measure an appeal
        return DueDate("appeal decision", packet.case.coverage.payer, since.on, None, None, None)
    event = "expedited_decision" if packet.expedited else "standard_decision"
    return due_date(library, event, packet.case.coverage.payer, since.on)


def submitted(packet: Packet, authorization: AuthorizationRecord) -> AuthorizationRecord | None:
    """The authorization as the packet's days leave it; None where they change nothing.

    Raises UserError where the authorization may not become submitted.
    """
    since = packet.received or packet.sent
    if since is None or authorization.submitted_on == since.on:
        return None
    if authorization.state in TO_SEND:
        return moved(authorization, "submitted", since.on)
    if authorization.state == "submitted":  # the day was put right
        return authorization.model_copy(update={"submitted_on": since.on})
    return None
