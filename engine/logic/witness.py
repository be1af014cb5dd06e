"""The case that shows a finding: the ruleset's typical case with as few facts changed as possible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.cases import case_yaml
from engine.facts.values import Scalar
from engine.language.parse import NO_LIMIT
from engine.language.rules import Ruleset
from engine.logic.symbols import CODE, ON_FILE, PAIR, SEPARATE, THIS_CODE, Input, Symbols
from engine.quality.examples import nested
from engine.source import Document, validate
from engine.treatment import PlannedTreatment

Given = bool | int | str | tuple[str, ...] | None
"""What a case gives for an input: a number (also of a day), a name, a list; None where it gives nothing."""
_PLAIN_CASE: Mapping[str, object] = {"date_of_service": date(2026, 11, 24), "lines.1.code": "97535"}


@dataclass(frozen=True)
class Unproved:
    """Neither a real case was found nor could be proved that there is none."""

    because: str


@dataclass(frozen=True)
class Witness:
    """A real case, complete as far as it matters, that the engine decides as claimed.

    ``changed`` lists what differs from the ruleset's typical case, by the keys of a case file.
    """

    case: PlannedTreatment
    changed: tuple[tuple[str, Scalar | Decimal | None], ...]

    @property
    def yaml(self) -> str:
        """The case as a file for ``precertain check``."""
        return case_yaml(self.case).decode()

    def __str__(self) -> str:
        return ", ".join(f"{key}: {_said(value)}" for key, value in self.changed) or "the typical case"


Found = Witness | Unproved | None


def _said(value: object) -> str:
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "[" + ", ".join(map(str, value)) + "]" if isinstance(value, tuple) else str(value)


def typical_case(ruleset: Ruleset) -> dict[str, object]:
    """The ruleset's typical case by dotted keys, as far as a case needs one."""
    payer = ruleset.payer or ruleset.id
    return {"coverage.payer": payer, **_PLAIN_CASE, **ruleset.typical_case}


def read_case(dotted: Mapping[str, object]) -> PlannedTreatment | None:
    """The case of dotted keys; None where it is no valid one."""
    read = validate(PlannedTreatment, nested(dotted), Document(data={}, spans={}, file="", lines=()))
    return read if isinstance(read, PlannedTreatment) else None


def witness_of(
    ruleset: Ruleset, symbols: Symbols, values: Mapping[str, Given], typically: Mapping[str, Given]
) -> Witness | None:
    """The typical case, which gives inputs ``typically``, with these values put in; None where it is no valid case."""
    typical = typical_case(ruleset)
    given: dict[str, object] = {}
    for name, value in values.items():
        if name not in typically or typically[name] != value:
            given.update(_keys(name, value, symbols, typical, values))
    changed = {key: value for key, value in given.items() if typical.get(key) != value}
    if any(key.startswith(f"{ON_FILE}.") for key in changed):
        typical.pop(ON_FILE, None)
    if changed.get("date_of_service") and "today" not in changed:
        typical.pop("today", None)
    case = read_case({**typical, **changed})
    return None if case is None else Witness(case, tuple(changed.items()))  # type: ignore[arg-type]


def _keys(
    name: str, value: Given, symbols: Symbols, typical: Mapping[str, object], values: Mapping[str, Given]
) -> Iterator[tuple[str, object]]:
    """The keys of a case file that give an input its value."""
    if name == PAIR and isinstance(value, int):
        first, second = symbols.pairs[value]
        yield from (("lines.1.code", first), ("lines.2.code", second), ("lines.2.minutes", 30))
    elif name == CODE and PAIR in values:
        return
    elif name == SEPARATE:
        yield "lines.2.separate_time", value
    elif name == "necessity.expected_denial":
        yield name, "The service is not expected to be paid." if value else None
    elif name == ON_FILE:
        if not value:
            yield name, "none"
        elif not any(other.startswith(f"{ON_FILE}.") for other in values):
            yield name, {}
    elif name.startswith(f"{ON_FILE}.") and not values.get(ON_FILE):
        return
    else:
        yield from _written(key_of(name, typical), symbols.input(name), value, values)


def key_of(name: str, typical: Mapping[str, object]) -> str:
    """The key of a case file that gives an input."""
    if not name.startswith("line."):
        return name
    key = f"lines.1.{name[5:]}"
    return f"provider.{name[5:]}" if name in ("line.discipline", "line.credential") and key not in typical else key


def _written(key: str, given: Input, value: Given, values: Mapping[str, Given]) -> Iterator[tuple[str, object]]:
    """The value as a case file writes it."""
    kind = given.fact.type
    if value is None or isinstance(value, bool | str):
        yield key, value
    elif isinstance(value, tuple):
        yield key, tuple(str(values[CODE]) if item == THIS_CODE else item for item in value)
    elif kind == "date":
        yield key, "none" if value == date.max.toordinal() and given.fact.allows_none else date.fromordinal(value)
    elif kind == "money":
        yield key, Decimal(value) / 100
    else:
        yield key, "none" if value == NO_LIMIT and given.fact.allows_none else value
