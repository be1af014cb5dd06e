"""Relative values, indices and conversion factors of loaded editions, before or after the bundled ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from engine.fee_schedule import ConversionFactor, Dated, FeeSchedule, Parts, in_force
from engine.official.editions import Edition
from engine.official.tables import OfficialTables


def with_official(bundled: FeeSchedule, tables: OfficialTables) -> FeeSchedule:
    """The schedule with what is loaded. A bundled conversion factor stands: of two, its source says which it is."""
    values, indices = _editions(tables, "pfs-rvu"), _editions(tables, "gpci")
    factors = (
        Dated(dated.first, dated.last, dated.sources, None, factor)
        for dated in values
        if in_force(bundled.conversion_factors, dated.value.term.first) is None
        and (factor := _factor(tables, dated.value)) is not None
    )
    return replace(
        bundled,
        relative_values=(*(_with_parts(tables, dated, "code") for dated in values), *bundled.relative_values),
        indices=(*(_with_parts(tables, dated, "locality") for dated in indices), *bundled.indices),
        conversion_factors=(*bundled.conversion_factors, *factors),
    )


def _editions(tables: OfficialTables, kind: str) -> list[Dated[Edition]]:
    """The editions of a kind, each until the day before the next."""
    found = sorted((edition for edition in tables.editions if edition.kind == kind), key=lambda one: one.term.first)
    lasts = [*(_earlier(one.term.last, later.term.first) for one, later in pairwise(found))]
    return [
        Dated(edition.term.first, last, (edition.id,), None, edition)
        for edition, last in zip(found, (*lasts, *(edition.term.last for edition in found[-1:])), strict=True)
    ]


def _with_parts(tables: OfficialTables, dated: Dated[Edition], key: str) -> Dated[Mapping[str, Parts]]:
    return Dated(dated.first, dated.last, dated.sources, None, _Parts(tables, dated.value, key))


def _earlier(last: date | None, following: date) -> date:
    eve = following - timedelta(days=1)
    return eve if last is None else min(last, eve)


def _factor(tables: OfficialTables, edition: Edition) -> ConversionFactor | None:
    """The conversion factor of an edition, if it is told and all its rows say the same."""
    factors = {factor for *_, factor in tables.rows(edition)}
    if len(factors) != 1 or None in factors:
        return None
    shown = Decimal(factors.pop())
    return ConversionFactor(shown, shown, shown, None)


class _Parts(Mapping[str, Parts]):
    """The parts of an edition's prices, looked up as they are asked for."""

    def __init__(self, tables: OfficialTables, edition: Edition, key: str) -> None:
        self._tables, self._edition, self._key = tables, edition, key

    def __getitem__(self, name: str) -> Parts:
        rows = self._tables.find(self._edition, **{self._key: name})
        if not rows:
            raise KeyError(name)
        _, work, practice_expense, malpractice, *_ = rows[0]
        return Parts(Decimal(work), Decimal(practice_expense), Decimal(malpractice))

    def __iter__(self) -> Iterator[str]:
        return (name for name, *_ in self._tables.rows(self._edition))

    def __len__(self) -> int:
        return self._edition.rows
