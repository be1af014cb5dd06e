"""Episodes: added, edited, discharged."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import FormData

from engine.tracking.records import Episode
from web.languages import N_, gettext
from web.patients import record_form
from web.patients.fields import EPISODE, Field, Group
from web.patients.opening import Opened, new_id, opened
from web.patients.record_form import Form
from web.signing_in import submitted

router = APIRouter()
_DISCHARGE = (Group(N_("Discharge"), (Field("discharged_on", N_("Discharged on"), "date", needed=True),)),)


@router.get("/patients/{patient_id}/episodes/new")
def ask_for_an_episode(request: Request, patient_id: str) -> Response:
    return record_form.ask(request, _new(opened(request, patient_id)))


@router.post("/patients/{patient_id}/episodes/new")
def add_episode(request: Request, patient_id: str, form: FormData = Depends(submitted)) -> Response:
    of = opened(request, patient_id)
    return record_form.add(request, _new(of), Episode, form, id=new_id(), patient_id=patient_id)


@router.get("/patients/{patient_id}/episodes/{episode_id}/edit")
def edit_episode(request: Request, patient_id: str, episode_id: str) -> Response:
    of = opened(request, patient_id)
    return record_form.edit(request, _form(of, episode_id), Episode, episode_id)


@router.post("/patients/{patient_id}/episodes/{episode_id}/edit")
def save_episode(request: Request, patient_id: str, episode_id: str, form: FormData = Depends(submitted)) -> Response:
    of = opened(request, patient_id)
    return record_form.change(request, _form(of, episode_id), Episode, episode_id, form)


@router.get("/patients/{patient_id}/episodes/{episode_id}/discharge")
def ask_for_discharge(request: Request, patient_id: str, episode_id: str) -> Response:
    of = opened(request, patient_id)
    return record_form.edit(request, _discharge(of, episode_id), Episode, episode_id)


@router.post("/patients/{patient_id}/episodes/{episode_id}/discharge")
def discharge(request: Request, patient_id: str, episode_id: str, form: FormData = Depends(submitted)) -> Response:
    of = opened(request, patient_id)
    return record_form.change(request, _discharge(of, episode_id), Episode, episode_id, form)


def _new(of: Opened) -> Form:
    return Form(gettext("New episode of %(name)s", name=of.patient.name), gettext("Add the episode"), of.path, EPISODE)


def _form(of: Opened, episode_id: str) -> Form:
    of.episode(episode_id)
    return Form(gettext("Edit an episode of %(name)s", name=of.patient.name), gettext("Save"), of.path, EPISODE)


def _discharge(of: Opened, episode_id: str) -> Form:
    of.episode(episode_id)
    return Form(gettext("Discharge %(name)s", name=of.patient.name), gettext("Discharge"), of.path, _DISCHARGE)
