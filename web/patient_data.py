"""The administrator's page of what is held of a patient: how much, given out as a file, or deleted for good."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from engine.decision import JsonValue
from engine.store.records import NoSuchPatient
from web.desk import desk, seen, signed_in
from web.languages import N_, gettext
from web.pages import page
from web.signing_in import submitted, text

router = APIRouter()
PARTS = {
    "records": N_("Versions of the patient, of episodes, authorizations and packets"),
    "visits": N_("Events of visits"),
    "checks": N_("Checks"),
    "answers": N_("Answers of calls"),
    "letters": N_("Letters written"),
    "audit": N_("Entries of who saw and changed them"),
}


@router.get("/patients/{patient_id}/data")
def show_held(request: Request, patient_id: str) -> Response:
    held = _held(request, patient_id)
    seen(request, [patient_id])
    return _page(request, patient_id, held, {})


@router.post("/patients/{patient_id}/data/export")
def export(request: Request, patient_id: str) -> Response:
    held = _held(request, patient_id)
    seen(request, [patient_id], "exported")
    content = orjson.dumps(held, option=orjson.OPT_INDENT_2)
    name = {"Content-Disposition": 'attachment; filename="patient.json"'}
    return Response(content, media_type="application/json", headers=name)


@router.post("/patients/{patient_id}/data/delete")
def delete(request: Request, patient_id: str, form: FormData = Depends(submitted)) -> Response:
    at, held, why, errors = desk(request), _held(request, patient_id), text(form, "why").strip(), {}
    if not 3 <= len(why) <= 200:
        errors["why"] = gettext("Say why, in 3 to 200 characters and without the patient's name.")
    if text(form, "again").strip() != patient_id:
        errors["again"] = gettext("Type the patient's id as it stands above, so that no other is deleted.")
    if errors:
        return _page(request, patient_id, held, errors)
    at.store.patient_data.erase(patient_id, who=signed_in(request).name, at=at.now, why=why)
    at.store.wipe()
    return RedirectResponse(f"/audit?patient={patient_id}", 303)


def _held(request: Request, patient_id: str) -> dict[str, JsonValue]:
    try:
        return desk(request).store.patient_data.export(patient_id)
    except NoSuchPatient as error:
        raise HTTPException(404, str(error)) from None


def _page(request: Request, patient_id: str, held: dict[str, JsonValue], errors: dict[str, str]) -> Response:
    counts = [(label, len(part)) for name, label in PARTS.items() if isinstance(part := held[name], list)]
    return page(
        request, "patient_data.html", status=422 if errors else 200, patient_id=patient_id, counts=counts, errors=errors
    )
