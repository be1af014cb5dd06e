"""Finding an ICD-10-CM code by its words or its beginning: in the loaded order file of the day, else the installed
release. Only codes that a claim takes are found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from engine.icd10cm import dotted, installed_release

if TYPE_CHECKING:
    from engine.official.editions import Edition
    from engine.official.tables import OfficialTables
    from engine.reference import Reference

MOST_FOUND = 20
_WORD = re.compile(r"[\w.']+")
_CODE = re.compile(r"[a-z][0-9][0-9a-z.]*")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A code with its dot, and its published text."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Search:
    """What was found, the nearest first, and where; ``more`` tells whether there is more than is listed.

    ``release`` is None where no list of codes is at hand.
    """

    release: str | None
    found: tuple[Diagnosis, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class _Index:
    """All codes of a release in its order; ``lines`` are their codes, texts and inclusion terms in small letters."""

    title: str
    codes: tuple[Diagnosis, ...]
    lines: tuple[str, ...]


def search_diagnoses(asked: str, reference: Reference, on: date, most: int = MOST_FOUND) -> Search:
    """The codes whose text or inclusion terms hold every word asked for, or that begin as asked.

    A word may be cut short: "hemi infarct right". Raises UserError where the loaded file cannot be read.
    """
    index = _index(reference, on)
    if index is None:
        return Search(None, ())
    words = _WORD.findall(asked.casefold())
    if not words:
        return Search(index.title, ())
    if len(words) == 1 and _CODE.fullmatch(words[0]):
        beginning = words[0].replace(".", "")
        near = [one for one in index.codes if one.code.replace(".", "").casefold().startswith(beginning)]
    else:
        near = [index.codes[at] for at in sorted(_holding(index, words), key=lambda at: _distance(index, at, words))]
    return Search(index.title, tuple(near[:most]), len(near) > most)


def diagnosis_text(code: str, reference: Reference, on: date) -> str | None:
    """The published text of a code that a claim takes on that day; None for another."""
    index = _index(reference, on)
    return _texts(index).get(code) if index else None


def _holding(index: _Index, words: list[str]) -> Iterator[int]:
    rare = max(words, key=len)
    for at, line in enumerate(index.lines):
        if rare in line and all(re.search(rf"\b{re.escape(word)}", line) for word in words):
            yield at


def _distance(index: _Index, at: int, words: list[str]) -> tuple[int, int, int]:
    """Texts that hold all words come before inclusion terms that do, short before long, then as published."""
    text = index.codes[at].text.casefold()
    return sum(word not in text for word in words), len(text), at


def _index(reference: Reference, on: date) -> _Index | None:
    imported = reference.imported
    if imported is not None and (edition := imported.edition("icd10cm", on)):
        return _of_edition(imported, edition)
    return _installed()


@lru_cache(maxsize=2)
def _of_edition(imported: OfficialTables, edition: Edition) -> _Index:
    rows = ((dotted(code), text, ()) for code, billable, text in imported.rows(edition) if billable)
    return _made(edition.title, rows)


@cache
def _installed() -> _Index | None:
    """Takes about a second."""
    release = installed_release()
    if release is None:
        return None
    return _made(release.title, ((one.code, one.text, one.terms) for one in release.entries if one.undivided))


def _made(title: str, rows: Iterable[tuple[str, str, Iterable[str]]]) -> _Index:
    codes, lines = [], []
    for code, text, terms in rows:
        codes.append(Diagnosis(code, text))
        lines.append(" ".join((code, text, *terms)).casefold())
    return _Index(title, tuple(codes), tuple(lines))


@lru_cache(maxsize=2)
def _texts(index: _Index) -> dict[str, str]:
    return {one.code: one.text for one in index.codes}
