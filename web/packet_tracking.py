"""The authorization that waits for a packet's answer: which ones it may be, and what the packet's days change of it."""

from __future__ import annotations

from secrets import token_hex

from engine.problems import Problem, UserError
from engine.store.tracking import Record, Tracking
from engine.tracking.packets import REQUEST, Packet, submitted
from engine.tracking.records import Amount, AuthorizationRecord, Episode, Patient
from engine.tracking.states import TO_SEND
from web.languages import gettext

_NEW = "new:"
"""Begins the choice of a new authorization of an episode."""


def options(packet: Packet, tracking: Tracking) -> dict[str, str]:
    """The choices with their labels, only of episodes under the packet's payer; empty where it is no request."""
    if packet.kind != REQUEST:
        return {}
    patients = {saved.record.id: saved.record for saved in tracking.all(Patient)}
    authorizations = [saved.record for saved in tracking.all(AuthorizationRecord)]
    found: dict[str, str] = {}
    for saved in tracking.all(Episode):
        episode = saved.record
        if episode.payer != packet.case.coverage.payer or episode.discharged_on is not None:
            continue
        of = f"{patients[episode.patient_id].initials}, {episode.discipline}, {episode.id}"
        for one in authorizations:
            if one.episode_id == episode.id and (one.state in TO_SEND or one.id == packet.authorization_id):
                found[one.id] = gettext(
                    "%(episode)s: authorization %(number)s", episode=of, number=one.number or one.id
                )
        found[_NEW + episode.id] = gettext("%(episode)s: a new authorization", episode=of)
    return found


def link(packet: Packet, choice: str, tracking: Tracking) -> tuple[Packet, tuple[tuple[Record, int], ...]]:
    """The packet with the authorization that was chosen, and that authorization as the packet's days leave it, with the
    version it was read at; nothing where it stays as it is. Raises UserError."""
    if not choice:
        return packet, ()
    if choice not in options(packet, tracking):
        raise UserError(
            [Problem("not-allowed", "this authorization is not one of the payer's requests", key="tracked")]
        )
    authorization, version = _chosen(packet, choice, tracking)
    after = submitted(packet, authorization)
    if after is None and version == 0:
        raise UserError([Problem("missing-key", "the day it was sent is needed for a new authorization", key="sent")])
    changes = ((after, version),) if after else ()
    link = {"authorization_id": authorization.id, "episode_id": authorization.episode_id}
    return packet.model_copy(update=link), changes


def _chosen(packet: Packet, choice: str, tracking: Tracking) -> tuple[AuthorizationRecord, int]:
    if not choice.startswith(_NEW):
        saved = tracking.find(AuthorizationRecord, choice)
        return saved.record, saved.version
    new = AuthorizationRecord(
        id=f"authorization-{token_hex(5)}",
        episode_id=choice.removeprefix(_NEW),
        codes=tuple(dict.fromkeys(line.code for line in packet.case.lines)),
        requested=Amount(visits=packet.case.plan_of_care.visits),
    )
    return new, 0
