"""The cliffs near a case: the nearest changes within staff's power that would give another answer.

Only what staff may choose is tried: the day, the place, video or not, the number of visits, who treats, an evaluation
first, a paper put on file. Never the diagnosis, the minutes, or anything else that the clinician found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Literal

from engine.calendars import is_business_day
from engine.changes import with_facts
from engine.decide import check, facts_for
from engine.decision import HEADLINES, Decision, DocumentNeeded, JsonValue
from engine.facts.base import Facts
from engine.facts.dictionary import FACTS
from engine.inference.rule_engine import VISIT, RuleEngine
from engine.language.conditions import Test, leaves
from engine.language.load import Library
from engine.language.rules import ANSWERS
from engine.message import Message, Several, english
from engine.settle import FEW_PROBES
from engine.treatment import Line, PlannedTreatment
from engine.turns import truths, turning_days

Kind = Literal["scheduling", "paperwork"]
_Seen = Callable[[PlannedTreatment], Facts]
"""A case as the payer's rules see it."""
MOST_DAYS = 92
"""How far the day is moved either way."""
_EVALUATIONS = {"OT": "97165", "PT": "97161", "SLP": "92523"}
_ASSISTANTS = {"OT": "OTA", "PT": "PTA"}


@dataclass(frozen=True, slots=True)
class Change:
    """What staff may do, in words, and the case as it then is."""

    kind: Kind
    said: Message
    treatment: PlannedTreatment

    @property
    def text(self) -> str:
        return english(self.said)


@dataclass(frozen=True, slots=True)
class Cliff:
    """A change with the decision that it gives, and the answers that differ as (name, before, after)."""

    change: Change
    decision: Decision
    answers: tuple[tuple[str, str, str], ...]
    easier: bool | None
    """Whether the headline is nearer to booking; None where it stays."""

    def as_json(self) -> dict[str, JsonValue]:
        differs: list[JsonValue] = [{"answer": name, "before": old, "after": new} for name, old, new in self.answers]
        return {
            "kind": self.change.kind,
            "change": self.change.text,
            "headline": self.decision.headline,
            "sentence": self.decision.sentence,
            "easier": self.easier,
            "differs": differs,
        }


def cliffs(
    treatment: PlannedTreatment, library: Library, *, today: date, strict: bool = False, probes: int = FEW_PROBES
) -> tuple[Decision, tuple[Cliff, ...]]:
    """The decision, and each nearest change that gives another headline or answer; easier ones first.

    ``probes``: as for ``check``, for each of the decisions that are compared, which come without findings.
    """
    decide = partial(check, library=library, today=today, strict=strict, probes=probes, explained=False)
    engine = library.engine(treatment.coverage.payer)

    def seen(case: PlannedTreatment) -> Facts:
        return facts_for(case, case.coverage, library, case.today or today, strict)

    facts = seen(treatment)
    before = decide(treatment, gathered=facts)
    found = [
        cliff
        for changes in _candidates(engine, facts, seen, before)
        if (cliff := _nearest(decide, changes, before)) is not None
    ]
    return before, tuple(sorted(found, key=lambda cliff: (not cliff.easier, HEADLINES.index(cliff.decision.headline))))


def _nearest(
    decide: Callable[[PlannedTreatment], Decision], changes: Iterable[Change], before: Decision
) -> Cliff | None:
    """The first of several like changes, nearest first, that gives another answer."""
    for change in changes:
        after = decide(change.treatment)
        answers = tuple(
            (name, getattr(before, name).answer, getattr(after, name).answer)
            for name in ANSWERS
            if getattr(before, name).answer != getattr(after, name).answer
        )
        if answers or after.headline != before.headline:
            was, now = HEADLINES.index(before.headline), HEADLINES.index(after.headline)
            return Cliff(change, after, answers, None if was == now else now < was)
    return None


def _candidates(engine: RuleEngine, facts: Facts, seen: _Seen, decision: Decision) -> Iterator[Iterable[Change]]:
    days = sorted(_days(engine, facts), key=lambda day: abs((day - facts.date_of_service).days))
    yield _moved(engine, facts, seen, [day for day in days if day < facts.date_of_service])
    yield _moved(engine, facts, seen, [day for day in days if day > facts.date_of_service])
    yield _plans(engine, facts)
    for change in (*_places(facts), *_people(facts), *_evaluation_first(facts), *_papers(engine, facts, decision)):
        yield (change,)


def _moved(engine: RuleEngine, facts: Facts, seen: _Seen, days: list[date]) -> Iterator[Change]:
    """The case on each day, but for those on which no test comes out otherwise."""
    turned = truths(engine, facts)
    for day in days:
        moved = facts.treatment.model_copy(update={"date_of_service": day})
        if truths(engine, seen(moved)) != turned:
            yield Change("scheduling", Message("see the patient on %(day)s", {"day": day}), moved)


def _scheduled(treatment: PlannedTreatment, said: Message, *settings: str) -> Change:
    return Change("scheduling", said, with_facts(treatment, settings))


def _days(engine: RuleEngine, facts: Facts) -> frozenset[date]:
    """Working days, not before the day asked, on either side of a day on which an answer may turn."""
    today = facts.value("today").known
    assert isinstance(today, date)
    earliest = max(today, facts.date_of_service - timedelta(MOST_DAYS))
    latest = facts.date_of_service + timedelta(MOST_DAYS)
    near = turning_days(engine, facts, earliest, latest) if earliest <= latest else ()
    beside = {turn + timedelta(days=step) for turn in near for step in (-1, 0, 1)}
    return frozenset(
        day for day in beside if earliest <= day <= latest and is_business_day(day) and day != facts.date_of_service
    )


def _plans(engine: RuleEngine, facts: Facts) -> Iterator[Change]:
    """Shorter plans, down to where a count of visits turns."""
    visits = facts.treatment.plan_of_care.visits
    if visits is None:
        return
    turns = {
        constant - lower
        for rule in engine.ruleset.rules
        for test in leaves(rule.condition)
        if isinstance(test, Test) and test.fact == VISIT
        for constant in test.constants
        if isinstance(constant, int)
        for lower in (0, 1)
    }
    for count in sorted((turn for turn in turns if 1 <= turn < visits), reverse=True):
        said = Message("plan %(number)s visits first", {"number": count})
        yield _scheduled(facts.treatment, said, f"plan_of_care.visits={count}")


_MODALITIES = {
    "in_person": Message("see the patient in person"),
    "video": Message("see the patient by video"),
    "audio_only": Message("see the patient by telephone"),
}
_PLACES = {
    "11": Message("see the patient in the office"),
    "12": Message("see the patient in the patient's home"),
    "22": Message("see the patient in the hospital's outpatient department"),
}


def _places(facts: Facts) -> Iterator[Change]:
    treatment, site = facts.treatment, facts.treatment.site
    for modality, said in _MODALITIES.items():
        if site.modality is not None and modality != site.modality:
            place = "11" if modality == "in_person" else "10"
            settings = (f"site.modality={modality}", f"site.place_of_service={place}")
            yield _scheduled(treatment, said, *settings)
    if site.modality == "in_person":
        for place, said in _PLACES.items():
            if place != site.place_of_service:
                yield _scheduled(treatment, said, f"site.place_of_service={place}")


def _people(facts: Facts) -> Iterator[Change]:
    """Another person of the same discipline for the whole visit."""
    treatment, provider = facts.treatment, facts.treatment.provider
    if provider.discipline is None or provider.credential is None or any(line.credential for line in treatment.lines):
        return
    if provider.credential != provider.discipline:
        said = Message("let a licensed %(discipline)s treat", {"discipline": provider.discipline})
        yield _scheduled(treatment, said, f"provider.credential={provider.discipline}")
    if provider.credential == _ASSISTANTS.get(provider.discipline) and provider.supervision != "direct":
        yield _scheduled(treatment, Message("have a therapist supervise directly"), "provider.supervision=direct")


def _evaluation_first(facts: Facts) -> Iterator[Change]:
    """The evaluation alone, where the visit is none."""
    treatment = facts.treatment
    kinds = {facts.value("line.kind", at).known for at in range(len(treatment.lines))}
    if treatment.provider.discipline and "evaluation" not in kinds:
        code = _EVALUATIONS[treatment.provider.discipline]
        first = treatment.lines[0]
        alone = Line(code=code, discipline=first.discipline, credential=first.credential, purpose=first.purpose)
        said = Message("book the evaluation alone first (%(code)s or another evaluation)", {"code": code})
        yield Change("scheduling", said, treatment.model_copy(update={"lines": (alone,)}))


def _papers(engine: RuleEngine, facts: Facts, decision: Decision) -> Iterator[Change]:
    """Each paper that is not on file, put there, and all of them, where facts of the case say so."""
    missing = [item for item in decision.documents if item.status != "on_file" and f"documents.{item.id}" in FACTS]
    if not _papers_count(engine, decision, missing):
        return
    for item in missing:
        filed = with_facts(facts.treatment, [f"documents.{item.id}=yes"])
        yield Change("paperwork", _filed([item]), filed)
    if len(missing) > 1:
        filed = with_facts(facts.treatment, [f"documents.{item.id}=yes" for item in missing])
        yield Change("paperwork", _filed(missing), filed)


def _papers_count(engine: RuleEngine, decision: Decision, papers: list[DocumentNeeded]) -> bool:
    """Whether papers put on file can change an answer: they settle none that is open and undo no refusal, unless a
    rule reads it."""
    decided = decision.headline not in ("call_payer", "not_covered") or decision.coverage.answer == "conditional"
    return decided or any(engine.tests_reading(f"documents.{paper.id}") for paper in papers)


def _filed(papers: list[DocumentNeeded]) -> Message:
    titles = tuple(Message(paper.title) for paper in papers)
    return Message("put on file: %(papers)s", {"papers": Several(titles, ", ")})
