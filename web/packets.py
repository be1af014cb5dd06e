"""The room of packets: those that there are, and a new one from a recorded check or from an episode."""

from __future__ import annotations

from secrets import token_hex

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from engine import PlannedTreatment
from engine import check as decide
from engine.cases import case_of
from engine.store import StoreError
from engine.tracking.packets import Packet, decision_due
from engine.tracking.records import Episode, Patient
from letters.disclosure import initials
from letters.kinds import request_kind
from web.desk import Desk, desk, seen
from web.languages import gettext, in_english
from web.packet import LETTERS, STATES, subject, who
from web.pages import page
from web.signing_in import only_drawn, submitted, text
from web.wrong import told

router = APIRouter()


@router.get("/packets")
def show_packets(request: Request, episode: str = "") -> Response:
    return _list(request, 200, {"episode_id": episode, "date_of_service": desk(request).today.isoformat()}, {})


@router.post("/packets")
def new_packet(request: Request, form: FormData = Depends(submitted)) -> Response:
    """From a recorded check, or from an episode with a code and a day."""
    at, check_id = desk(request), text(form, "check_id")
    values = {name: text(form, name).strip() for name in ("episode_id", "lines.1.code", "date_of_service")}
    if only_drawn(form):
        return _list(request, 200, values, {})
    made = _checked(at, check_id) if check_id else _of_episode(at, values)
    if not isinstance(made, PlannedTreatment):
        return _list(request, 422, values, made)
    packet = Packet(
        id=f"packet-{token_hex(5)}",
        kind=request_kind(decide(made, at.library, today=at.today)),
        case=made,
        check_id=check_id or None,
        episode_id=None if check_id else values["episode_id"],
    )
    at.store.tracking.add(packet, who=who(request), at=at.now)
    return RedirectResponse(f"/packets/{packet.id}", 303)


def _list(request: Request, status: int, values: dict[str, str], errors: dict[str, str]) -> Response:
    at = desk(request)
    packets = at.store.tracking.all(Packet)
    episodes = at.store.tracking.all(Episode)
    patients = {saved.record.id: saved.record for saved in at.store.tracking.all(Patient)}
    seen(request, [subject(one.record, at) for one in packets], "listed", "packets")
    newest = sorted(packets, key=lambda saved: saved.at, reverse=True)
    groups = (("open", ("open", "final")), ("sent", ("sent",)), ("answered", ("answered",)))
    return page(
        request,
        "packets.html",
        status=status,
        groups=[(name, [one for one in newest if one.record.state in states]) for name, states in groups],
        due={one.record.id: decision_due(one.record, at.library) for one in packets},
        titles={payer.id: payer.title for payer in at.payers},
        kinds=LETTERS,
        episodes={
            one.record.id: f"{patients[one.record.patient_id].initials}, {one.record.discipline}, {one.record.id}"
            for one in episodes
            if one.record.discharged_on is None
        },
        states=STATES,
        initials=initials,
        values=values,
        errors=errors,
        codes=at.library.reference.codes.values(),
    )


def _checked(at: Desk, check_id: str) -> PlannedTreatment | dict[str, str]:
    """The case of a recorded check; the letter's day is not the check's."""
    try:
        recorded = at.store.find_check(check_id)
    except StoreError as error:
        return {"": in_english(str(error))}
    case = orjson.dumps(orjson.loads(recorded.case_json)["case"])
    return PlannedTreatment.model_validate_json(case).model_copy(update={"today": None, "id": None})


def _of_episode(at: Desk, values: dict[str, str]) -> PlannedTreatment | dict[str, str]:
    """A case with what is tracked of the episode and its patient."""
    episodes = at.store.tracking.history(Episode, values["episode_id"])
    if not episodes:
        return {"episode_id": gettext("Choose the episode that the letter is about.")}
    episode = episodes[-1].record
    patient = at.store.tracking.find(Patient, episode.patient_id).record
    known = {
        "coverage.payer": episode.payer,
        "provider.discipline": episode.discipline,
        "episode.evaluation_on": str(episode.evaluation_on or ""),
        "patient.name": patient.name,
        "patient.birth_date": str(patient.birth_date or ""),
    }
    typed_in = {name: values[name] for name in ("lines.1.code", "date_of_service")}
    made = case_of(known | {name: text.upper() for name, text in typed_in.items()})
    if isinstance(made, PlannedTreatment):
        return made
    named = {problem.key if problem.key in typed_in else "lines.1.code": problem for problem in made}
    return {name or "": told(problem, typed_in.get(name or "", "")) for name, problem in named.items()}
