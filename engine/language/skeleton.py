"""A new ruleset from what its maintainer answers: it says what was answered, shows it by examples, and nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from engine.language.authored import AuthorizationName
from engine.language.canonical import write
from engine.language.tree import File, tree_of
from engine.language.tree import Mapping as Tree

BASES: Mapping[str, str] = {
    "commercial": "commercial-benefit",
    "medicare-advantage": "medicare-advantage",
    "medicaid": "medicaid-benefit",
    "workers-comp": "workers-comp-benefit",
    "other": "therapy-benefit",
}
"""The ruleset that a payer of each kind inherits from."""
ALL_CODES = "therapy-codes"
_SOURCE, _NAMED, _RULE = "policy", "named-codes", "authorization"
_UNNAMED = "97799"
"""A therapy code that no list is likely to name, to show the other side."""


@dataclass(frozen=True, slots=True)
class NewRule:
    """One published rule on authorization. ``codes``: empty for all therapy codes; ``first_day``: None if not seen."""

    title: str
    publisher: str | None
    url: str | None
    published: str | None
    first_day: date | None
    codes: tuple[str, ...]
    answer: AuthorizationName
    because: str


def new_ruleset(payer: str, title: str, kind: str, rule: NewRule | None, today: date, typical_day: date) -> bytes:
    """The file of a payer's first ruleset, in its one form. Without a rule every answer stays unknown.

    ``typical_day``: the day of the visit in the examples of what it inherits from.
    """
    version = f"{today.year}.{today.month}.1"
    change = "The first version, with one published rule." if rule else "The first version, with no rule yet."
    content: dict[str, object] = {
        "id": payer,
        "payer": payer,
        "title": title,
        "version": version,
        "verified": today,
        "extends": BASES[kind],
        "unit_rule": "unknown",
        "notes": ["Whatever no rule here says stays unknown: add a rule when its source is at hand."],
        "changelog": [{"version": version, "date": today, "change": change}],
    }
    if rule is not None:
        content |= _ruled(rule, today, typical_day)
    tree = tree_of(content)
    assert isinstance(tree, Tree)
    return write(File(tree, ()))


def _ruled(rule: NewRule, today: date, typical_day: date) -> dict[str, object]:
    source = {
        "title": rule.title, "publisher": rule.publisher, "url": rule.url, "published": rule.published,
        "verified": today, "level": "payer",
    }  # fmt: skip
    typical: dict[str, object] = {"lines.1.code": rule.codes[0]} if rule.codes else {}
    if rule.first_day and rule.first_day > typical_day:
        typical |= _around(rule.first_day)
    content: dict[str, object] = {"typical_case": typical} if typical else {}
    content["sources"] = {_SOURCE: {key: value for key, value in source.items() if value is not None}}
    if rule.codes:
        meaning = "Codes that the policy names"
        content["tables"] = {_NAMED: {"meaning": meaning, "source": _SOURCE, "values": list(rule.codes)}}
    said: dict[str, object] = {"id": _RULE, "title": "Authorization of therapy"}
    if rule.first_day:
        said["from"] = rule.first_day
    said |= {
        "scope": "line",
        "when": {"line.code": {"in": _NAMED if rule.codes else ALL_CODES}},
        "then": {"authorization": rule.answer},
        "because": rule.because,
        "source": _SOURCE,
        "examples": _examples(rule),
    }
    return content | {"rules": [said]}


def _examples(rule: NewRule) -> list[dict[str, object]]:
    applies = {"applies": True, "authorization": rule.answer}
    shown: list[dict[str, object]] = [
        {"name": "a visit with a code that the policy names", "expect": applies},
        {
            "name": "a code that the policy does not name stays open",
            "given": {"lines.1.code": _UNNAMED},
            "expect": {"applies": False},
        },
    ]
    if rule.first_day:
        before = rule.first_day - timedelta(days=1)
        shown += [
            {"name": "the first day of the policy", "given": _around(rule.first_day), "expect": applies},
            {"name": "the day before it", "given": _around(before), "expect": {"applies": False}},
        ]
    return shown


def _around(day: date) -> dict[str, object]:
    """A visit on the day, with a coverage that was active then."""
    return {"date_of_service": day, "coverage.active_from": date(day.year - 1, 1, 1)}
