"""What a decision says of dollars: the visit's cost, the planned course, the year's totals. Part of its format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.message import Part, english

if TYPE_CHECKING:
    from engine.decision import JsonValue, Source


@dataclass(frozen=True, slots=True)
class DollarRange:
    """An amount that lies from ``low`` to ``high``: dollars as decimal text."""

    low: str
    high: str

    def as_json(self) -> dict[str, JsonValue]:
        return {"from": self.low, "to": self.high}


@dataclass(frozen=True, slots=True)
class CourseCost:
    """What the patient owes for all planned visits, each like this one; None where that is not exactly known."""

    visits: int
    patient_share: str | None
    said: Part

    @property
    def basis(self) -> str:
        """What was computed, or why it could not be."""
        return english(self.said)

    def as_json(self) -> dict[str, JsonValue]:
        return {"visits": self.visits, "patient_share": self.patient_share, "basis": self.basis}


@dataclass(frozen=True, slots=True)
class BucketAfter:
    """The year's total of a bucket (ot or pt_slp) with this visit, in dollars as decimal text.

    ``over_on_visit``: which of visits like this one, itself the first, takes the total over ``threshold``; None where
    no threshold is known for the year.
    """

    bucket: str
    amount: str
    threshold: str | None
    over_on_visit: int | None

    def as_json(self) -> dict[str, JsonValue]:
        return {
            "bucket": self.bucket,
            "amount": self.amount,
            "threshold": self.threshold,
            "over_on_visit": self.over_on_visit,
        }


@dataclass(frozen=True, slots=True)
class Cost:
    """Dollars as decimal text; ``said`` tells what was computed, or why it could not be.

    Where an amount is not exactly known it is None, and its range holds whatever the unknown facts are; the range is
    None where the amount is exact, or where nothing bounds it.
    """

    allowed: str | None
    payer_share: str | None
    patient_share: str | None
    said: Part
    assumptions: tuple[str, ...]
    allowed_range: DollarRange | None = None
    payer_range: DollarRange | None = None
    patient_range: DollarRange | None = None
    course: CourseCost | None = None
    bucket_after: tuple[BucketAfter, ...] = ()
    sources: tuple[Source, ...] = ()

    @property
    def basis(self) -> str:
        return english(self.said)

    def as_json(self) -> dict[str, JsonValue]:
        return {
            "allowed": self.allowed,
            "payer_share": self.payer_share,
            "patient_share": self.patient_share,
            "allowed_range": self.allowed_range.as_json() if self.allowed_range else None,
            "payer_range": self.payer_range.as_json() if self.payer_range else None,
            "patient_range": self.patient_range.as_json() if self.patient_range else None,
            "basis": self.basis,
            "assumptions": list(self.assumptions),
            "course": self.course.as_json() if self.course else None,
            "bucket_after": [bucket.as_json() for bucket in self.bucket_after],
            "sources": [source.as_json() for source in self.sources],
        }
