"""Field sheets: the order in which a payer's portal or form asks for the facts of a request, read from data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path as FilePath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from engine.decision import Source
from engine.facts.dictionary import Who
from engine.fields import unknown_field
from engine.language.load import BUNDLED
from engine.problems import Problem, Span, UserError
from engine.reference import load_reference
from engine.source import Document, Path, dotted, read_yaml, validate
from engine.treatment import PlannedTreatment
from letters.requirements import question, who_knows

SHEETS = BUNDLED / "reference" / "field-sheets.yaml"
LISTS = ("lines", "diagnoses", "plan_of_care.goals", "necessity.measures")
"""Facts that give one field for each of their entries."""
_ALWAYS_KNOWN = ("today", "coverage.payer", "lines")


@dataclass(frozen=True, slots=True)
class SheetField:
    """One field of a form: our label, the fact that fills it (None: no case holds it), and what to ask whom for it."""

    label: str
    fact: str | None
    ask: str
    who: Who


@dataclass(frozen=True, slots=True)
class SheetGroup:
    title: str
    fields: tuple[SheetField, ...]


@dataclass(frozen=True, slots=True)
class FieldSheet:
    """``published``: the order was read in the sources; else it is our own, and they say what is known of the form."""

    id: str
    title: str
    published: bool
    sources: tuple[Source, ...]
    payers: tuple[str, ...]
    most_visits: int | None
    groups: tuple[SheetGroup, ...]


# A label stands in front of its value and holds no mark of a letter's template.
_Label = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\[\]|#*\n:][^|\n:]*$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Field(_Part):
    label: _Label
    fact: str | None = None
    ask: str | None = None
    who: Who | None = None

    @model_validator(mode="after")
    def _asks(self) -> _Field:
        if self.fact is None and (self.ask is None or self.who is None):
            raise ValueError("a field names a fact of the case, or what to ask and who knows it")
        if self.fact is not None and (self.ask is not None or self.who is not None):
            raise ValueError("a fact of the case has its own question: leave ask and who out")
        return self


class _Group(_Part):
    title: _Label
    fields: Annotated[tuple[_Field, ...], Field(min_length=1)]


class _Sheet(_Part):
    id: str
    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    level: Literal["published", "own"]
    sources: tuple[str, ...]
    payers: tuple[str, ...]
    most_visits: Annotated[int, Field(ge=1)] | None
    groups: Annotated[tuple[_Group, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _published_somewhere(self) -> _Sheet:
        if self.level == "published" and not self.sources:
            raise ValueError("a published order names its sources")
        return self


class _Sheets(_Part):
    sheets: tuple[_Sheet, ...]


@cache
def load_field_sheets(path: FilePath = SHEETS) -> tuple[FieldSheet, ...]:
    """The sheets of a file. Raises UserError with everything that is wrong with it."""
    documents = read_yaml(path.read_bytes(), str(path))
    if documents.problems or len(documents.documents) != 1:
        raise UserError(documents.problems or [Problem("empty", "a file holds one table", Span(str(path), 1, 1))])
    document = documents.documents[0]
    found = validate(_Sheets, document.data, document)
    if not isinstance(found, _Sheets):
        raise UserError(found)
    sources = load_reference(BUNDLED / "reference").sources
    problems = tuple(_problems(found, document, sources.keys()))
    if problems:
        raise UserError(problems)
    return tuple(
        FieldSheet(
            sheet.id,
            sheet.title,
            sheet.level == "published",
            tuple(sources[key] for key in sheet.sources),
            sheet.payers,
            sheet.most_visits,
            tuple(SheetGroup(group.title, tuple(_field(one) for one in group.fields)) for group in sheet.groups),
        )
        for sheet in found.sheets
    )


def sheet_for(treatment: PlannedTreatment) -> FieldSheet:
    """The sheet of the case's payer, a shorter one first; the general one where the payer has none of its own."""
    visits = treatment.plan_of_care.visits

    def fits(sheet: FieldSheet) -> bool:
        short_enough = sheet.most_visits is None or (visits is not None and visits <= sheet.most_visits)
        return short_enough and (not sheet.payers or treatment.coverage.payer in sheet.payers)

    return max(filter(fits, load_field_sheets()), key=lambda sheet: (bool(sheet.payers), sheet.most_visits is not None))


def _field(field: _Field) -> SheetField:
    if field.fact is None:
        return SheetField(field.label, None, field.ask or "", field.who or "chart")
    return SheetField(field.label, field.fact, question(field.fact) or "", who_knows(field.fact))


def _problems(found: _Sheets, document: Document, sources: Container[str]) -> Iterator[Problem]:
    served = Counter((payer, sheet.most_visits) for sheet in found.sheets for payer in sheet.payers or ("",))
    if not served[("", None)]:
        yield Problem("missing-key", "no sheet serves the payers that none names", document.span(("sheets",)), "sheets")
    for at, sheet in enumerate(found.sheets):
        here: Path = ("sheets", at)
        for payer in sheet.payers or ("",):
            if served[(payer, sheet.most_visits)] > 1:
                place = (*here, "payers")
                told = f"two sheets serve {payer or 'the payers that no sheet names'}"
                yield Problem("not-allowed", told, document.span(place), dotted(place))
        for number, key in enumerate(sheet.sources):
            if key not in sources:
                place = (*here, "sources", number)
                yield Problem("unknown-source", f"no source has the key {key!r}", document.span(place), dotted(place))
        for group_at, group in enumerate(sheet.groups):
            for field_at, field in enumerate(group.fields):
                place = (*here, "groups", group_at, "fields", field_at, "fact")
                if (problem := _unfit(field.fact, document.span(place))) is not None:
                    yield problem


def _unfit(fact: str | None, where: Span) -> Problem | None:
    """Why a fact cannot stand in a sheet: it is none, or there is no question for it where it is unknown."""
    if fact is None or fact in _ALWAYS_KNOWN:
        return None
    if fact not in LISTS and (unknown := unknown_field(fact, where)) is not None:
        return unknown
    if question(fact) is None:
        return Problem("missing-key", f"there is no question that asks for {fact}", where, fact)
    return None
