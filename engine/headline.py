"""The headline and its sentence: the one word and the one line that the front desk acts on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.assess import Assessment
from engine.bounds import UNKNOWN_ANSWER
from engine.decision import HEADLINES, Deadline, DocumentNeeded, Question, VisitRange
from engine.inference.rule_engine import RuleEngine
from engine.language.rules import ANSWERS, Dimension


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
) -> str:
    """One line in plain words: the verdict, and every step that is certain."""
    steps = _steps(engine, standing, deadlines, codes, today)
    if word == "not_covered":
        return f"Not covered: {_why_refused(engine, standing)}"
    if word == "call_payer":
        ask = "; ".join(_lower(question.ask) for question in questions[:3]) or "no published rule answers"
        more = f"; and {len(questions) - 3} more" if len(questions) > 3 else ""
        return f"Call before you book: {ask}{more}{_also(steps)}"
    look_up = [_lower(question.ask) for question in questions]
    if look_up:
        steps = [*steps, "look up in the chart: " + "; ".join(look_up)]
    if word == "authorize_first":
        return "Authorization must be approved before the visit: " + _joined(steps)
    if word == "book_and_request":
        return "Book the visit, and " + _joined(steps)
    return "Book the visit: covered, and nothing is to be requested or filed first."


def _steps(
    engine: RuleEngine, standing: Standing, deadlines: tuple[Deadline, ...], codes: tuple[str, ...], today: date
) -> list[str]:
    steps: list[str] = []
    due = {item.id: item.due for item in deadlines}
    by = _by(due.get("authorization_request"), due.get("latest_request"), today)
    match standing.answers["authorization"]:
        case "review_required":
            if review_before_visit(engine, standing):
                steps.append(f"request the authorization{by}, before the visit")
            else:
                steps.append(f"request the authorization{by}{_reviewed_visits(standing)}")
        case "auto_approved":
            steps.append(f"send the authorization request{by}: this visit is approved without clinical review")
        case "notify":
            steps.append(f"notify the payer{by}")
    if refused := standing.refused_lines:
        named = ", ".join(f"{codes[at]} ({standing.assessment.lines[at].reason or 'not covered'})" for at in refused)
        steps.append(f"leave out or explain what is not covered: {named}")
    missing = [document.title for document in standing.open_paper if document.status == "missing"]
    unknown = [document.title for document in standing.open_paper if document.status == "unknown"]
    if missing:
        steps.append("get what is missing: " + ", ".join(missing))
    if unknown:
        steps.append("make sure these are on file: " + ", ".join(unknown))
    return steps


def _by(due: date | None, latest: date | None, today: date) -> str:
    """When the request must be made: by the payer's rule, and so that its time to decide ends before the visit."""
    if due is not None and due < today:
        return f" (was due by {due.isoformat()})"
    if latest is not None and latest < today:
        return " now (the payer's time to decide ends after the visit)"
    days = [day for day in (due, latest) if day is not None]
    return f" by {min(days).isoformat()}" if days else ""


_SAID = {
    "not_required": "need none",
    "satisfied": "are authorized",
    "notify": "need a notice",
    "auto_approved": "pass without clinical review",
    "review_required": "are reviewed",
    UNKNOWN_ANSWER: "are open",
}


def _reviewed_visits(standing: Standing) -> str:
    if not standing.whole_plan or len(standing.visits) < 2:
        return ""
    named = (f"visits {visits.first} to {visits.last} {_SAID[visits.answer]}" for visits in standing.visits)
    return " (" + ", ".join(named) + ")"


def _why_refused(engine: RuleEngine, standing: Standing) -> str:
    for line in standing.assessment.counting:
        for dimension in ANSWERS:
            bound = line.bounds[dimension]
            if bound.definite and bound.answer in ("not_covered", "not_qualified", "not_accepted"):
                return engine.ruleset.by_id[bound.why[0]].because
    return "the services may not be billed together."


def _also(steps: list[str]) -> str:
    return f". Certain already: {_joined(steps)}" if steps else "."


def _joined(steps: list[str]) -> str:
    return "; ".join(steps) + "."


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip("?")
