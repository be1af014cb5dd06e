"""The command ask: the fewest questions that settle a case, and the answers, with who gave them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from cli.record import Asked, now, record_answered
from cli.session import AsJson, CaseFile, Output, Rulesets, Strict, Today, day_asked, library, print_json, read_one
from engine import Decision, Library, PlannedTreatment
from engine import check as decide
from engine.cases import case_yaml
from engine.changes import split_setting, with_facts
from engine.files import write_whole
from engine.settle import MANY_PROBES
from engine.store import AnswerRecord

Answers = Annotated[
    list[str] | None, typer.Option("--answer", metavar="FACT=VALUE", help="An answer; may be given several times.")
]
SaidBy = Annotated[str | None, typer.Option("--said-by", metavar="NAME", help="Who gave the answers.")]
Reference = Annotated[str | None, typer.Option("--reference", metavar="NUMBER", help="The call's reference number.")]


def ask(
    case: CaseFile,
    answers: Answers = None,
    said_by: SaidBy = None,
    reference: Reference = None,
    output: Output = None,
    as_json: AsJson = False,
    strict: Strict = False,
    today: Today = None,
    rulesets: Rulesets = None,
) -> None:
    """Print the call script: the fewest questions that settle the case, with room for the answers.

    --answer records an answer with who gave it and decides again; -o writes the case with the answers in it.
    """
    treatment, books, day = read_one(case).treatment, library(rulesets), day_asked(today)
    decision = _decided(treatment, books, day, strict)
    if answers:
        before = Asked(treatment, strict, decision)
        treatment = with_facts(treatment, [text for text in answers if not _is_word(text, decision)])
        decision = _decided(treatment, books, day, strict)
        given = [_record(text, before, said_by, reference) for text in answers]
        record_answered(before, given, Asked(treatment, strict, decision))
    if output is not None:
        write_whole(output, case_yaml(treatment))
    if as_json:
        print_json([question.as_json() for question in decision.questions])
    else:
        _show(treatment, decision, answered=bool(answers))


def _decided(treatment: PlannedTreatment, books: Library, day: date, strict: bool) -> Decision:
    return decide(treatment, books, today=day, strict=strict, probes=MANY_PROBES)


def _is_word(setting: str, decision: Decision) -> bool:
    """Whether it answers a question that no fact of a case can hold, as of a payer whose rules nobody published."""
    fact = setting.partition("=")[0]
    return any(question.fact == fact and fact in question.settles for question in decision.questions)


def _record(setting: str, asked: Asked, said_by: str | None, reference: str | None) -> AnswerRecord:
    fact, value = split_setting(setting)
    return AnswerRecord(asked.decision.check_id, fact, value, said_by, reference, now())


def _show(treatment: PlannedTreatment, decision: Decision, *, answered: bool) -> None:
    from cli.show.page import Page
    from cli.show.script import show_script

    show_script(treatment, decision, Page(), answered=answered)
