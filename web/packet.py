"""One packet: its facts beside its letter, final or not, and the days on which it was sent, received and answered."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import get_args

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from engine import Decision, Library, PlannedTreatment, Problem, UserError
from engine import check as decide
from engine.store import Conflict
from engine.store.tracking import Saved
from engine.tracking.packets import Packet, Step, decision_due, finished, happened, reopened
from engine.tracking.records import Episode
from letters.kinds import KINDS
from letters.refusals import refusal
from web.desk import Desk, desk, seen, signed_in
from web.languages import N_, gettext, in_english, said
from web.packet_cells import cells, changed, typed
from web.packet_fields import field_of, has_field, label_of, shown_groups
from web.packet_letter import shown_letter
from web.packet_tracking import link, options
from web.pages import page
from web.signing_in import only_drawn, submitted, text

router = APIRouter()
LETTERS = {
    "prior-authorization": N_("Prior authorization request"),
    "medical-necessity": N_("Letter of medical necessity"),
    "organization-determination": N_("Request for an organization determination"),
    "appeal": N_("Appeal of a denial"),
    "abn": N_("ABN worksheet"),
    "good-faith-estimate": N_("Good-faith estimate"),
    "patient-summary": N_("Summary of the visit, for the patient"),
    "home-practice": N_("Practice at home, for the patient"),
    "checklist": N_("Checklist of the request"),
    "fax-cover": N_("Fax cover"),
}
"""The kinds that a packet may be made of. The field sheet has a page of its own."""
STATES = {"open": N_("Open"), "final": N_("Final, to be sent"), "sent": N_("Sent"), "answered": N_("Answered")}
_STEPS: tuple[Step, ...] = get_args(Step)


@router.get("/packets/{packet_id}")
def show_packet(request: Request, packet_id: str) -> Response:
    return packet_page(request, found(request, packet_id))


@router.post("/packets/{packet_id}")
def save_packet(request: Request, packet_id: str, form: FormData = Depends(submitted)) -> Response:
    """Save the facts; then, where it was asked for, make the letter final. Or only show what was typed."""
    at, saved, sent = desk(request), found(request, packet_id), typed(form)
    asked, argument = ("show" if only_drawn(form) else text(form, "do")).partition(":")[::2]
    if asked == "remove":
        sent |= {name: "" for name in sent if name.startswith(f"{argument}.")}
    kind = _kind(form, saved.record)
    read_at = int(text(form, "read_at")) if text(form, "read_at").isdecimal() else saved.version
    if read_at != saved.version:
        return _conflict(request, saved, read_at, sent, kind)
    if saved.record.final:
        told = (gettext("A final letter is not changed: open it again first."),)
        return packet_page(request, saved, status=409, told=told)
    made = changed(saved.record.case, sent, at)
    if not isinstance(made, PlannedTreatment):
        return packet_page(request, saved, status=422, values=sent, errors=made, kind=kind)
    packet = saved.record.model_copy(update={"case": made, "kind": kind})
    if asked == "show":
        return packet_page(request, saved, values=sent, preview=packet)
    if packet != saved.record:
        try:
            at.store.tracking.change(packet, read_at=read_at, who=who(request), at=at.now)
        except Conflict:
            return _conflict(request, found(request, packet_id), read_at, sent, kind)
    if asked == "final":
        return _finish(request, found(request, packet_id))
    anchor = f"#{argument}" if asked == "add" else ""
    return RedirectResponse(f"/packets/{packet_id}{anchor}", 303)


@router.post("/packets/{packet_id}/live")
def live(request: Request, packet_id: str, form: FormData = Depends(submitted)) -> Response:
    """The letter of the form as it stands, as a piece of a page; nothing is saved."""
    at, saved = desk(request), found(request, packet_id)
    made = changed(saved.record.case, typed(form), at)
    if not isinstance(made, PlannedTreatment):
        return page(
            request, "packet_live.html", status=422, wrong={label_of(name): said for name, said in made.items()}
        )
    decision = _decided(at, made, at.today)
    letter = shown_letter(_kind(form, saved.record), made, decision, at.today)
    return page(
        request, "packet_live.html", wrong={}, letter=letter, decision=decision, label_of=label_of, has_field=has_field
    )


@router.post("/packets/{packet_id}/reopen")
def reopen(request: Request, packet_id: str) -> Response:
    at, saved = desk(request), found(request, packet_id)
    try:
        packet = reopened(saved.record)
    except UserError as error:
        return packet_page(request, saved, status=422, told=tuple(map(sentence, error.problems)))
    at.store.tracking.change(packet, read_at=saved.version, who=who(request), at=at.now)
    return RedirectResponse(f"/packets/{packet_id}", 303)


@router.post("/packets/{packet_id}/days")
def set_days(request: Request, packet_id: str, form: FormData = Depends(submitted)) -> Response:
    """When it was sent, received and answered; with it the authorization that waits for the answer."""
    at, saved = desk(request), found(request, packet_id)
    if text(form, "read_at") != str(saved.version):
        told = (gettext("Somebody changed this packet after you read it. Nothing was saved: enter the days again."),)
        return packet_page(request, saved, status=409, told=told)
    if only_drawn(form):
        return packet_page(request, saved, days=_typed_days(form))
    days, errors = _days(form)
    if not errors:
        try:
            expedited = saved.record.model_copy(update={"expedited": bool(text(form, "expedited"))})
            packet = happened(expedited, days, at.today, who(request))
            packet, changes = link(packet, text(form, "tracked"), at.store.tracking)
            at.store.tracking.save(*changes, (packet, saved.version), who=who(request), at=at.now)
        except UserError as error:
            errors = {problem.key or "": sentence(problem) for problem in error.problems}
        except Conflict as conflict:
            return packet_page(request, found(request, packet_id), status=409, told=(in_english(str(conflict)),))
    if errors:
        return packet_page(request, saved, status=422, errors=errors, days=_typed_days(form))
    return RedirectResponse(f"/packets/{packet_id}#days", 303)


def found(request: Request, packet_id: str) -> Saved[Packet]:
    """The packet as it stands. Raises an HTTPException where there is none."""
    history = desk(request).store.tracking.history(Packet, packet_id)
    if not history:
        raise HTTPException(404, gettext("There is no such packet. The list shows those that there are."))
    return history[-1]


def dated(packet: Packet, at: Desk) -> date:
    """The letter's day: the day that it became final, until then today."""
    return packet.final.on if packet.final else at.today


def decision_of(packet: Packet, at: Desk) -> Decision:
    return _decided(at, packet.case, dated(packet, at))


def packet_page(
    request: Request,
    saved: Saved[Packet],
    *,
    status: int = 200,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    told: tuple[str, ...] = (),
    kind: str | None = None,
    preview: Packet | None = None,
    days: dict[str, str] | None = None,
    theirs: dict[str, str] | None = None,
) -> Response:
    """The page of a packet. ``values``: what was typed; ``preview``: the packet whose letter is shown though it is not
    saved; ``theirs``: what somebody else typed in a field that was typed in here too."""
    at, packet = desk(request), preview or saved.record
    seen(request, [subject(saved.record, at)], detail="packet")
    kind = kind or packet.kind
    day = dated(packet, at)
    decision = _decided(at, packet.case, day)
    letter = shown_letter(kind, packet.case, decision, day)
    shown = {**cells(packet.case, at), **(values or {})}
    refused = {name: refusal(KINDS[name], packet.case, decision, day, draft=True) for name in LETTERS}
    history = at.store.tracking.history(Packet, packet.id)
    tracked = options(packet, at.store.tracking)
    return page(
        request,
        "packet.html",
        status=status,
        saved=saved,
        packet=packet,
        preview=preview is not None,
        kind=kind,
        kinds=LETTERS,
        languages=KINDS[kind].languages,
        refused={name: problem for name, problem in refused.items() if problem},
        values=shown,
        groups=shown_groups(kind, shown, KINDS[kind].required, letter.gaps, decision),
        errors=errors or {},
        told=told,
        theirs=theirs or {},
        letter=letter,
        decision=decision,
        due=decision_due(packet, at.library),
        days=days or _written_days(packet),
        tracked=tracked,
        history=history,
        states=STATES,
        payers=at.payers,
        codes=at.library.reference.codes.values(),
        label_of=label_of,
        has_field=has_field,
        field_of=field_of,
    )


def _finish(request: Request, saved: Saved[Packet]) -> Response:
    """Final only without gaps: the same look at the letter as the page's, and no draft."""
    at = desk(request)
    letter = shown_letter(saved.record.kind, saved.record.case, _decided(at, saved.record.case, at.today), at.today)
    if letter.refused or letter.gaps:
        told = tuple(sentence(problem) for problem in letter.refused)
        errors = {field_of(gap.path): said(gap.question) for gap in letter.gaps}
        return packet_page(request, saved, status=422, told=(gettext("It is not final yet."), *told), errors=errors)
    packet = finished(saved.record, at.today, who(request))
    at.store.tracking.change(packet, read_at=saved.version, who=who(request), at=at.now)
    return RedirectResponse(f"/packets/{packet.id}", 303)


def _kind(form: FormData, packet: Packet) -> str:
    """The kind of letter that was chosen: by the button that offers another, or by the list."""
    chosen = text(form, "instead") or text(form, "kind")
    return chosen if chosen in LETTERS else packet.kind


def _conflict(request: Request, newest: Saved[Packet], read_at: int, sent: dict[str, str], kind: str) -> Response:
    """Theirs with mine on top, nothing saved: what both typed in is shown twice."""
    at = desk(request)
    base = next((one for one in at.store.tracking.history(Packet, newest.record.id) if one.version == read_at), newest)
    was, now = cells(base.record.case, at), cells(newest.record.case, at)
    mine = {name: said for name, said in sent.items() if said != was.get(name, "").strip()}
    both = {
        name: now.get(name, "") for name, said in mine.items() if now.get(name, "") not in (was.get(name, ""), said)
    }
    told = (
        gettext(
            "%(who)s changed this packet after you read it. Nothing of yours was saved, and nothing was overwritten.",
            who=newest.who,
        ),
        gettext("What you typed stands in the fields below on top of it: look it over and save again."),
    )
    return packet_page(request, newest, status=409, values={**now, **mine}, told=told, theirs=both, kind=kind)


def _typed_days(form: FormData) -> dict[str, str]:
    """The form of the days as typed."""
    return {name: text(form, name) for name in (*_STEPS, "expedited", "tracked")}


def _written_days(packet: Packet) -> dict[str, str]:
    """That form as the packet has it."""
    days: dict[str, str] = {name: str(on.on) if (on := getattr(packet, name)) else "" for name in _STEPS}
    return {**days, "expedited": "yes" if packet.expedited else "", "tracked": packet.authorization_id or ""}


def _days(form: FormData) -> tuple[dict[Step, date], dict[str, str]]:
    days: dict[Step, date] = {}
    errors: dict[str, str] = {}
    for step in _STEPS:
        if written := text(form, step).strip():
            try:
                days[step] = date.fromisoformat(written)
            except ValueError:
                errors[step] = gettext("“%(text)s” is not a date such as 2026-11-24.", text=written)
    return days, errors


def _decided(at: Desk, treatment: PlannedTreatment, today: date) -> Decision:
    return _decide(at.library, treatment, today)


@lru_cache(maxsize=32)
def _decide(library: Library, treatment: PlannedTreatment, today: date) -> Decision:
    """Kept, as every page of a packet asks it again."""
    return decide(treatment, library, today=today)


def who(request: Request) -> str:
    return signed_in(request).name


def subject(packet: Packet, at: Desk) -> str:
    """Whose it is in the audit log: the patient's id, or its own where no patient is tracked."""
    if packet.episode_id is None:
        return packet.id
    return at.store.tracking.find(Episode, packet.episode_id).record.patient_id


def sentence(problem: Problem) -> str:
    said = f"{problem.message[0].upper()}{problem.message[1:]}".rstrip(".")
    hint = f" {problem.hint[0].upper()}{problem.hint[1:]}".rstrip(".") if problem.hint else ""
    return in_english(f"{said}.{hint}." if hint else f"{said}.")
