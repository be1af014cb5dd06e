"""What is tracked: patients, their episodes, authorizations and what happened to their visits. Frozen and validated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, time
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from engine.treatment import Code, Count, Day, Diagnosis, Discipline, PayerId, PlanType, ShortText, State

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$", max_length=80)]
AuthorizationState = Literal[
    "draft", "submitted", "pended", "approved", "partial", "modified", "denied", "cancelled", "expired", "contact_payer"
]
VisitStatus = Literal["booked", "kept", "cancelled", "no_show"]
VisitEventKind = Literal["booked", "kept", "cancelled", "no_show", "corrected", "imported"]
Instant = Annotated[AwareDatetime, AfterValidator(lambda at: at.astimezone(UTC))]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Patient(_Part):
    """``record``: the practice's own number of the patient."""

    id: Id
    name: ShortText
    birth_date: Day | None = None
    record: ShortText | None = None

    @property
    def initials(self) -> str:
        return "".join(word[0].upper() for word in self.name.split())


class Episode(_Part):
    """One course of therapy of a patient under one payer. ``state``: the plan's; ``progress_report_on``: the day of the
    newest report; ``plan_ends_on``: of the plan of care as certified; ``recertified_on``: the day it was last certified
    anew."""

    id: Id
    patient_id: Id
    payer: PayerId
    discipline: Discipline
    plan_type: PlanType | None = None
    state: State | None = None
    diagnoses: tuple[Diagnosis, ...] = ()
    evaluation_on: Day | None = None
    visits_per_week: Annotated[int, Field(ge=1, le=5)] | None = None
    progress_report_on: Day | None = None
    plan_ends_on: Day | None = None
    recertified_on: Day | None = None
    discharged_on: Day | None = None


class Amount(_Part):
    """Visits and units as the payer counts them; absent is unknown, or not what this payer counts in."""

    visits: Count | None = None
    units: Count | None = None


class AuthorizationRecord(_Part):
    """One request and what became of it. ``codes``: those that it covers, none named meaning any code;
    ``denial_received_on`` and ``denial_notice_on`` start the clock of an appeal."""

    id: Id
    episode_id: Id
    state: AuthorizationState = "draft"
    number: ShortText | None = None
    codes: tuple[Code, ...] = ()
    requested: Amount = Amount()
    granted: Amount = Amount()
    valid_from: Day | None = None
    valid_to: Day | None = None
    request_by: Day | None = None
    submitted_on: Day | None = None
    denial_received_on: Day | None = None
    denial_notice_on: Day | None = None

    @model_validator(mode="after")
    def _days_in_order(self) -> AuthorizationRecord:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError(f"ends on {self.valid_to}, before it begins on {self.valid_from}")
        return self


class VisitLine(_Part):
    code: Code
    units: Annotated[int, Field(ge=0, le=99)] | None = None


class VisitEvent(_Part):
    """Something that happened to a visit, never changed afterwards.

    ``status`` is what an import or a correction says of the visit; the other kinds say it themselves. ``who`` is the
    member of staff, ``at`` the moment, in UTC; ``check_id`` names the check of the visit as it was then.
    """

    id: Id
    visit_id: Id
    patient_id: Id
    kind: VisitEventKind
    at: Instant
    who: ShortText
    episode_id: Id | None = None
    status: VisitStatus | None = None
    day: Day | None = None
    starts_at: time | None = None
    lines: tuple[VisitLine, ...] | None = None
    check_id: Id | None = None

    @model_validator(mode="after")
    def _says_enough(self) -> VisitEvent:
        if self.opens and self.day is None:
            raise ValueError(f"a visit that is {self.kind} needs its day")
        if self.kind == "imported" and self.status is None:
            raise ValueError("an imported visit needs its status")
        if self.status is not None and self.kind not in ("imported", "corrected"):
            raise ValueError(f"{self.kind} is a status itself: leave status out")
        return self

    @property
    def opens(self) -> bool:
        """Whether it may be the first that is heard of a visit."""
        return self.kind in ("booked", "imported")

    @property
    def says(self) -> VisitStatus | None:
        """The status that it gives the visit; None where it leaves it."""
        return self.status if self.kind == "imported" or self.kind == "corrected" else self.kind


class Visit(_Part):
    """A visit as its events leave it. ``ids``: its own id first, then those under which it was booked or imported
    again. ``check_id``: of its newest check."""

    ids: tuple[Id, ...]
    patient_id: Id
    episode_id: Id | None
    status: VisitStatus
    day: date
    starts_at: time | None
    lines: tuple[VisitLine, ...]
    check_id: Id | None = None

    @property
    def id(self) -> str:
        return self.ids[0]

    def stands_like(self, other: Visit | None) -> bool:
        """Whether it is the same but for further ids and checks."""
        return other is not None and self == other.model_copy(update={"ids": self.ids, "check_id": self.check_id})


@dataclass(frozen=True, slots=True)
class Tracked:
    """Everything that is tracked, as it stands; ``visits`` are folded from their events."""

    patients: tuple[Patient, ...]
    episodes: tuple[Episode, ...]
    authorizations: tuple[AuthorizationRecord, ...]
    visits: tuple[Visit, ...]
