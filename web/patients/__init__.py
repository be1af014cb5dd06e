"""The patients' room: patients, their episodes, authorizations and visits, each with its history."""

from __future__ import annotations

from fastapi import APIRouter

from web.patients import authorizations, episodes, listing, patient, visits

router = APIRouter()
for _part in (listing, patient, episodes, authorizations, visits):
    router.include_router(_part.router)
