"""The figures behind Medicare's therapy amounts, each with its days in force and its source: ``fees.yaml``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Generic, TypeVar

from engine.calendars import beginning_and_over
from engine.problems import Problem, Span, UserError

FILE = "fees.yaml"
T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Parts:
    """The three parts of a price: relative values of one unit of a code, or the indices of a locality."""

    work: Decimal
    practice_expense: Decimal
    malpractice: Decimal


@dataclass(frozen=True, slots=True)
class ConversionFactor:
    """Dollars for one relative value unit: it lies from ``lowest`` to ``highest``, the same where its source is exact.

    ``shown`` is the factor as its source shows it, ``qualifying`` that of qualifying participants in advanced
    payment models, None where there is none or none was seen.
    """

    shown: Decimal
    lowest: Decimal
    highest: Decimal
    qualifying: Decimal | None


@dataclass(frozen=True, slots=True)
class Dated(Generic[T_co]):
    """A figure in force from ``first`` to ``last``, both included; None = that end was not seen.

    ``sources`` are keys of the sources file; where nobody saw a source it is empty and ``basis`` says what there is.
    """

    first: date | None
    last: date | None
    sources: tuple[str, ...]
    basis: str | None
    value: T_co


@dataclass(frozen=True, slots=True, eq=False)
class FeeSchedule:
    """Shares are fractions; ``reduced_practice_expense`` is the part still paid, ``assistant`` likewise.

    Loaded once: a schedule equals itself only, so that prices are kept by it.
    """

    relative_values: tuple[Dated[Mapping[str, Parts]], ...]
    indices: tuple[Dated[Mapping[str, Parts]], ...]
    conversion_factors: tuple[Dated[ConversionFactor], ...]
    deductible: tuple[Dated[Decimal], ...]
    coinsurance: tuple[Dated[Decimal], ...]
    reduced_practice_expense: tuple[Dated[Decimal], ...]
    assistant: tuple[Dated[Decimal], ...]
    sequestration: tuple[Dated[Decimal], ...]

    def turns(self) -> Iterator[date]:
        """The days on which a figure begins or is over."""
        for field in fields(self):
            for figure in getattr(self, field.name):
                yield from beginning_and_over(figure.first, figure.last)


def in_force(figures: Sequence[Dated[T]], on: date) -> Dated[T] | None:
    """The figure of that day; None where none is known, also for a year not published yet."""
    for figure in figures:
        if (figure.first is None or figure.first <= on) and (figure.last is None or on <= figure.last):
            return figure
    return None


@cache
def load_fee_schedule(folder: Path) -> FeeSchedule:
    """The figures in ``fees.yaml`` of that folder, read once. Raises UserError with every broken group."""
    reader = _Reader(_read(folder / FILE))
    schedule = FeeSchedule(
        relative_values=reader.groups("relative_values", _table),
        indices=reader.groups("geographic_indices", _table),
        conversion_factors=reader.groups("conversion_factor", _conversion_factor),
        deductible=reader.groups("deductible", _value),
        coinsurance=reader.groups("coinsurance", _value),
        reduced_practice_expense=reader.groups("reduced_practice_expense", _value),
        assistant=reader.groups("assistant", _value),
        sequestration=reader.groups("sequestration", _value),
    )
    if reader.problems:
        raise UserError(reader.problems)
    return schedule


def _read(path: Path) -> Mapping[object, object]:
    from ruamel.yaml import YAML  # only here: most checks need no amounts
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        authored = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError([Problem("fees-unreadable", f"{FILE} cannot be read: {type(error).__name__}")]) from error
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        where = Span(FILE, mark.line + 1, mark.column + 1) if mark else None
        raise UserError([Problem("fees-unreadable", f"{FILE} is not YAML", where)]) from error
    if not isinstance(authored, Mapping):
        raise UserError([Problem("fees-broken", f"{FILE} holds no groups of figures")])
    return authored


class _BrokenError(Exception):
    """What is wrong with a group, in plain words."""


class _Reader:
    """Reads the groups of one file and collects what is wrong with them."""

    def __init__(self, authored: Mapping[object, object]) -> None:
        self._authored = authored
        self.problems: list[Problem] = []

    def groups(self, key: str, read_value: Callable[[Mapping[object, object]], T]) -> tuple[Dated[T], ...]:
        entries = self._authored.get(key)
        if not isinstance(entries, list):
            self._refuse(key, "a list of dated groups is expected")
            return ()
        groups: list[Dated[T]] = []
        for at, entry in enumerate(entries):
            try:
                groups.append(_group(entry, read_value))
            except _BrokenError as broken:
                self._refuse(f"{key}.{at + 1}", str(broken))
        groups.sort(key=lambda group: group.first or date.min)
        for earlier, later in pairwise(groups):
            if earlier.last is None or later.first is None or later.first <= earlier.last:
                self._refuse(key, f"two groups are in force on {later.first or earlier.first}")
        return tuple(groups)

    def _refuse(self, key: str, message: str) -> None:
        self.problems.append(Problem("fees-broken", f"{FILE}: {message}", key=key))


def _group(entry: object, read_value: Callable[[Mapping[object, object]], T]) -> Dated[T]:
    if not isinstance(entry, Mapping):
        raise _BrokenError("a group has from, to, sources and its figures")
    basis = entry.get("basis")
    sources = entry.get("sources")
    if not isinstance(sources, list) or not all(isinstance(source, str) for source in sources):
        raise _BrokenError("sources is a list of source keys; [] where none was seen")
    if not sources and not isinstance(basis, str):
        raise _BrokenError("figures without a source need a basis: what they rest on")
    first, last = _day(entry, "from"), _day(entry, "to")
    if first and last and last < first:
        raise _BrokenError(f"ends on {last}, before it begins on {first}")
    return Dated(first, last, tuple(sources), basis if isinstance(basis, str) else None, read_value(entry))


def _day(entry: Mapping[object, object], key: str) -> date | None:
    day = entry.get(key)
    if key not in entry or not (day is None or type(day) is date):
        raise _BrokenError(f"{key} is a date, or null where that end was not seen")
    return day


def _decimal(figure: object) -> Decimal:
    """Exact: the text of the figure, not its binary value."""
    try:
        if isinstance(figure, bool):
            raise _BrokenError(f"{figure!r} is not a number")
        number = Decimal(str(figure))
    except InvalidOperation as error:
        raise _BrokenError(f"{figure!r} is not a number") from error
    if not number.is_finite() or number < 0:
        raise _BrokenError(f"{figure!r} is not a number of zero or more")
    return number


def _value(entry: Mapping[object, object]) -> Decimal:
    return _decimal(entry.get("value"))


def _conversion_factor(entry: Mapping[object, object]) -> ConversionFactor:
    shown = _decimal(entry.get("factor"))
    within = _decimal(entry.get("within", 0))
    qualifying = _decimal(entry["qualifying"]) if "qualifying" in entry else None
    return ConversionFactor(shown, shown - within, shown + within, qualifying)


def _table(entry: Mapping[object, object]) -> Mapping[str, Parts]:
    """Rows of a key, then work, practice expense and malpractice."""
    rows: dict[str, Parts] = {}
    for line in str(entry.get("table") or "").splitlines():
        key, *figures = line.split()
        if len(figures) != 3:
            raise _BrokenError(f"a row is a key and three figures, not {line.strip()!r}")
        if key in rows:
            raise _BrokenError(f"{key} stands twice")
        rows[key] = Parts(*map(_decimal, figures))
    if not rows:
        raise _BrokenError("the table has no rows")
    return rows
