"""What every page of the room begins with: whose it is, what is tracked of them, and that it was seen."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from fastapi import Request
from starlette.exceptions import HTTPException

from engine.tracking.records import AuthorizationRecord, Episode, Patient, Tracked, VisitEvent
from web.choices import DISCIPLINES
from web.desk import Desk, desk, person, seen
from web.languages import N_, gettext

Found = TypeVar("Found")
_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True)
class Opened:
    """A patient with all that is tracked; ``who`` is signed in."""

    at: Desk
    who: str
    now: datetime
    patient: Patient
    tracked: Tracked

    @property
    def path(self) -> str:
        return f"/patients/{self.patient.id}"

    def episode(self, episode_id: str) -> Episode:
        """Raises HTTPException where it is not this patient's."""
        return _one(
            (one for one in self.tracked.episodes if one.id == episode_id),
            N_("There is no such episode. The patient's page lists those that there are."),
        )

    def authorization(self, authorization_id: str) -> AuthorizationRecord:
        """Raises HTTPException where it is not this patient's."""
        return _one(
            (one for one in self.tracked.authorizations if one.id == authorization_id),
            N_("There is no such authorization. The patient's page lists those that there are."),
        )

    def episode_names(self) -> dict[str, str]:
        """What each episode is called, by its id."""
        return {
            one.id: f"{gettext(DISCIPLINES[one.discipline])}, {self.at.payer_title(one.payer)}"
            for one in self.tracked.episodes
        }

    def events(self) -> tuple[VisitEvent, ...]:
        return self.at.store.tracking.events(self.patient.id)


def opened(request: Request, patient_id: str) -> Opened:
    """The patient; that they were seen is in the audit log by then. Raises HTTPException where there is none."""
    at, who = desk(request), person(request)
    assert who is not None  # the guard let nobody else in
    tracked = at.store.tracking.of_patient(patient_id)
    patient = _one(tracked.patients, N_("There is no such patient. The patients' page lists those that there are."))
    seen(request, [patient_id])
    return Opened(at, who.name, at.now, patient, tracked)


def _one(found: Iterable[Found], otherwise: str) -> Found:
    for one in found:
        return one
    raise HTTPException(404, gettext(otherwise))


def new_id() -> str:
    """An id that says nothing of whom it names."""
    return "".join(secrets.choice(_LETTERS) for _ in range(10))
