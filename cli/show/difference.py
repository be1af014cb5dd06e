"""What a change of rules changes, as people and programs read it."""

from __future__ import annotations

from collections.abc import Sequence

from cli.show.page import Page
from engine.cases import case_yaml
from engine.quality.difference import AnswerChange, BothWays, Difference
from engine.words import ANSWERS, HEADLINES, RESOLUTIONS

_DIMENSIONS = {
    "coverage": "Coverage",
    "authorization": "Authorization",
    "telehealth": "Telehealth",
    "provider": "Who may treat",
    "edit": "Two codes on one day",
}


def show_differences(found: Sequence[Difference]) -> None:
    page = Page()
    if not found:
        page.line("The rules are the same, word for word.")
    for number, one in enumerate(found):
        if number:
            page.line()
        _show(one, page)


def _show(found: Difference, page: Page) -> None:
    page.line(f"{found.title} ({found.payer})", "bold")
    if found.same:
        page.line("No answer changes: proved for every case. Only names, order or wording differ.", by=2)
    for change in found.answers:
        page.line(sentence(change), by=2)
        page.items(*change.rules, by=4)
        _show_case(change.shown, page)
    for other in found.others:
        page.items(other.rule)
        if other.shown:
            _show_case(other.shown, page)
    page.items(*found.settings)
    page.items(*(f"Not proved either way: {text}" for text in found.open))


def sentence(change: AnswerChange) -> str:
    return f"{_DIMENSIONS[change.dimension]}: {_said(change.after)} instead of {_said(change.before)}"


def _said(answer: str) -> str:
    return ANSWERS.get(answer, RESOLUTIONS.get(answer, answer))


def _show_case(shown: BothWays, page: Page) -> None:
    page.line(f"For example: {shown.given}", by=4)
    for word, decision in (("before", shown.before), ("after", shown.after)):
        page.line(f"{word}: {HEADLINES[decision.headline]}. {decision.sentence}", by=6)


def difference_json(found: Difference) -> dict[str, object]:
    return {
        "payer": found.payer,
        "same": found.same,
        "answers": [
            {
                "dimension": change.dimension,
                "before": change.before,
                "after": change.after,
                "sentence": sentence(change),
                "rules": list(change.rules),
                "case": _case_json(change.shown),
            }
            for change in found.answers
        ],
        "others": [{"rule": one.rule, "case": _case_json(one.shown) if one.shown else None} for one in found.others],
        "settings": list(found.settings),
        "not_proved": list(found.open),
    }


def _case_json(shown: BothWays) -> dict[str, object]:
    return {
        "given": shown.given,
        "yaml": case_yaml(shown.case).decode(),
        "before": shown.before.headline,
        "after": shown.after.headline,
    }
