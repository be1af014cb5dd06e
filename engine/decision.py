"""The decision: what comes out. Frozen values; ``as_json`` gives the published form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from engine.cost.answer import Cost
from engine.message import Message, Part, english

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]
FactValue = None | bool | int | str
Certainty = Literal["certain", "possible"]

HEADLINES = ("book", "book_and_request", "authorize_first", "call_payer", "not_covered")
"""From free to strict; the exit status of ``check`` follows this order."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement was published. A field nobody saw is None; ``level`` says how it was read."""

    title: str
    publisher: str | None
    section: str | None
    url: str | None
    published: str | None
    verified: date | None
    level: str

    def as_json(self) -> dict[str, JsonValue]:
        return {
            "title": self.title,
            "publisher": self.publisher,
            "section": self.section,
            "url": self.url,
            "published": self.published,
            "verified": _iso(self.verified),
            "level": self.level,
        }


OWN = Source("precertain", "precertain", None, None, None, None, "own")
"""The source of a finding about the case or the product itself."""


class Finding(NamedTuple):
    """A rule that applies, with the facts it read and the source it rests on."""

    rule: str
    certainty: Certainty
    said: Part
    facts: tuple[tuple[str, FactValue], ...]
    source: Source
    in_force_from: date | None
    in_force_to: date | None
    stale: bool

    @property
    def message(self) -> str:
        return english(self.said)

    def as_json(self) -> dict[str, JsonValue]:
        return {
            "rule": self.rule,
            "certainty": self.certainty,
            "message": self.message,
            "facts": dict(self.facts),
            "source": self.source.as_json(),
            "in_force": {"from": _iso(self.in_force_from), "to": _iso(self.in_force_to)},
            "stale": self.stale,
        }


class Answer(NamedTuple):
    """An answer in one dimension and the ids of the rules it rests on."""

    answer: str
    why: tuple[str, ...]

    def as_json(self) -> dict[str, JsonValue]:
        return {"answer": self.answer, "why": list(self.why)}


class VisitRange(NamedTuple):
    """Visits ``first`` to ``last``, both included, that share one answer."""

    first: int
    last: int
    answer: str

    def as_json(self) -> dict[str, JsonValue]:
        return {"from": self.first, "to": self.last, "answer": self.answer}


@dataclass(frozen=True, slots=True)
class AuthorizationAnswer:
    answer: str
    why: tuple[str, ...]
    number: str | None
    request_by: date | None
    within_weeks: int | None
    visits: tuple[VisitRange, ...]

    def as_json(self) -> dict[str, JsonValue]:
        return {
            "answer": self.answer,
            "why": list(self.why),
            "number": self.number,
            "request_by": _iso(self.request_by),
            "within_weeks": self.within_weeks,
            "visits": [visits.as_json() for visits in self.visits],
        }


@dataclass(frozen=True, slots=True)
class PossibleModifier:
    """A modifier that an unknown fact could add: ``condition`` in plain words, ``fact`` the path to find out."""

    modifier: str
    condition: str
    fact: str

    def as_json(self) -> dict[str, JsonValue]:
        return {"modifier": self.modifier, "if": self.condition, "fact": self.fact}


class ClaimLine(NamedTuple):
    """One line of the claim; ``allowed`` in dollars as decimal text."""

    units: int
    modifiers: tuple[str, ...]
    allowed: str | None

    def as_json(self) -> dict[str, JsonValue]:
        return {"units": self.units, "modifiers": list(self.modifiers), "allowed": self.allowed}


@dataclass(frozen=True, slots=True)
class LineDecision:
    code: str
    label: str | None
    minutes: int | None
    units: int | None
    answer: str
    reason: str | None
    authorization: str
    modifiers: tuple[str, ...]
    possible_modifiers: tuple[PossibleModifier, ...]
    claim_lines: tuple[ClaimLine, ...]
    why: tuple[str, ...]

    def as_json(self) -> dict[str, JsonValue]:
        return {
            "code": self.code,
            "label": self.label,
            "minutes": self.minutes,
            "units": self.units,
            "answer": self.answer,
            "reason": self.reason,
            "authorization": self.authorization,
            "modifiers": list(self.modifiers),
            "possible_modifiers": [modifier.as_json() for modifier in self.possible_modifiers],
            "claim_lines": [line.as_json() for line in self.claim_lines],
            "why": list(self.why),
        }


class LineUnits(NamedTuple):
    code: str
    units: int | None

    def as_json(self) -> dict[str, JsonValue]:
        return {"code": self.code, "units": self.units}


class UnitAlternative(NamedTuple):
    rule: str
    lines: tuple[LineUnits, ...]

    def as_json(self) -> dict[str, JsonValue]:
        return {"rule": self.rule, "lines": [line.as_json() for line in self.lines]}


@dataclass(frozen=True, slots=True)
class UnitSummary:
    """What the minutes give, before edits. ``total_minutes`` counts timed minutes; None where unknown."""

    rule: str | None
    total_minutes: int | None
    total_units: int | None
    lines: tuple[LineUnits, ...]
    alternatives: tuple[UnitAlternative, ...]

    def as_json(self) -> dict[str, JsonValue]:
        return {
            "rule": self.rule,
            "total_minutes": self.total_minutes,
            "total_units": self.total_units,
            "alternatives": [alternative.as_json() for alternative in self.alternatives],
        }


@dataclass(frozen=True, slots=True)
class Edit:
    column1: str
    column2: str
    indicator: int
    resolution: str
    why: tuple[str, ...]

    def as_json(self) -> dict[str, JsonValue]:
        return {
            "column1": self.column1,
            "column2": self.column2,
            "indicator": self.indicator,
            "resolution": self.resolution,
            "why": list(self.why),
        }


class DocumentNeeded(NamedTuple):
    id: str
    title: str
    status: str
    why: tuple[str, ...]

    def as_json(self) -> dict[str, JsonValue]:
        return {"id": self.id, "title": self.title, "status": self.status, "why": list(self.why)}


class Deadline(NamedTuple):
    id: str
    title: str
    due: date | None
    why: tuple[str, ...]

    def as_json(self) -> dict[str, JsonValue]:
        return {"id": self.id, "title": self.title, "due": _iso(self.due), "why": list(self.why)}


@dataclass(frozen=True, slots=True)
class Assumption:
    fact: str
    presumed: str
    check: str

    def as_json(self) -> dict[str, JsonValue]:
        return {"fact": self.fact, "presumed": self.presumed, "check": self.check}


@dataclass(frozen=True, slots=True)
class Question:
    """``who`` can tell: payer, patient, clinician or chart. ``settles`` names the dimensions it helps to decide."""

    fact: str
    ask: str
    who: str
    settles: tuple[str, ...]

    def as_json(self) -> dict[str, JsonValue]:
        return {"fact": self.fact, "ask": self.ask, "who": self.who, "settles": list(self.settles)}


@dataclass(frozen=True, slots=True)
class RulesetUsed:
    id: str
    version: str
    sha256: str

    def as_json(self) -> dict[str, JsonValue]:
        return {"id": self.id, "version": self.version, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class Decision:
    id: str | None
    check_id: str
    payer: str
    payer_title: str | None
    date_of_service: date
    today: date
    headline: str
    said: Message
    coverage: Answer
    authorization: AuthorizationAnswer
    telehealth: Answer
    provider: Answer
    lines: tuple[LineDecision, ...]
    units: UnitSummary
    edits: tuple[Edit, ...]
    documents: tuple[DocumentNeeded, ...]
    deadlines: tuple[Deadline, ...]
    cost: Cost | None
    assumptions: tuple[Assumption, ...]
    questions: tuple[Question, ...]
    fewest_questions: bool
    findings: tuple[Finding, ...]
    secondary: Decision | None
    rulesets: tuple[RulesetUsed, ...]

    @property
    def sentence(self) -> str:
        return english(self.said)

    def as_json(self) -> dict[str, JsonValue]:
        return {
            "id": self.id,
            "check_id": self.check_id,
            "payer": self.payer,
            "payer_title": self.payer_title,
            "date_of_service": self.date_of_service.isoformat(),
            "today": self.today.isoformat(),
            "headline": self.headline,
            "sentence": self.sentence,
            "coverage": self.coverage.as_json(),
            "authorization": self.authorization.as_json(),
            "telehealth": self.telehealth.as_json(),
            "provider": self.provider.as_json(),
            "lines": [line.as_json() for line in self.lines],
            "units": self.units.as_json(),
            "edits": [edit.as_json() for edit in self.edits],
            "documents": [document.as_json() for document in self.documents],
            "deadlines": [deadline.as_json() for deadline in self.deadlines],
            "cost": self.cost.as_json() if self.cost else None,
            "assumptions": [assumption.as_json() for assumption in self.assumptions],
            "questions": [question.as_json() for question in self.questions],
            "fewest_questions": self.fewest_questions,
            "findings": [finding.as_json() for finding in self.findings],
            "secondary": self.secondary.as_json() if self.secondary else None,
            "rulesets": [ruleset.as_json() for ruleset in self.rulesets],
        }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
