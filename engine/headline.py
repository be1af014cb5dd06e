"""The headline and its sentence: the one word and the one line that the front desk acts on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from engine.assess import Assessment
from engine.bounds import UNKNOWN_ANSWER
from engine.decision import HEADLINES, Deadline, DocumentNeeded, Question, VisitRange
from engine.inference.rule_engine import RuleEngine
from engine.language.rules import ANSWERS, Dimension
from engine.message import Message, Part, Several, Within

_ASKED = 3
"""Questions that the sentence names where the payer is to be called; the others are counted."""


@dataclass(frozen=True)
class Standing:
    """What the headline is made of."""

    assessment: Assessment
    visits: tuple[VisitRange, ...]
    whole_plan: bool
    documents: tuple[DocumentNeeded, ...]
    answers: dict[Dimension, str]

    @property
    def open_paper(self) -> tuple[DocumentNeeded, ...]:
        return tuple(document for document in self.documents if document.status != "on_file")

    @property
    def refused_lines(self) -> tuple[int, ...]:
        """Lines that count and are not covered while others may be."""
        return tuple(
            at
            for at, line in enumerate(self.assessment.lines)
            if line.answer == "not_covered" and line.counts and not self.assessment.refused
        )


def headline(engine: RuleEngine, standing: Standing) -> str:
    """The first that applies; an open answer is ``call_payer``."""
    if standing.answers["coverage"] == "not_covered":
        return "not_covered"
    if UNKNOWN_ANSWER in standing.answers.values():
        return "call_payer"
    if review_before_visit(engine, standing):
        return "authorize_first"
    asked = standing.answers["authorization"] in ("notify", "auto_approved", "review_required")
    if asked or standing.open_paper or standing.refused_lines or standing.answers["coverage"] == "conditional":
        return "book_and_request"
    return "book"


def review_before_visit(engine: RuleEngine, standing: Standing) -> bool:
    """Whether a review must be over before this visit, or before the first of the plan."""
    if standing.answers["authorization"] != "review_required":
        return False
    if standing.whole_plan and standing.visits and standing.visits[0].answer != "review_required":
        return False
    effects = [engine.ruleset.by_id[name].effect for name in standing.assessment.authorization.why]
    return any(effect.before_visit for effect in effects if effect and effect.value == "review_required") or not effects


def strictest_headline(headlines: Sequence[str]) -> str:
    return max(headlines, key=HEADLINES.index)


def sentence(
    engine: RuleEngine,
    standing: Standing,
    word: str,
    questions: tuple[Question, ...],
    deadlines: tuple[Deadline, ...],
    codes: tuple[str, ...],
    today: date,
) -> Message:
    """One line in plain words: the verdict, and every step that is certain."""
    steps = _steps(engine, standing, deadlines, codes, today)
    if word == "not_covered":
        return Message("Not covered: %(why)s", {"why": _why_refused(engine, standing)})
    if word == "call_payer":
        return _call(questions, steps)
    if questions:
        asked = _joined(Within(question.ask) for question in questions)
        steps = [*steps, Message("look up in the chart: %(questions)s", {"questions": asked})]
    if word == "authorize_first":
        return Message("Authorization must be approved before the visit: %(steps)s.", {"steps": _joined(steps)})
    if word == "book_and_request":
        return Message("Book the visit, and %(steps)s.", {"steps": _joined(steps)})
    return Message("Book the visit: covered, and nothing is to be requested or filed first.")


def _call(questions: tuple[Question, ...], steps: list[Message]) -> Message:
    ask: list[Part] = [Within(question.ask) for question in questions[:_ASKED]]
    if not ask:
        ask = [Message("no published rule answers")]
    if len(questions) > _ASKED:
        ask.append(Message("and %(number)s more", {"number": len(questions) - _ASKED}))
    if steps:
        values = {"questions": _joined(ask), "steps": _joined(steps)}
        return Message("Call before you book: %(questions)s. Certain already: %(steps)s.", values)
    return Message("Call before you book: %(questions)s.", {"questions": _joined(ask)})


def _steps(
    engine: RuleEngine, standing: Standing, deadlines: tuple[Deadline, ...], codes: tuple[str, ...], today: date
) -> list[Message]:
    steps: list[Message] = []
    due = {item.id: item.due for item in deadlines}
    by = _by(due.get("authorization_request"), due.get("latest_request"), today)
    match standing.answers["authorization"]:
        case "review_required":
            if review_before_visit(engine, standing):
                steps.append(Message("request the authorization%(by)s, before the visit", {"by": by}))
            else:
                values = {"by": by, "visits": _reviewed_visits(standing)}
                steps.append(Message("request the authorization%(by)s%(visits)s", values))
        case "auto_approved":
            steps.append(
                Message(
                    "send the authorization request%(by)s: this visit is approved without clinical review", {"by": by}
                )
            )
        case "notify":
            steps.append(Message("notify the payer%(by)s", {"by": by}))
    if refused := standing.refused_lines:
        named = Several(tuple(_refused(codes[at], standing.assessment.lines[at].reason) for at in refused), ", ")
        steps.append(Message("leave out or explain what is not covered: %(codes)s", {"codes": named}))
    if missing := _titles(standing, "missing"):
        steps.append(Message("get what is missing: %(papers)s", {"papers": Several(missing, ", ")}))
    if unknown := _titles(standing, "unknown"):
        steps.append(Message("make sure these are on file: %(papers)s", {"papers": Several(unknown, ", ")}))
    return steps


def _refused(code: str, reason: str | None) -> Part:
    return Several((code, " (", Message(reason or "not covered"), ")"), "")


def _titles(standing: Standing, status: str) -> tuple[Message, ...]:
    return tuple(Message(document.title) for document in standing.open_paper if document.status == status)


def _by(due: date | None, latest: date | None, today: date) -> Part:
    """When the request must be made: by the payer's rule, and so that its time to decide ends before the visit."""
    if due is not None and due < today:
        return Message(" (was due by %(day)s)", {"day": due})
    if latest is not None and latest < today:
        return Message(" now (the payer's time to decide ends after the visit)")
    days = [day for day in (due, latest) if day is not None]
    return Message(" by %(day)s", {"day": min(days)}) if days else ""


OF_VISITS = {
    "not_required": "need none",
    "satisfied": "are authorized",
    "notify": "need a notice",
    "auto_approved": "pass without clinical review",
    "review_required": "are reviewed",
    UNKNOWN_ANSWER: "are open",
}


def _reviewed_visits(standing: Standing) -> Part:
    if not standing.whole_plan or len(standing.visits) < 2:
        return ""
    named = (
        Message(
            "visits %(first)s to %(last)s %(answer)s",
            {"first": visits.first, "last": visits.last, "answer": Message(OF_VISITS[visits.answer])},
        )
        for visits in standing.visits
    )
    return Several((" (", Several(tuple(named), ", "), ")"), "")


def _why_refused(engine: RuleEngine, standing: Standing) -> Part:
    for line in standing.assessment.counting:
        for dimension in ANSWERS:
            bound = line.bounds[dimension]
            if bound.definite and bound.answer in ("not_covered", "not_qualified", "not_accepted"):
                return engine.ruleset.by_id[bound.why[0]].said
    return Message("the services may not be billed together.")


def _joined(parts: Iterable[Part]) -> Several:
    return Several(tuple(parts), "; ")
