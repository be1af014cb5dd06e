"""What notices to patients say of the law, clause by clause with its source; and the form of the ABN."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field

from engine.decision import Source
from engine.problems import Problem, UserError
from engine.reference import TablePart, load_reference, read_table, unknown_sources

Blank = Literal["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"]
BLANKS: tuple[Blank, ...] = get_args(Blank)


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a rule or law in our own words, and where it was read."""

    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class AbnBlank:
    """One blank of the form. ``by``: who fills it in, the practice beforehand or the patient."""

    letter: Blank
    label: str
    by: Literal["practice", "patient"]


@dataclass(frozen=True, slots=True)
class AbnEdition:
    """An edition of the form. ``expires`` is the date printed on it, which is not its last day of use, ``end``."""

    expires: date
    start: date
    end: date
    source: Source


@dataclass(frozen=True)
class AbnForm:
    """The official form: its number, its name, its blanks in order and its editions."""

    form: str
    title: str
    blanks: tuple[AbnBlank, ...]
    editions: tuple[AbnEdition, ...]

    def edition_on(self, day: date) -> AbnEdition | None:
        """The edition to use on a day; None where it is not known."""
        return next((one for one in self.editions if one.start <= day <= one.end), None)


class _Clause(TablePart):
    text: str
    source: str


class _Clauses(TablePart):
    clauses: dict[str, _Clause]


class _Blank(TablePart):
    label: str
    by: Literal["practice", "patient"]


class _Edition(TablePart):
    expires: date
    start: date = Field(alias="from")
    end: date = Field(alias="to")
    source: str


class _Abn(TablePart):
    form: str
    title: str
    source: str
    blanks: dict[Blank, _Blank]
    editions: tuple[_Edition, ...]


@lru_cache(maxsize=8)
def load_clauses(folder: Path) -> Mapping[str, Clause]:
    """The clauses in ``clauses.yaml`` of that folder. Raises UserError with everything that is wrong with it."""
    sources = load_reference(folder).sources
    table, document = read_table(folder / "clauses.yaml", _Clauses)
    cited = [(("clauses", name, "source"), clause.source) for name, clause in table.clauses.items()]
    if problems := unknown_sources(cited, sources, document):
        raise UserError(problems)
    return {name: Clause(row.text, sources[row.source]) for name, row in table.clauses.items()}


@lru_cache(maxsize=8)
def load_abn(folder: Path) -> AbnForm:
    """The form in ``abn.yaml`` of that folder. Raises UserError with everything that is wrong with it."""
    sources = load_reference(folder).sources
    table, document = read_table(folder / "abn.yaml", _Abn)
    cited = [(("editions", at, "source"), edition.source) for at, edition in enumerate(table.editions)]
    problems = [*unknown_sources([(("source",), table.source), *cited], sources, document)]
    if missing := [letter for letter in BLANKS if letter not in table.blanks]:
        place = document.span(("blanks",))
        problems.append(Problem("missing-key", f"nothing is said of blank {', '.join(missing)}", place, "blanks"))
    for at, edition in enumerate(table.editions):
        before = table.editions[at - 1].end if at else date.min
        if not before < edition.start <= edition.end:
            place = document.span(("editions", at, "from"))
            problems.append(Problem("impossible-dates", "an edition follows the one before it", place, "editions"))
    if problems:
        raise UserError(problems)
    return AbnForm(
        form=table.form,
        title=table.title,
        blanks=tuple(AbnBlank(letter, table.blanks[letter].label, table.blanks[letter].by) for letter in BLANKS),
        editions=tuple(AbnEdition(one.expires, one.start, one.end, sources[one.source]) for one in table.editions),
    )
