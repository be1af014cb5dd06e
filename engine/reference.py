"""Reference tables that all payers share: sources, code attributes, code edits. Read once, validated, frozen."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cached_property, lru_cache
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from engine.calendars import beginning_and_over
from engine.decision import RulesetUsed, Source
from engine.problems import Problem, Span, UserError
from engine.source import Document, read_yaml, validate
from engine.source import Path as SpanPath

if TYPE_CHECKING:
    from engine.fee_schedule import FeeSchedule
    from engine.official.tables import OfficialTables

Model = TypeVar("Model", bound=BaseModel)
Certainty = Literal["certain", "possible"]


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One CPT or HCPCS code. ``label`` is our own plain wording; None means not known.

    ``therapy``: whether Medicare always or sometimes counts the code as therapy; ``mppr``: y, n, or na (no price);
    ``lock``: the one discipline that may report the code.
    """

    code: str
    label: str
    timing: str | None
    minutes: int | None
    disciplines: tuple[str, ...]
    therapy: str
    mppr: str | None
    kind: str
    lock: str | None


@dataclass(frozen=True, slots=True)
class EditStatus:
    """The edit between two codes on a day. Certain, or possible where its own first day is not known.

    ``source``: of an imported edition, None where the pair is a bundled one.
    """

    column1: str
    column2: str
    indicator: int
    certainty: Certainty
    stale: bool
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class _Pair:
    indicator: int
    start: date | None
    end: date | None


@dataclass(frozen=True)
class EditTable:
    """Pairs of codes, column 1 first. ``listed_from``: first day of the edition; ``stale_after``: its last.

    A pair that the loaded official file lists is judged by it alone.
    """

    pairs: Mapping[tuple[str, str], tuple[_Pair, ...]]
    listed_from: date
    stale_after: date
    imported: OfficialTables | None = None

    def lookup(self, code: str, other: str, on: date) -> EditStatus | None:
        """The edit between two codes, in whichever order they are given, on a date of service."""
        if self.imported and (listed := self.imported.listed_edits(code, other)):
            in_force = [edit for edit in listed if edit.in_force(on)]
            strictest = min(in_force, key=lambda edit: edit.indicator, default=None)
            edition = self.imported.edits
            if strictest is None or edition is None:
                return None
            codes = strictest.column1, strictest.column2
            return EditStatus(*codes, strictest.indicator, "certain", edition.stale(on), edition.source)
        for key in ((code, other), (other, code)):
            for pair in self.pairs.get(key, ()):
                if found := self._status(key, pair, on):
                    return found
        return None

    def turns(self, codes: Collection[str]) -> Iterator[date]:
        """The days on which an edit between two of the codes begins or is over."""
        yield self.listed_from
        for code, other in permutations(codes, 2):
            for pair in self.pairs.get((code, other), ()):
                yield from beginning_and_over(pair.start, pair.end)
            for edit in self.imported.listed_edits(code, other) if self.imported else ():
                yield from beginning_and_over(*edit.days)

    def _status(self, key: tuple[str, str], pair: _Pair, on: date) -> EditStatus | None:
        if pair.start is None:
            certainty: Certainty = "certain" if on >= self.listed_from else "possible"
            return EditStatus(*key, pair.indicator, certainty, on > self.stale_after)
        if pair.start <= on and (pair.end is None or on <= pair.end):
            return EditStatus(*key, pair.indicator, "certain", stale=False)
        return None


@dataclass(frozen=True)
class Reference:
    """All reference tables of a folder, and the official files loaded beside them."""

    folder: Path
    codes: Mapping[str, CodeEntry]
    sources: Mapping[str, Source]
    edits: EditTable
    imported: OfficialTables | None = None

    def beside(self, imported: OfficialTables | None) -> Reference:
        """The same tables with official files before them."""
        return replace(self, edits=replace(self.edits, imported=imported), imported=imported) if imported else self

    def turns(self) -> Iterator[date]:
        """The days on which a loaded edition begins or is over."""
        for edition in self.imported.editions if self.imported else ():
            yield from beginning_and_over(edition.term.first, edition.term.last)

    @cached_property
    def source_places(self) -> Document:
        """Where each shared source stands in its file."""
        return read_table(self.folder / "sources.yaml", _Sources)[1]

    @cached_property
    def fee_schedule(self) -> FeeSchedule:
        """Medicare's figures. Raises UserError where those of the folder are broken."""
        from engine.fee_schedule import load_fee_schedule  # most checks need no amounts

        bundled = load_fee_schedule(self.folder)
        if self.imported is None:
            return bundled
        from engine.official.fees import with_official

        return with_official(bundled, self.imported)

    def reduced(self, code: str, on: date) -> bool | None:
        """Whether the therapy reduction applies to a code; None where that is not known."""
        told = self.imported.reduced(code, on) if self.imported else None
        if told is not None:
            return told
        entry = self.codes.get(code)
        return {"y": True, "n": False}.get(entry.mppr or "") if entry else None

    def imported_sources(self, on: date) -> Mapping[str, Source]:
        """The loaded editions that price a visit of that day, by the key under which their figures cite them."""
        if self.imported is None:
            return {}
        editions = (self.imported.edition(kind, on) for kind in ("pfs-rvu", "gpci"))
        return {edition.id: edition.source for edition in editions if edition}

    def imported_used(self, on: date, *, edits: bool, fees: bool, diagnoses: bool) -> tuple[RulesetUsed, ...]:
        """The loaded editions that a case of that day rests on: by whether its rules use edits and the fee schedule,
        and whether it has diagnoses."""
        if self.imported is None:
            return ()
        by_day: tuple[str, ...] = (("mue", "telehealth-list") if edits else ()) + (("pfs-rvu", "gpci") if fees else ())
        by_day += ("icd10cm",) if diagnoses else ()
        editions = [self.imported.edits if edits else None, *(self.imported.edition(kind, on) for kind in by_day)]
        return tuple(edition.used for edition in editions if edition)


class TablePart(BaseModel):
    """A part of a table as its file holds it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class _Source(TablePart):
    title: str
    publisher: str | None
    section: str | None
    url: str | None
    published: str | None
    verified: date | None
    level: Literal["official", "official-copy", "payer", "secondary", "memory"]


class _Sources(TablePart):
    sources: dict[str, _Source]


class _Code(TablePart):
    label: str
    timing: str | None
    minutes: int | None
    disciplines: tuple[Literal["OT", "PT", "SLP"], ...]
    therapy: Literal["always", "sometimes", "neither"]
    mppr: Literal["y", "n", "na"] | None
    kind: str
    lock: Literal["OT", "PT", "SLP"] | None


class _Basis(TablePart):
    source: str
    confidence: str
    note: str


class _Codes(TablePart):
    basis: dict[str, _Basis]
    codes: dict[str, _Code]


class _Edits(TablePart):
    column1: str
    indicator: Literal[0, 1]
    column2: tuple[str, ...]
    start: date | None = Field(default=None, alias="from")
    end: date | None = Field(default=None, alias="to")
    source: str | None = None


class _Ncci(TablePart):
    edition: str
    source: str
    listed_from: date
    stale_after: date
    edits: tuple[_Edits, ...]
    dated: tuple[_Edits, ...]


@lru_cache(maxsize=8)
def load_reference(folder: Path) -> Reference:
    """The tables of a folder. Raises UserError with every problem of a broken file."""
    codes, _ = read_table(folder / "codes.yaml", _Codes)
    sources, _ = read_table(folder / "sources.yaml", _Sources)
    ncci, _ = read_table(folder / "ncci.yaml", _Ncci)
    return Reference(
        folder=folder,
        codes={
            code: CodeEntry(
                code, row.label, row.timing, row.minutes, row.disciplines, row.therapy, row.mppr, row.kind, row.lock
            )
            for code, row in codes.codes.items()
        },
        sources={
            key: Source(
                row.title, row.publisher, row.section, row.url, row.published, row.verified, row.level
            )
            for key, row in sources.sources.items()
        },
        edits=_edit_table(ncci),
    )  # fmt: skip


def read_table(path: Path, model: type[Model]) -> tuple[Model, Document]:
    """A table's file, and where each of its keys stands. Raises UserError with every problem of its form."""
    documents = read_yaml(path.read_bytes(), str(path))
    if documents.problems or len(documents.documents) != 1:
        raise UserError(documents.problems or [Problem("empty", "a file holds one table", Span(str(path), 1, 1))])
    document = documents.documents[0]
    found = validate(model, document.data, document)
    if isinstance(found, tuple):
        raise UserError(found)
    return found, document


def unknown_sources(
    cited: Sequence[tuple[SpanPath, str]], sources: Mapping[str, Source], document: Document
) -> tuple[Problem, ...]:
    """What a table cites and no source is called, each with its place."""
    return tuple(
        Problem("unknown-source", f"no source is called {key!r}", document.span(path), ".".join(map(str, path)),
                hint=_nearest(key, sources))
        for path, key in cited
        if key not in sources
    )  # fmt: skip


def _nearest(key: str, sources: Mapping[str, Source]) -> str | None:
    near = get_close_matches(key, sources, 1)
    return f"did you mean {near[0]}?" if near else None


def _edit_table(ncci: _Ncci) -> EditTable:
    pairs: dict[tuple[str, str], tuple[_Pair, ...]] = {}
    for group in (*ncci.edits, *ncci.dated):
        pair = _Pair(group.indicator, group.start, group.end)
        for column2 in group.column2:
            key = (group.column1, column2)
            pairs[key] = (*pairs.get(key, ()), pair)
    return EditTable(pairs, ncci.listed_from, ncci.stale_after)
