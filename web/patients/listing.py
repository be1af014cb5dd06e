"""The list of patients, found by name through a form: what is typed is in no address."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import FormData

from engine.tracking.records import Episode, Patient
from web.desk import desk, seen
from web.languages import gettext
from web.pages import page
from web.patients import record_form
from web.patients.fields import PATIENT
from web.patients.opening import new_id
from web.patients.record_form import Form
from web.signing_in import submitted, text

router = APIRouter()
_ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class _Listed:
    patient: Patient
    episodes: tuple[Episode, ...]


@router.get("/patients")
def patients(request: Request) -> Response:
    asked = request.query_params.get("page", "")
    return _page(request, "", int(asked) if asked.isdecimal() and len(asked) < 6 else 1)


@router.post("/patients")
def search(request: Request, form: FormData = Depends(submitted)) -> Response:
    return _page(request, text(form, "search").strip(), 1)


@router.get("/patients/new")
def ask_for_a_patient(request: Request) -> Response:
    return record_form.ask(request, _new())


@router.post("/patients/new")
def add_patient(request: Request, form: FormData = Depends(submitted)) -> Response:
    return record_form.add(request, _new(), Patient, form, id=new_id())


def _new() -> Form:
    return Form(gettext("New patient"), gettext("Add the patient"), "/patients/{id}", PATIENT, leave="/patients")


def _page(request: Request, typed: str, number: int) -> Response:
    at = desk(request)
    every = sorted((saved.record for saved in at.store.tracking.all(Patient)), key=lambda one: _plain(one.name))
    found = [one for one in every if _fits(one, typed)]
    pages = max(1, -(-len(found) // _ON_A_PAGE))
    number = min(max(number, 1), pages)
    here = found[(number - 1) * _ON_A_PAGE : number * _ON_A_PAGE]
    seen(request, [one.id for one in here], "listed")
    episodes = [saved.record for saved in at.store.tracking.all(Episode)]
    listed = [_Listed(one, tuple(episode for episode in episodes if episode.patient_id == one.id)) for one in here]
    return page(
        request, "patients.html", listed=listed, typed=typed, found=len(found), every=len(every), number=number,
        pages=pages, at=at,
    )  # fmt: skip


def _fits(patient: Patient, typed: str) -> bool:
    """Whether each word that was typed begins a word of the name, or is the day of birth."""
    words = _plain(patient.name).split()
    born = patient.birth_date.isoformat() if patient.birth_date else None
    return all(part == born or any(word.startswith(part) for word in words) for part in _plain(typed).split())


def _plain(name: str) -> str:
    """Without case and accents."""
    apart = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold().replace(",", " ")
