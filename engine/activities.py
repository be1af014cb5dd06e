"""What therapy codes are used for: the codes that an activity usually stands under, and what tells them apart.

Information, never coding advice. Read only where a case names activities or somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from engine.decision import JsonValue, Source
from engine.facts.dictionary import ACTIVITIES
from engine.problems import Problem, UserError
from engine.reference import CodeEntry, Reference, TablePart, load_reference, read_table
from engine.source import Document


@dataclass(frozen=True, slots=True)
class CodeUse:
    """What tells a code apart from its neighbours, in our own words, and where that is told."""

    apart: str
    source: Source


@dataclass(frozen=True)
class ActivityTable:
    """``uses`` by code, ``fits`` the codes of each activity, ``compared`` those set beside any of themselves."""

    uses: Mapping[str, CodeUse]
    fits: Mapping[str, tuple[str, ...]]
    compared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One code in a comparison: ``fits`` are the activities asked for that usually stand under it."""

    entry: CodeEntry
    fits: tuple[str, ...]
    use: CodeUse | None

    def as_json(self) -> dict[str, JsonValue]:
        return {
            "code": self.entry.code,
            "label": self.entry.label,
            "timing": self.entry.timing,
            "minutes": self.entry.minutes,
            "disciplines": list(self.entry.disciplines),
            "therapy": self.entry.therapy,
            "fits": list(self.fits),
            "apart": self.use.apart if self.use else None,
            "source": self.use.source.as_json() if self.use else None,
        }


class _Use(TablePart):
    apart: str
    source: str


class _Activities(TablePart):
    compared: tuple[str, ...]
    codes: dict[str, _Use]
    activities: dict[str, tuple[str, ...]]


@lru_cache(maxsize=8)
def load_activities(folder: Path) -> ActivityTable:
    """The table in ``activities.yaml`` of that folder. Raises UserError with everything that is wrong with it."""
    reference = load_reference(folder)
    table, document = read_table(folder / "activities.yaml", _Activities)
    problems = tuple(_problems(table, document, reference))
    if problems:
        raise UserError(problems)
    uses = {code: CodeUse(use.apart, reference.sources[use.source]) for code, use in table.codes.items()}
    return ActivityTable(uses, table.activities, table.compared)


def _problems(table: _Activities, document: Document, reference: Reference) -> Iterator[Problem]:
    for code, use in table.codes.items():
        place = document.span(("codes", code))
        if code not in reference.codes:
            yield Problem("unknown-code", f"the code table has no {code}", place, f"codes.{code}")
        if use.source not in reference.sources:
            yield Problem("unknown-source", f"no source is called {use.source!r}", place, f"codes.{code}.source")
    named = {"compared": table.compared} | {f"activities.{name}": codes for name, codes in table.activities.items()}
    for key, codes in named.items():
        for code in codes:
            if code not in table.codes:
                place = document.span(tuple(key.split(".")))
                yield Problem("unknown-code", f"{code} does not stand under codes", place, key)
    for name in table.activities:
        if name not in ACTIVITIES:
            place = document.span(("activities", name))
            yield Problem("unknown-value", f"no activity is called {name!r}", place, f"activities.{name}")
    if missing := [name for name in ACTIVITIES if name not in table.activities]:
        place = document.span(("activities",))
        yield Problem("missing-key", f"no codes are given for {', '.join(missing)}", place, "activities")


def compare(
    reference: Reference, table: ActivityTable, activities: Sequence[str], codes: Sequence[str]
) -> tuple[Compared, ...]:
    """The codes given, and those that the activities fit in the order of the table.

    Where one of the codes always compared fits, the others are set beside it. Raises KeyError for an unknown name.
    """
    fitting = {code: tuple(name for name in activities if code in table.fits[name]) for code in table.uses}
    fit = [code for code in table.uses if fitting[code]]
    beside = table.compared if set(table.compared) & set(fit) else ()
    chosen = dict.fromkeys((*codes, *fit, *beside))
    return tuple(Compared(reference.codes[code], fitting.get(code, ()), table.uses.get(code)) for code in chosen)
