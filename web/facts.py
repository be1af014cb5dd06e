"""The facts that a finding read as the screen names them: what each means, and its value in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from engine.decision import DocumentNeeded, FactValue
from engine.facts.dictionary import FACTS, Fact
from engine.language.parse import NO_LIMIT
from engine.words import dollars
from web.choices import choice_label
from web.languages import day, gettext, number, said
from web.packet_fields import label_of

_OF_A_LINE = re.compile(r"lines\.([0-9]+)\.(.+)")
_COUNTED = re.compile(r"(business )?days from (\S+) to (\S+)")


def fact_name(path: str, papers: Sequence[DocumentNeeded] = ()) -> str:
    """What is at a path of the case; the path where nothing names it. ``papers``: those that the decision asks for."""
    if line := _OF_A_LINE.fullmatch(path):
        return gettext("line %(n)s: %(fact)s", n=line[1], fact=fact_name(f"line.{line[2]}"))
    if counted := _COUNTED.fullmatch(path):
        ends = {"start": fact_name(counted[2]), "end": fact_name(counted[3])}
        if counted[1]:
            return gettext("business days from “%(start)s” to “%(end)s”", **ends)
        return gettext("days from “%(start)s” to “%(end)s”", **ends)
    if path.startswith("units of "):
        return gettext("units of %(what)s on the day", what=path.removeprefix("units of "))
    fact = _fact(path)
    if fact:
        # After a semicolon stands how it is written down, which is no part of its name.
        return said(fact.meaning).partition(";")[0]
    if paper := next((one for one in papers if path == f"documents.{one.id}"), None):
        return gettext("on file: %(paper)s", paper=said(paper.title))
    return label_of(path)


def fact_value(value: FactValue, path: str) -> str:
    """The value in words."""
    fact = _fact(path)
    if value is None:
        return gettext("not known")
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if value in (NO_LIMIT, date.min.isoformat(), date.max.isoformat()):
        return gettext("no limit")
    if fact and fact.type == "money" and isinstance(value, int):
        return dollars(Decimal(value) / 100)
    if isinstance(value, int):
        return number(value)
    if fact and fact.type == "date":
        return day(date.fromisoformat(value))
    return choice_label(fact.name, value) if fact and fact.type == "choice" else value


def _fact(path: str) -> Fact | None:
    name = re.sub(r"^(lines\.[0-9]+|provider)\.", "line.", path)
    return FACTS.get(path) or FACTS.get(name)
