"""Whether the front desk can read why: every because of a rule and of a clock, held against words kept as data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, get_args

from engine.decision import Source
from engine.language.authored import AuthoredSource, Then
from engine.lint.whole import Asked
from engine.problem_codes import Code
from engine.problems import Problem, Span
from engine.reference import TablePart, read_table
from engine.states import STATES

_SENTENCE = re.compile(r"(?<=[.;:!?])\s+")
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
_ABBREVIATION = re.compile(r"\b[A-Z]{2,}\b")


_CODED = frozenset(STATES) | frozenset(get_args(get_args(Then.model_fields["modifier"].annotation)[0]))
"""States and modifiers, which are codes and no abbreviations."""


@dataclass(frozen=True)
class PlainWords:
    """What a because is held against: ``jargon`` and ``puzzles`` with what to say instead."""

    longest_sentence: int
    abbreviations: frozenset[str]
    jargon: Mapping[re.Pattern[str], str]
    puzzles: Mapping[re.Pattern[str], str]
    verbs: frozenset[str]


class _Words(TablePart):
    longest_sentence: int
    abbreviations: dict[str, str]
    jargon: dict[str, str]
    puzzles: dict[str, str]
    verbs: str


@lru_cache(maxsize=4)
def plain_words(folder: Path) -> PlainWords:
    """The table ``plain-words.yaml``. Raises UserError with every problem of its form."""
    words, _ = read_table(folder / "plain-words.yaml", _Words)
    return PlainWords(
        words.longest_sentence,
        frozenset(words.abbreviations),
        {_whole_word(word): plain for word, plain in words.jargon.items()},
        {re.compile(pattern, re.IGNORECASE): plain for pattern, plain in words.puzzles.items()},
        frozenset(words.verbs.split()),
    )


def _whole_word(word: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(word)}\b", 0 if word.isupper() else re.IGNORECASE)


@dataclass(frozen=True)
class Because:
    """A because, whose it is, where it stands and what it cites."""

    of: str
    text: str
    where: Span
    names: str


def becauses(asked: Asked) -> Iterator[Because]:
    for file in asked.library.files:
        authored, document = file.authored, file.document
        for at, rule in enumerate(authored.rules):
            cited = authored.sources.get(rule.source) or asked.library.reference.sources.get(rule.source)
            names = f"{authored.title} {_named(cited)}"
            yield Because(f"{authored.id}/{rule.id}", rule.because, document.span(("rules", at, "because")), names)
        for event, clock in authored.clocks.items():
            for at, span in enumerate(clock.spans):
                where = document.span(("clocks", event, "spans", at, "because"))
                yield Because(f"{authored.id}/{event}", span.because, where, authored.title)


def _named(source: Source | AuthoredSource | None) -> str:
    """The names in a source's title and publisher, which a because may use."""
    return "" if source is None else f"{source.title} {source.publisher or ''}"


class UnclearBecause:
    """A sentence that is too long, has no verb or says no twice is read wrong at the telephone."""

    code: ClassVar[Code] = "unclear-because"

    def look(self, asked: Asked) -> Iterator[Problem]:
        words = plain_words(asked.library.reference.folder)
        for because in becauses(asked):
            for message, hint in _unclear(because.text, words):
                yield Problem(self.code, f"{because.of}: {message}", because.where, hint=hint)


def _unclear(text: str, words: PlainWords) -> Iterator[tuple[str, str]]:
    for sentence in _SENTENCE.split(text):
        found = _WORD.findall(sentence)
        if len(found) > words.longest_sentence:
            yield f"a sentence has {len(found)} words", f"say it in at most {words.longest_sentence}"
    if not any(_is_verb(word, words) for word in _WORD.findall(text)):
        yield "it has no verb", "say who does what"
    for pattern, instead in words.puzzles.items():
        if puzzle := pattern.search(text):
            yield f"{puzzle[0]!r} turns the meaning around", instead


def _is_verb(word: str, words: PlainWords) -> bool:
    return word.lower() in words.verbs or (len(word) > 4 and word.endswith("ed"))


class UndefinedAbbreviation:
    """An abbreviation is written out, unless the front desk uses it every day; modifiers and states are known."""

    code: ClassVar[Code] = "undefined-abbreviation"

    def look(self, asked: Asked) -> Iterator[Problem]:
        known = plain_words(asked.library.reference.folder).abbreviations | _CODED
        for because in becauses(asked):
            for short in dict.fromkeys(_ABBREVIATION.findall(because.text)):
                if short not in known and short not in because.names.split():
                    message = f"{because.of}: {short!r} is not among the abbreviations that the front desk uses"
                    yield Problem(self.code, message, because.where, hint="write it out, or add it to plain-words.yaml")


class Jargon:
    """A word of the trade for which the front desk has a plain one."""

    code: ClassVar[Code] = "jargon"

    def look(self, asked: Asked) -> Iterator[Problem]:
        words = plain_words(asked.library.reference.folder)
        for because in becauses(asked):
            for pattern, plain in words.jargon.items():
                if found := pattern.search(because.text):
                    message = f"{because.of}: the front desk does not say {found[0]!r}"
                    yield Problem(self.code, message, because.where, hint=f"say {plain}")
