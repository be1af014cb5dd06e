"""What is asked about a new payer, read from what was typed: one by one at a terminal, all at once on the screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import TypeVar, cast, get_args

from engine.language.authored import AuthorizationName
from engine.language.skeleton import BASES, NewRule
from engine.problems import Problem, UserError

ANSWERS: tuple[str, ...] = get_args(AuthorizationName)
KINDS = tuple(BASES)
USUAL_KIND, USUAL_ANSWER = "commercial", "review_required"
RULE = ("policy", "publisher", "url", "published", "first_day", "codes", "answer", "because")
"""What is asked about a published rule: nothing of it is needed where none is at hand."""
NAMES = ("payer", "title", "kind", *RULE)
_LEAST_SENTENCE = 8
_EARLIEST, _LATEST = date(1966, 7, 1), date(2199, 12, 31)
"""Medicare's first day and the last that a case may name; another date is a slip."""
Read = TypeVar("Read")


class SlipError(ValueError):
    """What was typed cannot be read; the text says why, to a person."""


@dataclass(frozen=True, slots=True)
class NewPayer:
    """``rule``: None where no published rule is at hand."""

    payer: str
    title: str
    kind: str
    rule: NewRule | None


def id_problem(payer: str, listed: Container[str]) -> Problem | None:
    """What is wrong with the id of a payer that is to be new beside those listed."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", payer):
        near = re.sub(r"[^a-z0-9]+", "-", payer.lower()).strip("-")
        message = f"{payer!r} is no id: small letters and digits, with dashes between"
        return Problem("broken-value", message, key="payer", hint=f"perhaps {near}" if near else None)
    if payer in listed:
        hint = "copy its file into your own folder to change it"
        return Problem("duplicate-ruleset", f"there is a ruleset {payer!r} already", key="payer", hint=hint)
    return None


def usual_title(payer: str) -> str:
    return payer.replace("-", " ").title()


def words(text: str, least: int = 1) -> str:
    if len(text.strip()) < least:
        raise SlipError("This is needed." if least == 1 else f"At least {least} characters are needed.")
    return text.strip()


def sentence(text: str) -> str:
    return words(text, _LEAST_SENTENCE)


def seen(text: str) -> str | None:
    """None where it was not seen."""
    return text.strip() or None


def day(text: str) -> date | None:
    """None where it was not seen."""
    text = text.strip()
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise SlipError(f"{text!r} is no date such as 2026-02-01.") from None
    if not _EARLIEST <= found <= _LATEST:
        raise SlipError(f"{text} is not between {_EARLIEST} and {_LATEST}.")
    return found


def codes(text: str) -> tuple[str, ...]:
    """None of them stand for all therapy codes."""
    found = tuple(dict.fromkeys(re.split(r"[\s,;]+", text.upper().strip()))) if text.strip() else ()
    wrong = [code for code in found if not re.fullmatch(r"[0-9A-Z][0-9]{3}[0-9A-Z]", code)]
    if wrong:
        raise SlipError(f"No codes: {', '.join(wrong)}. A code has five characters, such as 97535.")
    return found


def one_of(text: str, choices: tuple[str, ...]) -> str:
    if words(text) in choices:
        return text.strip()
    near = get_close_matches(text, choices, n=1)
    raise SlipError(f"{text!r} is none of these{f'; did you mean {near[0]}?' if near else '.'}")


def new_payer(typed: Mapping[str, str], listed: Container[str]) -> NewPayer:
    """All answers, by ``NAMES``. Raises UserError with the problem of each, its key the answer's name."""
    problems: list[Problem] = []

    def read(name: str, reader: Callable[[str], Read]) -> Read | None:
        try:
            return reader(typed.get(name, ""))
        except SlipError as slip:
            problems.append(Problem("broken-value", str(slip), key=name))
            return None

    payer = read("payer", words) or ""
    if payer and (wrong := id_problem(payer, listed)):
        problems.append(wrong)
    kind = read("kind", lambda text: one_of(text, KINDS))
    rule = None
    if any(typed.get(name, "").strip() for name in RULE):
        rule = NewRule(
            title=read("policy", words) or "",
            publisher=read("publisher", seen),
            url=read("url", seen),
            published=read("published", seen),
            first_day=read("first_day", day),
            codes=read("codes", codes) or (),
            answer=cast("AuthorizationName", read("answer", lambda text: one_of(text, ANSWERS))),
            because=read("because", sentence) or "",
        )
    if problems:
        raise UserError(problems)
    return NewPayer(payer, typed.get("title", "").strip() or usual_title(payer), kind or USUAL_KIND, rule)
