"""A decision as the screen tells it: the word, the next step, three reasons, the call script, what would change it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from markupsafe import Markup

from engine import Decision
from engine.cliffs import Cliff
from engine.cost.said import after, if_covered, to_patient
from engine.decision import Finding, Question
from engine.facts.dictionary import FACTS, Fact
from engine.fields import typed
from engine.message import Message
from engine.own_findings import ABOUT_PAPER
from engine.words import HEADLINES, STATUS
from web.choices import UNITS, choice_label
from web.languages import N_, gettext, said

REASONS = 3
ASK = {
    "chart": N_("Look up in our own chart"),
    "clinician": N_("Ask the clinician"),
    "patient": N_("Ask the patient"),
    "payer": N_("Ask the payer"),
}
"""Whom to ask, in the order of asking."""


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next, and by when where there is a day."""

    text: str
    due: date | None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Asking:
    """A question with the field for its answer; ``choices`` by value, none for free text of ``kind``."""

    fact: str
    ask: str
    settles: tuple[str, ...]
    kind: str
    choices: dict[str, str]
    hint: str


@dataclass(frozen=True, slots=True)
class Reading:
    decision: Decision
    word: str
    sentence: str
    steps: tuple[Step, ...]
    reasons: tuple[Finding, ...]
    others: tuple[Finding, ...]
    script: tuple[tuple[str, tuple[Asking, ...]], ...]
    cliffs: tuple[Cliff, ...]
    cost: tuple[Message, ...]

    @property
    def next_step(self) -> Step:
        return self.steps[0]


def reading(decision: Decision, cliffs: tuple[Cliff, ...] = ()) -> Reading:
    reasons = _reasons(decision)
    return Reading(
        decision=decision,
        word=HEADLINES[decision.headline],
        sentence=said(decision.said),
        steps=_steps(decision),
        reasons=reasons[:REASONS],
        others=reasons[REASONS:],
        script=_script(decision),
        cliffs=cliffs,
        cost=_cost(decision),
    )


def _steps(decision: Decision) -> tuple[Step, ...]:
    """Asking comes first where the verdict is to call; then what is due, earliest first; then the papers."""
    call = [Step(_both(gettext(ASK[one.who]), said(one.ask)), None) for one in decision.questions]
    dated = sorted((item for item in decision.deadlines if item.due), key=lambda item: item.due or date.max)
    due = [Step(said(item.title), item.due, item.due is not None and item.due < decision.today) for item in dated]
    due += [
        Step(gettext("%(what)s (the day is not known)", what=said(item.title)), None)
        for item in decision.deadlines
        if item.due is None
    ]
    papers = [
        Step(_both(said(paper.title), gettext(STATUS[paper.status])), None)
        for paper in decision.documents
        if paper.status != "on_file"
    ]
    steps = (*call, *due, *papers) if decision.headline == "call_payer" else (*due, *papers, *call)
    return steps or (Step(gettext("Nothing more is to be done."), None),)


def _both(first: str, second: str) -> str:
    return Markup("{}: {}").format(first, second)


def _reasons(decision: Decision) -> tuple[Finding, ...]:
    """The findings that the answers rest on, then the other certain ones: one of each answer before a second."""
    by_rule = {finding.rule: finding for finding in decision.findings}
    coverage, authorization = decision.coverage.why, decision.authorization.why
    first = (coverage, authorization) if decision.headline == "not_covered" else (authorization, coverage)
    whys = (*first, decision.telehealth.why, decision.provider.why)
    ranked = [why[at] for at in range(max(map(len, whys), default=0)) for why in whys if at < len(why)]
    rest = [one.rule for one in decision.findings if one.certainty == "certain" or one.rule in ABOUT_PAPER]
    return tuple(by_rule[rule] for rule in dict.fromkeys((*ranked, *rest)) if rule in by_rule)


def _script(decision: Decision) -> tuple[tuple[str, tuple[Asking, ...]], ...]:
    ordered = sorted(decision.questions, key=lambda question: list(ASK).index(question.who))
    return tuple((who, tuple(map(_asking, asked))) for who, asked in groupby(ordered, key=lambda one: one.who))


def _asking(question: Question) -> Asking:
    fact = fact_of(question.fact)
    kind, choices, hint = "text", {}, ""
    if question.fact in question.settles:
        hint = gettext("In the payer's own words; kept with the check.")
    elif fact.type == "boolean" and not fact.allows_none and typed("yes", question.fact) is True:
        choices = {"yes": gettext("Yes"), "no": gettext("No")}
    elif fact.type == "choice":
        choices = {choice: choice_label(fact.name, choice) for choice in fact.choices}
    elif fact.allows_none:
        hint = gettext("Type none if there is none.")
        hint += " " + gettext("A date is written 2026-11-24.") if fact.type == "date" else ""
    elif fact.type == "date":
        kind = "date"
    elif fact.type == "codes":
        hint = gettext("Several with spaces between them.")
    if fact.unit and not choices:
        unit = gettext("In %(unit)s.", unit=gettext(UNITS[fact.unit]))
        hint = f"{unit} {hint}".strip()
    return Asking(question.fact, question.ask, question.settles, kind, choices, hint)


def fact_of(path: str) -> Fact:
    """The dictionary's entry; that of any line for a line's."""
    parts = path.split(".")
    name = ".".join(("line", *parts[2:])) if parts[0] == "lines" and len(parts) > 2 else path
    return FACTS.get(name) or Fact(path, "code", path)


def _cost(decision: Decision) -> tuple[Message, ...]:
    if decision.cost is None:
        return ()
    told = to_patient(decision)
    return (*([told] if told else []), if_covered(decision.cost), *after(decision.cost))
