"""Whom a change of rules touches: each booked visit, open authorization and sent letter that gets another answer.

What matters of an answer is what somebody would do otherwise by it. Rule names, wording, sources and what is merely
noted beside it do not.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date, time
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal, get_args

import orjson
from pydantic import ValidationError

from engine.decide import check
from engine.decision import Decision, JsonValue, VisitRange
from engine.language.load import BUNDLED, Library
from engine.quality.screen import Screen
from engine.treatment import PlannedTreatment

Kind = Literal["visit", "check", "authorization", "letter"]
_ORDER: tuple[Kind, ...] = get_args(Kind)
AT_ONCE = 500
"""Cases that a process takes at once; fewer than twice as many are not worth a second process."""
_REMEMBERED = 4_096
_NAMES = {
    "patient": ("name", "phone", "address"),
    "coverage": ("member_id", "group_id", "plan_name"),
}


@dataclass(frozen=True, slots=True)
class Books:
    """Where rulesets are: a folder beside or instead of the bundled one, and the official files imported."""

    own: Path | None = None
    imported: Path | None = None
    bundled: Path = BUNDLED

    def library(self) -> Library:
        if self.imported is None:
            return Library(self.own, self.bundled)
        from engine.store.official import open_official

        return Library(self.own, self.bundled, open_official(self.imported))


@dataclass(frozen=True, slots=True)
class Subject:
    """What may be touched. ``case``: the planned treatment as JSON; ``patient``: the id under which all of a patient's
    is known, None where nothing tells; ``name`` only where it is not the case's; ``letter``: its kind; ``place``: of
    the file it was read from."""

    kind: Kind
    id: str
    case: bytes
    today: date
    strict: bool = False
    patient: str | None = None
    name: str | None = None
    starts_at: time | None = None
    letter: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class LineAnswer:
    code: str
    answer: str
    reason: str | None
    authorization: str
    units: int | None
    modifiers: tuple[str, ...]
    possible_modifiers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """What a decision says to do. ``sentence`` tells it in words, which may differ where the answers do not."""

    headline: str
    sentence: str = field(compare=False)
    coverage: str
    authorization: str
    request_by: date | None
    within_weeks: int | None
    visits: tuple[VisitRange, ...]
    telehealth: str
    provider: str
    lines: tuple[LineAnswer, ...]
    papers: tuple[tuple[str, str], ...]
    due: tuple[tuple[str, date | None], ...]
    asked: tuple[str, ...]
    patient_owes: str | None
    secondary: Answers | None

    def as_json(self) -> dict[str, JsonValue]:
        return {
            "headline": self.headline,
            "sentence": self.sentence,
            "coverage": self.coverage,
            "authorization": self.authorization,
            "request_by": self.request_by.isoformat() if self.request_by else None,
            "telehealth": self.telehealth,
            "provider": self.provider,
            "lines": [
                {"code": line.code, "answer": line.answer, "reason": line.reason, "authorization": line.authorization}
                for line in self.lines
            ],
            "papers": dict(self.papers),
            "due": {name: day.isoformat() if day else None for name, day in self.due},
            "patient_owes": self.patient_owes,
            "secondary": self.secondary.as_json() if self.secondary else None,
        }


@dataclass(frozen=True, slots=True)
class Change:
    """A subject with both answers. ``name`` and ``born``: the patient's, where they are known."""

    kind: Kind
    id: str
    patient: str | None
    name: str | None
    born: date | None
    payer: str
    payer_title: str
    on: date
    starts_at: time | None
    letter: str | None
    place: str | None
    today: date
    before: Answers
    after: Answers


@dataclass(frozen=True, slots=True)
class Impact:
    """The changes, the first visit first; how many of each kind were looked at; what could not be read."""

    changes: tuple[Change, ...]
    looked_at: Mapping[Kind, int]
    unread: tuple[str, ...]


def answers_of(decision: Decision) -> Answers:
    return Answers(
        headline=decision.headline,
        sentence=decision.sentence,
        coverage=decision.coverage.answer,
        authorization=decision.authorization.answer,
        request_by=decision.authorization.request_by,
        within_weeks=decision.authorization.within_weeks,
        visits=decision.authorization.visits,
        telehealth=decision.telehealth.answer,
        provider=decision.provider.answer,
        lines=tuple(
            LineAnswer(
                line.code,
                line.answer,
                line.reason,
                line.authorization,
                line.units,
                line.modifiers,
                tuple(sorted({possible.modifier for possible in line.possible_modifiers})),
            )
            for line in decision.lines
        ),
        papers=tuple(sorted((paper.id, paper.status) for paper in decision.documents)),
        due=tuple(sorted(((item.id, item.due) for item in decision.deadlines), key=lambda item: item[0])),
        asked=tuple(sorted({question.fact for question in decision.questions})),
        patient_owes=decision.cost.patient_share if decision.cost else None,
        secondary=answers_of(decision.secondary) if decision.secondary else None,
    )


_Differing = tuple[Answers, Answers, str]


class Desk:
    """Judges one subject after the other under both rules. Raises UserError where a ruleset is broken."""

    def __init__(self, old: Library, new: Library) -> None:
        self._old, self._new = old, new
        self._screen = Screen(old, new)
        self._known: dict[tuple[bytes, date, bool], _Differing | None] = {}

    def require_whole(self) -> None:
        """Read every payer's rules of both."""
        for library in (self._old, self._new):
            library.all()

    def change(self, subject: Subject) -> Change | None:
        """What changes for it, if anything. Raises ValidationError where its case cannot be read."""
        told = orjson.loads(subject.case)
        payers = tuple(_payers(told))
        if payers and all(self._screen.same_text(payer) for payer in payers):
            return None
        treatment = PlannedTreatment.model_validate_json(subject.case)
        answers = self._answers(treatment, _unnamed(told), subject.today, subject.strict)
        if answers is None:
            return None
        before, after, title = answers
        return Change(
            kind=subject.kind,
            id=subject.id,
            patient=subject.patient,
            name=subject.name or treatment.patient.name,
            born=treatment.patient.birth_date,
            payer=treatment.coverage.payer,
            payer_title=title,
            on=treatment.date_of_service,
            starts_at=subject.starts_at,
            letter=subject.letter,
            place=subject.place,
            today=treatment.today or subject.today,
            before=before,
            after=after,
        )

    def _answers(self, treatment: PlannedTreatment, case: bytes, today: date, strict: bool) -> _Differing | None:
        """As ``_decided``, once for equal cases."""
        key = case, today, strict
        if key not in self._known:
            if len(self._known) == _REMEMBERED:
                self._known.clear()
            self._known[key] = self._decided(treatment, today, strict)
        return self._known[key]

    def _decided(self, treatment: PlannedTreatment, today: date, strict: bool) -> _Differing | None:
        """Both answers to a case, and what its payer is called; None where they are the same."""
        if not self._screen.may_differ(treatment, today, strict):
            return None
        before, after = (
            check(treatment, library, today=today, strict=strict, explained=False) for library in (self._old, self._new)
        )
        answers = answers_of(before), answers_of(after)
        title = after.payer_title or before.payer_title or treatment.coverage.payer
        return None if answers[0] == answers[1] else (*answers, title)


def _payers(told: Mapping[str, Any]) -> Iterator[str]:
    """Whose rules decide the case, without reading the rest of it."""
    coverage = told.get("coverage") or {}
    for one in (coverage, coverage.get("secondary")):
        if one:
            yield one.get("payer", "")


def _unnamed(told: Mapping[str, Any]) -> bytes:
    """The case without what only letters say of whom it is: equal cases are decided once."""
    plain = {key: value for key, value in told.items() if key != "id"}
    for part, keys in _NAMES.items():
        plain[part] = {key: value for key, value in (told.get(part) or {}).items() if key not in keys}
    return orjson.dumps(plain)


Judged = tuple[list[Change], list[str], Counter[Kind]]


def impact(
    old: Books,
    new: Books,
    subjects: Iterable[Subject],
    *,
    processes: int = 1,
    told: Callable[[int], None] = lambda number: None,
) -> Impact:
    """Everything that gets another answer. Subjects are read as they are needed; ``told`` hears how many were judged.

    Raises UserError where a ruleset is broken.
    """
    desk = Desk(old.library(), new.library())
    desk.require_whole()
    chunks = iter(lambda stream=iter(subjects): list(islice(stream, AT_ONCE)), [])  # type: ignore[misc]
    first = list(islice(chunks, 2))
    changes: list[Change] = []
    unread: list[str] = []
    counted: Counter[Kind] = Counter()
    alone = processes == 1 or len(first) < 2
    judged = (
        (_judged(desk, chunk) for chunk in chain(first, chunks))
        if alone
        else _shared_out(old, new, chain(first, chunks), processes)
    )
    for found, broken, numbers in judged:
        changes += found
        unread += broken
        counted += numbers
        told(sum(numbers.values()))
    return Impact(tuple(sorted(changes, key=_first)), counted, tuple(unread))


def _first(change: Change) -> tuple[object, ...]:
    return change.on, _ORDER.index(change.kind), change.starts_at or time.min, change.id


def _judged(desk: Desk, chunk: Iterable[Subject]) -> Judged:
    changes: list[Change] = []
    unread: list[str] = []
    counted: Counter[Kind] = Counter()
    for subject in chunk:
        counted[subject.kind] += 1
        try:
            change = desk.change(subject)
        except ValidationError:
            unread.append(f"{subject.kind} {subject.id}")
            continue
        if change is not None:
            changes.append(change)
    return changes, unread, counted


_desk: Desk | None = None
"""Of a process that judges for another."""


def _open_desk(old: Books, new: Books) -> None:
    global _desk
    _desk = Desk(old.library(), new.library())
    # Rulesets stay, and cases leave hardly any garbage that holds itself: looking for it rarely saves a seventh.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _judged_there(chunk: list[Subject]) -> Judged:
    assert _desk is not None
    return _judged(_desk, chunk)


def _shared_out(old: Books, new: Books, chunks: Iterable[list[Subject]], processes: int) -> Iterator[Judged]:
    """The chunks judged by several processes, in order; few wait, so that the rest is not read yet."""
    started = multiprocessing.get_context("spawn")  # a fork would copy whatever threads this process has
    with ProcessPoolExecutor(processes, started, _open_desk, (old, new)) as pool:
        waiting: deque[Future[Judged]] = deque()
        for chunk in chunks:
            waiting.append(pool.submit(_judged_there, chunk))
            if len(waiting) > 3 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
