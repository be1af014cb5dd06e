"""What a check of whole rulesets looks at: a ruleset, all others, the day, and the room in which logic is solved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar, cast

from engine.language.load import Library
from engine.language.rules import Rule, Ruleset
from engine.problem_codes import Code
from engine.problems import Problem
from engine.quality.examples import own_rules

if TYPE_CHECKING:
    from engine.logic import Room


T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """What a lint is to look at: ``day`` is today where that is known, ``older_than`` the age in days of a source."""

    library: Library
    day: date | None = None
    older_than: int | None = None
    _rooms: dict[str, Room] = field(default_factory=dict, repr=False, compare=False)

    def room(self, ruleset: Ruleset) -> Room:
        """Where questions about a ruleset are solved; furnished once."""
        from engine.logic import Room

        if ruleset.id not in self._rooms:
            self._rooms[ruleset.id] = Room(self.library.reference, ruleset)
        return self._rooms[ruleset.id]

    def having(self, rule: Rule) -> Iterator[Ruleset]:
        """The payers' rulesets that have a rule."""
        for payer in self.library.payers:
            ruleset = self.library.for_payer(payer)
            if ruleset is not None and ruleset.by_id.get(rule.id) is not None:
                yield ruleset


@dataclass(frozen=True)
class Whole:
    """One payer's ruleset, inheritance resolved, and which of its rules are its own to answer for."""

    asked: Asked
    ruleset: Ruleset

    @cached_property
    def own(self) -> tuple[Rule, ...]:
        return tuple(own_rules(self.asked.library, self.ruleset))

    @property
    def room(self) -> Room:
        return self.asked.room(self.ruleset)

    @cached_property
    def _found(self) -> dict[str, object]:
        return {}

    def once(self, key: str, find: Callable[[], T]) -> T:
        """What ``find`` gives, found once for all checks."""
        if key not in self._found:
            self._found[key] = find()
        return cast("T", self._found[key])


class WholeCheck(Protocol):
    """A check looks at a ruleset as a whole and reports what is wrong."""

    code: ClassVar[Code]

    def finalize(self, whole: Whole) -> Iterator[Problem]: ...


class FileCheck(Protocol):
    """A check looks at all files as they are written and reports what is wrong."""

    code: ClassVar[Code]

    def look(self, asked: Asked) -> Iterator[Problem]: ...
