"""What the store takes and gives. No database is known here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from engine.decision import RulesetUsed

EntryKind = Literal["check", "letter", "answer", "event", "audit", "review", "contradiction"]


class StoreError(Exception):
    """The database could not do it. The text says what happened and what to do, and holds no patient data."""


class Conflict(StoreError):  # noqa: N818  (what a person is told)
    """Somebody else changed the record since it was read; nothing was written. ``who`` did, and ``at`` when."""

    def __init__(self, kind: str, who: str, at: datetime) -> None:
        self.who, self.at = who, at
        super().__init__(
            f"{who} changed this {kind} on {at:%Y-%m-%d} at {at:%H:%M:%S} UTC, after you read it. "
            "Your change was not saved and nothing was overwritten: read it again, and repeat it if it still holds."
        )


class NoSuchPatient(StoreError):  # noqa: N818  (what a person is told)
    """Nothing is held of the patient: there never was one of this id, or it was deleted."""


class Refused(StoreError):  # noqa: N818  (what a person is told)
    """What was asked for may not follow what stands there; nothing was written."""


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """A decided case. ``case_json`` and ``decision_json`` come back byte for byte; ``at`` carries a time zone."""

    check_id: str
    at: datetime
    case_json: bytes
    decision_json: bytes
    rulesets: tuple[RulesetUsed, ...]
    payer: str
    headline: str
    date_of_service: date

    def __post_init__(self) -> None:
        _require_time_zone(self.at)


@dataclass(frozen=True, slots=True)
class LetterRecord:
    """A letter written for a recorded check. ``sha256`` is of the file's bytes, ``file_name`` without its folder."""

    check_id: str
    kind: str
    file_name: str
    sha256: str
    format: str
    draft: bool
    at: datetime

    def __post_init__(self) -> None:
        _require_time_zone(self.at)


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """What somebody answered to a question of a recorded check: the fact's path, the answer, who said so, and the
    reference number of the call."""

    check_id: str
    fact: str
    value: str
    said_by: str | None
    reference: str | None
    at: datetime

    def __post_init__(self) -> None:
        _require_time_zone(self.at)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the log, without patient data. Letters and answers carry payer, headline, date and rulesets of their
    check; ``answered`` is the path of the fact that was answered. An event is of a tracked record or a visit: its
    ``check_id`` is the id of that, its headline what happened. Of a review and a
    contradiction ``payer`` is the id of the rule.

    ``hash`` is the SHA-256 of the previous entry's hash and of this entry's content. ``at`` is UTC.
    """

    sequence: int
    kind: EntryKind
    at: datetime
    check_id: str
    payer: str
    headline: str
    date_of_service: date
    rulesets: tuple[RulesetUsed, ...]
    letter_kind: str | None
    answered: str | None
    hash: str


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """A place where the log is not what was written; ``sequence`` is the entry concerned."""

    sequence: int
    what: str


def _require_time_zone(at: datetime) -> None:
    if at.tzinfo is None:
        raise ValueError("at needs a time zone")
