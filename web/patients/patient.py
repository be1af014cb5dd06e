"""A patient's page: what is due, episodes, authorizations, visits, and who did what."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import FormData

from engine.tracking.board import board
from engine.tracking.burn_down import BurnDown, burn_down
from engine.tracking.next_visit import next_visit
from engine.tracking.records import AuthorizationRecord, Episode, Patient
from engine.tracking.usage import Left, Used, left, used
from web import form as check_form
from web.choices import DISCIPLINES
from web.languages import gettext
from web.pages import page
from web.patients import history, record_form
from web.patients.fields import PATIENT
from web.patients.labels import LIMITS, STATES, VISITS
from web.patients.opening import Opened, opened
from web.patients.record_form import Form
from web.signing_in import submitted

router = APIRouter()
DAYS_AHEAD = 90


@dataclass(frozen=True, slots=True)
class Counted:
    """An authorization with what is used and left of it."""

    record: AuthorizationRecord
    used: Used
    left: Left
    ahead: BurnDown


@dataclass(frozen=True, slots=True)
class Course:
    """An episode with its authorizations; ``check``: the fields of the check form, by name, as far as known."""

    episode: Episode
    payer: str
    authorizations: tuple[Counted, ...]
    check: dict[str, str]


@router.get("/patients/{patient_id}")
def show_patient(request: Request, patient_id: str) -> Response:
    of = opened(request, patient_id)
    tracking, events = of.at.store.tracking, of.events()
    done = history.newest_first(
        history.of_records(
            tracking.history(Patient, patient_id),
            *(tracking.history(Episode, one.id) for one in of.tracked.episodes),
            *(tracking.history(AuthorizationRecord, one.id) for one in of.tracked.authorizations),
            desk=of.at,
        ),
        history.of_visits(events, of.at),
    )
    return page(
        request,
        "patient.html",
        of=of,
        dues=board(of.tracked, of.at.library, today=of.at.today, days=DAYS_AHEAD),
        days=DAYS_AHEAD,
        courses=[_course(of, episode) for episode in of.tracked.episodes],
        visits=sorted(of.tracked.visits, key=lambda visit: (visit.day, str(visit.starts_at or "")), reverse=True),
        episodes=of.episode_names(),
        read_at=len(events),
        done=done,
        today=of.at.today,
        STATES=STATES,
        VISITS=VISITS,
        LIMITS=LIMITS,
        DISCIPLINES=DISCIPLINES,
        paths={one.id: f"{of.path}/authorizations/{one.id}" for one in of.tracked.authorizations},
    )


@router.get("/patients/{patient_id}/edit")
def edit_patient(request: Request, patient_id: str) -> Response:
    return record_form.edit(request, _form(opened(request, patient_id)), Patient, patient_id)


@router.post("/patients/{patient_id}/edit")
def save_patient(request: Request, patient_id: str, form: FormData = Depends(submitted)) -> Response:
    return record_form.change(request, _form(opened(request, patient_id)), Patient, patient_id, form)


def _form(of: Opened) -> Form:
    return Form(gettext("Edit %(name)s", name=of.patient.name), gettext("Save"), of.path, PATIENT)


def counted(of: Opened, record: AuthorizationRecord) -> Counted:
    episode = of.episode(record.episode_id)
    ruleset = of.at.library.for_payer(episode.payer)
    clock = ruleset.clocks.get("standard_decision") if ruleset else None
    visits = of.tracked.visits
    ahead = burn_down(record, visits, of.at.today, episode.visits_per_week, clock)
    return Counted(record, used(record, visits), left(record, visits), ahead)


def _course(of: Opened, episode: Episode) -> Course:
    theirs = tuple(counted(of, one) for one in of.tracked.authorizations if one.episode_id == episode.id)
    facts = next_visit(of.tracked, episode, of.at.today)
    return Course(episode, of.at.payer_title(episode.payer), theirs, _check_fields(facts, of))


def _check_fields(facts: dict[str, str], of: Opened) -> dict[str, str]:
    """The facts as the check form has them: in its own fields, or among what was answered."""
    diagnoses = " ".join(value for path, value in facts.items() if path.startswith("diagnoses."))
    fields = {
        path if path in check_form.NAMES else f"{check_form.ANSWERED}{path}": value
        for path, value in facts.items()
        if not path.startswith("diagnoses.")
    }
    return fields | {"coverage.payer": of.at.payer_title(facts["coverage.payer"]), "diagnoses": diagnoses}
