"""The call script: what to have ready, what to ask whom, and room for the answers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from cli.show.page import Page
from cli.show.words import HEADLINES, STYLES, WHO, count, day
from engine import Decision, PlannedTreatment
from engine.decision import Question

_ROOM = "_" * 40
_ORDER = ("chart", "clinician", "patient", "payer")
"""What we can find out ourselves comes before the call."""


def show_script(treatment: PlannedTreatment, decision: Decision, page: Page, *, answered: bool) -> None:
    """Print the open questions, those to ourselves first; the payer's with what a representative asks for.

    ``answered``: some were answered just now, so the word as it stands comes first.
    """
    page.line(f"{decision.payer_title or decision.payer} · visit of {day(decision.date_of_service)}", "bold")
    if answered or not decision.questions:
        page.line(HEADLINES[decision.headline], STYLES[decision.headline])
        page.line(decision.sentence)
    if not decision.questions:
        page.line("Nothing is open: no call is needed.")
        return
    page.line(_fewest(decision))
    ordered = sorted(decision.questions, key=lambda question: _ORDER.index(question.who))
    for who, asked in groupby(ordered, key=lambda question: question.who):
        page.line()
        page.line(f"Ask {WHO[who]}" if who != "chart" else "Look up in our own chart", "bold")
        if who == "payer":
            page.rows(*_ready(treatment))
        for number, question in enumerate(asked, 1):
            _question(number, question, page)
        if who == "payer":
            _reference(page)


def _fewest(decision: Decision) -> str:
    asked = count(len(decision.questions), "question")
    if decision.fewest_questions:
        return f"{asked} {'settles' if len(decision.questions) == 1 else 'settle'} it; no fewer would."
    return f"{asked}; whether fewer would do was too much to search."


def _question(number: int, question: Question, page: Page) -> None:
    page.line()
    page.rows((f"{number}.", question.ask))
    page.line(f"Answer: {_ROOM}", by=5)
    entered = "" if question.fact in question.settles else f"; enter it as {question.fact}"
    page.line(f"decides: {', '.join(question.settles)}{entered}", "dim", by=5)


def _reference(page: Page) -> None:
    page.line()
    for label in ("Representative's name", "Date and time", "Reference number"):
        page.line(f"{label}: {_ROOM}", by=2)


def _ready(treatment: PlannedTreatment) -> Iterator[tuple[str, str]]:
    """What a representative asks for first, where the case has it."""
    coverage, provider, patient = treatment.coverage, treatment.provider, treatment.patient
    known = (
        ("Member", patient.name),
        ("Date of birth", patient.birth_date and patient.birth_date.isoformat()),
        ("Member ID", coverage.member_id),
        ("Plan", coverage.plan_name),
        ("Provider", provider.name),
        ("NPI", provider.npi),
        ("Tax ID", provider.tax_id),
        ("Diagnoses", ", ".join(treatment.diagnoses or ())),
        ("Codes", ", ".join(dict.fromkeys(line.code for line in treatment.lines))),
    )
    yield from ((label, value) for label, value in known if value)
