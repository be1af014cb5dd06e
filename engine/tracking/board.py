"""One board of everything due, soonest first: dates by the payers' published clocks and rules, or unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from engine.appeals import appeal_of
from engine.clocks import falls_due
from engine.decision import JsonValue
from engine.language.clocks import Clock
from engine.language.load import Library
from engine.message import Message, english
from engine.tracking.burn_down import burn_down
from engine.tracking.progress import ProgressReports
from engine.tracking.records import AuthorizationRecord, Episode, Patient, Tracked, Visit
from engine.tracking.states import AWAITED, GRANTED, TO_SEND
from engine.treatment import Denial

DueKind = Literal[
    "request", "decision", "request_more", "runs_out", "expires", "progress_report", "recertification", "appeal"
]
_USED_UP = {
    "visits": Message("The approved visits are used up"),
    "units": Message("The approved units are used up"),
}
_FIRST_APPEALS = ("redetermination", "reconsideration", "internal_appeal")


@dataclass(frozen=True, slots=True)
class Due:
    """Something to do. ``on`` is None where the day is not known; ``clock`` is what set it, ``why`` its id."""

    kind: DueKind
    on: date | None
    initials: str
    patient_id: str
    episode_id: str
    authorization_id: str | None
    said: Message
    clock: Clock | None = None

    @property
    def text(self) -> str:
        return english(self.said)

    @property
    def why(self) -> str | None:
        return self.clock.id if self.clock else None

    def as_json(self) -> dict[str, JsonValue]:
        return {
            "kind": self.kind,
            "on": self.on.isoformat() if self.on else None,
            "initials": self.initials,
            "patient": self.patient_id,
            "episode": self.episode_id,
            "authorization": self.authorization_id,
            "text": self.text,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class _Case:
    """An episode with all that its due dates rest on."""

    patient: Patient
    episode: Episode
    authorizations: tuple[AuthorizationRecord, ...]
    visits: tuple[Visit, ...]
    clocks: Mapping[str, Clock]

    def due(
        self,
        kind: DueKind,
        on: date | None,
        said: Message,
        of: AuthorizationRecord | None = None,
        clock: Clock | None = None,
    ) -> Due:
        episode, patient = self.episode, self.patient
        return Due(kind, on, patient.initials, patient.id, episode.id, of.id if of else None, said, clock)


def board(tracked: Tracked, library: Library, *, today: date, days: int) -> tuple[Due, ...]:
    """What is overdue or falls due within so many days, soonest first; what has no known day stands at the end.

    Raises UserError where a ruleset is broken.
    """
    last = today + timedelta(days=days)
    reports = ProgressReports(library, today)
    found = [due for case in _cases(tracked, library) for due in _of(case, reports, today)]
    near = [due for due in found if due.on is None or due.on <= last]
    return tuple(sorted(near, key=lambda due: (due.on or date.max, due.patient_id, due.episode_id, due.kind)))


def _cases(tracked: Tracked, library: Library) -> Iterator[_Case]:
    patients = {patient.id: patient for patient in tracked.patients}
    authorizations: dict[str, list[AuthorizationRecord]] = {}
    for one in tracked.authorizations:
        authorizations.setdefault(one.episode_id, []).append(one)
    visits: dict[str, list[Visit]] = {}
    for visit in tracked.visits:
        visits.setdefault(visit.patient_id, []).append(visit)
    for episode in tracked.episodes:
        ruleset = library.for_payer(episode.payer)
        yield _Case(
            patients[episode.patient_id],
            episode,
            tuple(authorizations.get(episode.id, ())),
            tuple(visits.get(episode.patient_id, ())),
            ruleset.clocks if ruleset else {},
        )


def _of(case: _Case, reports: ProgressReports, today: date) -> Iterator[Due]:
    for authorization in case.authorizations:
        if authorization.state == "denied":
            yield _appeal(case, authorization)
        if case.episode.discharged_on is not None:
            continue
        if authorization.state in TO_SEND:
            yield _request(case, authorization)
        elif authorization.state in AWAITED:
            yield _decision(case, authorization)
        elif authorization.state in GRANTED:
            yield from _granted(case, authorization, today)
    if case.episode.discharged_on is None:
        yield from _papers(case, reports)


def _unclocked(what: Message) -> Message:
    return Message("%(what)s; no published clock tells by when: ask the payer", {"what": what})


def _request(case: _Case, authorization: AuthorizationRecord) -> Due:
    if authorization.request_by is not None:
        return case.due("request", authorization.request_by, Message("Send the authorization request"), authorization)
    clock, since = case.clocks.get("authorization_request"), case.episode.evaluation_on
    found = falls_due(clock, since) if clock and since else None
    send = Message("Send the authorization request")
    said = send if found else _unclocked(send)
    return case.due("request", found.due if found else None, said, authorization, clock if found else None)


def _decision(case: _Case, authorization: AuthorizationRecord) -> Due:
    clock, since = case.clocks.get("standard_decision"), authorization.submitted_on
    found = falls_due(clock, since) if clock and since else None
    said = Message("The payer's decision is due") if found else _unclocked(Message("The payer's decision is awaited"))
    return case.due("decision", found.due if found else None, said, authorization, clock if found else None)


def _granted(case: _Case, authorization: AuthorizationRecord, today: date) -> Iterator[Due]:
    clock = case.clocks.get("standard_decision")
    ahead = burn_down(authorization, case.visits, today, case.episode.visits_per_week, clock)
    if ahead.by in ("visits", "units"):
        day = ahead.runs_out_on
        said = Message("Nothing is left for the visit of %(day)s", {"day": day}) if day else _USED_UP[ahead.by]
        yield case.due("runs_out", day or ahead.last_covered, said, authorization)
    if authorization.valid_to is not None:
        yield case.due("expires", authorization.valid_to, Message("The authorization's last day"), authorization)
    if ahead.by is not None and not _more_is_asked(case, authorization):
        last = Message("Last day to ask for more and be answered in time")
        said = last if ahead.ask_by else _unclocked(Message("Ask for more"))
        yield case.due("request_more", ahead.ask_by, said, authorization, clock if ahead.ask_by else None)


def _more_is_asked(case: _Case, authorization: AuthorizationRecord) -> bool:
    """Whether another authorization of the episode is under way, or begins after this one."""
    others = [other for other in case.authorizations if other.id != authorization.id]
    begins = authorization.valid_from or date.min
    return any(
        other.state in TO_SEND | AWAITED or (other.state in GRANTED and (other.valid_from or date.min) > begins)
        for other in others
    )


def _appeal(case: _Case, authorization: AuthorizationRecord) -> Due:
    level = next((level for level in _FIRST_APPEALS if level in case.clocks), None)
    denial = Denial(level=level, received_on=authorization.denial_received_on, notice_on=authorization.denial_notice_on)
    appeal = appeal_of(denial, case.clocks)
    if appeal is None or appeal.found is None:
        return case.due("appeal", None, Message("Appeal the denial; its notice tells by when"), authorization)
    said = Message("Last day to appeal the denial; the date in the notice governs")
    return case.due("appeal", appeal.found.due, said, authorization, appeal.clock)


def _papers(case: _Case, reports: ProgressReports) -> Iterator[Due]:
    report = reports.due(case.episode, case.visits)
    if report is not None:
        yield case.due("progress_report", report, Message("Write the progress report"))
    clock = case.clocks.get("recertification")
    since = case.episode.recertified_on or case.episode.evaluation_on
    found = falls_due(clock, since) if clock and since else None
    days = [day for day in (found.due if found else None, case.episode.plan_ends_on) if day is not None]
    if clock and days:
        yield case.due("recertification", min(days), Message("Recertify the plan of care"), clock=clock)
