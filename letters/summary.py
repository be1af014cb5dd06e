"""What a patient is told of a decision: for each answer the fixed sentence of their language, with what it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.decision import Decision, LineDecision
from engine.treatment import PlannedTreatment
from letters.language import Language
from letters.words import dollars

SELF_PAY = "self-pay"
_PAID_WITH_OTHERS = ("bundled", "invalid_code")
_LINE = re.compile(r"^lines\.\d+\.")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence and the names of the facts and findings that it rests on."""

    text: str
    rests_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceSaid:
    """A service in the patient's words (None: only its code is known), and whether the plan covers it."""

    code: str
    label: Said | None
    covered: Said


@dataclass(frozen=True, slots=True)
class Summary:
    """The answers in the order in which a patient asks."""

    services: tuple[ServiceSaid, ...]
    coverage: tuple[Said, ...]
    authorization: tuple[Said, ...]
    pay: tuple[Said, ...]
    open: tuple[Said, ...]


def summarize(treatment: PlannedTreatment, decision: Decision, language: Language) -> Summary:
    told = _Teller(treatment, decision, language)
    return Summary(
        tuple(told.service(number, line) for number, line in enumerate(decision.lines, 1)),
        tuple(told.coverage()),
        tuple(told.authorization()),
        tuple(told.pay()),
        tuple(told.open()),
    )


@dataclass(frozen=True, slots=True)
class _Teller:
    treatment: PlannedTreatment
    decision: Decision
    language: Language

    @property
    def _pays_alone(self) -> bool:
        return self.treatment.coverage.payer == SELF_PAY

    def _said(self, group: str, key: str, *rests_on: str, **values: object) -> Said:
        return Said(self.language.say(group, key, **values), rests_on)

    def service(self, number: int, line: LineDecision) -> ServiceSaid:
        path = f"lines.{number}.code"
        own = self.language.known("services", line.code)
        label = Said(own, (path,)) if own else None
        if label is None and line.label:
            label = Said(line.label, (path, f"decision.lines.{number}.label"))
        answer = "bundled" if line.reason in _PAID_WITH_OTHERS else line.answer
        return ServiceSaid(path, label, self._said("lines", answer, f"decision.lines.{number}.answer"))

    def coverage(self) -> Iterator[Said]:
        if self._pays_alone:
            yield self._said("coverage", "self_pay", "coverage.payer")
            return
        yield self._said("coverage", self.decision.coverage.answer, "decision.coverage")
        for group, answer in (("telehealth", self.decision.telehealth), ("provider", self.decision.provider)):
            if self.language.known(group, answer.answer):
                yield self._said(group, answer.answer, f"decision.{group}")

    def authorization(self) -> Iterator[Said]:
        answer = self.decision.authorization
        if self._pays_alone:
            yield self._said("authorization", "self_pay", "coverage.payer")
        elif self.treatment.episode.visit_number is None and len(answer.visits) > 1:
            for visits in answer.visits:
                key = "one" if visits.first == visits.last else "many"
                said = self.language.say("visit_answers", visits.answer)
                yield self._said("visits", key, "decision.authorization.visits",
                                 first=visits.first, last=visits.last, answer=said)  # fmt: skip
        else:
            yield self._said("authorization", answer.answer, "decision.authorization")

    def pay(self) -> Iterator[Said]:
        if self._pays_alone:
            yield self._said("pay", "self_pay", "coverage.payer")
            return
        cost = self.decision.cost
        if self.decision.coverage.answer == "not_covered":
            yield self._said("pay", "not_covered", "decision.coverage")
        elif cost is not None and cost.patient_share is not None:
            yield self._said("pay", "share", "decision.cost", amount=cost.patient_share)
        else:
            parts = tuple(self._known_parts())
            yield from parts
            yield self._said("pay", "more" if parts else "unknown", "decision.cost")
        if self.treatment.coverage.secondary is not None:
            yield self._said("pay", "second", "coverage.secondary.payer")

    def _known_parts(self) -> Iterator[Said]:
        """What the case knows of the patient's share where the whole is not known."""
        coverage = self.treatment.coverage
        if coverage.copay is not None:
            yield self._said("pay", "copay", "coverage.copay.dollars", amount=dollars(coverage.copay))
        if (left := coverage.deductible_remaining) is not None:
            key = "deductible" if left > 0 else "no_deductible"
            yield self._said("pay", key, "coverage.deductible_remaining.dollars", amount=dollars(left))

    def open(self) -> Iterator[Said]:
        for number, question in enumerate(self.decision.questions, 1):
            topic = self.language.known("topics", _LINE.sub("line.", question.fact))
            topic = topic or self.language.say("other_topics", question.who)
            yield self._said("open", question.who, f"decision.questions.{number}", topic=topic)
        for document in self.decision.documents:
            if document.status != "on_file":
                paper = self.language.known("papers", document.id) or document.title
                name = f"decision.documents.{document.id}"
                yield self._said("open", f"paper_{document.status}", name, *document.why, paper=paper)
        if not self.decision.questions and all(paper.status == "on_file" for paper in self.decision.documents):
            yield self._said("open", "nothing", "decision.questions")
