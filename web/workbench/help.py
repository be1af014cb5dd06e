"""What each key and fact of a ruleset means, beside the editor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from engine.facts.dictionary import FACTS
from engine.language.meanings import MEANINGS, OPERATORS
from web.languages import N_

_PARTS = {
    "AuthoredRuleset": N_("The ruleset"), "AuthoredRule": N_("A rule"), "Then": N_("What follows"),
    "CoverageEffect": N_("Coverage, in full"), "AuthorizationEffect": N_("Authorization, in full"),
    "DocumentEffect": N_("A paper"), "DeadlineEffect": N_("A deadline"), "AuthoredDue": N_("By when"),
    "AuthoredExample": N_("An example"), "AuthoredSource": N_("A source"), "AuthoredFigure": N_("A figure"),
    "AuthoredFigureValue": N_("A value of a figure"), "AuthoredClock": N_("A clock"),
    "AuthoredClockSpan": N_("A span of a clock"), "ScheduledAhead": N_("Scheduled ahead"),
    "AuthoredTable": N_("A table"), "AuthoredChange": N_("A change in the changelog"),
    "LeftOut": N_("A rule left out"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it: names with their meanings, in English."""

    title: str
    entries: tuple[tuple[str, str], ...]


@cache
def sections() -> tuple[Section, ...]:
    parts = [Section(title, tuple(MEANINGS[part].items())) for part, title in _PARTS.items()]
    facts = tuple((name, f"{fact.meaning}{_choices(fact.choices)}") for name, fact in FACTS.items())
    return (*parts, Section(N_("How a fact is tested"), tuple(OPERATORS.items())), Section(N_("Facts"), facts))


def _choices(choices: tuple[str, ...]) -> str:
    return f". One of: {', '.join(choices)}" if choices else ""
