"""Days on which nothing is in force, or two things are: of figures, of clocks and of the rules that answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import ClassVar

from engine.language.resolve import RulesetFile
from engine.language.rules import ANSWERS, Dimension, Rule
from engine.lint.checks import problem
from engine.lint.whole import Asked, Whole
from engine.logic import Room, Witness, ending
from engine.problem_codes import Code
from engine.problems import Problem, Span

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stretch:
    """The days on which one value or span is in force; ``kind`` sets apart those that stand side by side."""

    name: str
    start: date
    end: date
    kind: object
    where: Span


def stretches(file: RulesetFile) -> Iterator[tuple[Stretch, ...]]:
    """Those of each figure and each clock of a file, in order."""
    for name, figure in file.authored.figures.items():
        yield _ordered(
            Stretch(
                f"figure {name}", value.start, value.end or date.max, None,
                file.document.span(("figures", name, "values", at)),
            )
            for at, value in enumerate(figure.values)
        )  # fmt: skip
    for event, clock in file.authored.clocks.items():
        yield _ordered(
            Stretch(
                f"clock {event}", span.start or date.min, span.end or date.max, span.scheduled_ahead,
                file.document.span(("clocks", event, "spans", at)),
            )
            for at, span in enumerate(clock.spans)
        )  # fmt: skip


def _ordered(found: Iterator[Stretch]) -> tuple[Stretch, ...]:
    return tuple(sorted(found, key=lambda stretch: (stretch.start, stretch.end)))


def _neighbours(several: Sequence[Stretch]) -> Iterator[tuple[Stretch, Stretch]]:
    for kind in dict.fromkeys(stretch.kind for stretch in several):
        alike = [stretch for stretch in several if stretch.kind == kind]
        yield from pairwise(alike)


class OverlappingDates:
    """Two values of a figure in force on one day: which of them counts would be an accident."""

    code: ClassVar[Code] = "overlapping-dates"

    def look(self, asked: Asked) -> Iterator[Problem]:
        for file in asked.library.files:
            for several in stretches(file):
                for one, other in _neighbours(several):
                    if other.start <= one.end:
                        last = min(one.end, other.end)
                        message = f"{one.name}: two are in force from {other.start} to {last}"
                        yield Problem(self.code, message, other.where, hint="end the first the day before")


class Gap:
    """Days between two values of a figure, two spans of a clock or two rules that answer, on which none is in force."""

    code: ClassVar[Code] = "gap"

    def look(self, asked: Asked) -> Iterator[Problem]:
        for file in asked.library.files:
            for several in stretches(file):
                for one, other in _neighbours(several):
                    if one.end < other.start - _ONE_DAY:
                        days = f"{one.end + _ONE_DAY} to {other.start - _ONE_DAY}"
                        yield Problem(self.code, f"{one.name}: none is in force from {days}", other.where)

    def finalize(self, whole: Whole) -> Iterator[Problem]:
        for rule, dimension, silence in _ends(whole):
            if silence.resumes is not None:
                after = silence.ends + _ONE_DAY
                message = f"no rule answers {dimension} on {after}, but one does from {silence.resumes} on, "
                message += f"where {silence.shown}"
                yield problem(self.code, rule, message, "say what holds on these days, or that nothing was published")


class EndsWithoutSuccessor:
    """A rule that ends where no other takes over: the answer is unknown from the next day on, which may be meant so."""

    code: ClassVar[Code] = "ends-without-successor"

    def look(self, asked: Asked) -> Iterator[Problem]:
        for file in asked.library.files:
            for several in stretches(file):
                if several and (last := max(several, key=lambda one: one.end)).end < date.max:
                    yield Problem(self.code, f"{last.name}: none is in force after {last.end}", last.where)

    def finalize(self, whole: Whole) -> Iterator[Problem]:
        for rule, dimension, silence in _ends(whole):
            if silence.resumes is None:
                message = f"no rule answers {dimension} on {silence.ends + _ONE_DAY}, where {silence.shown}"
                yield problem(self.code, rule, message, "if the payer said what follows, write that rule")


@dataclass(frozen=True)
class Silence:
    """A case that a rule answers on its last day and nothing on the next, and the day on which something does again."""

    ends: date
    shown: Witness
    resumes: date | None


Endings = tuple[tuple[Rule, Dimension, Silence], ...]


def _ends(whole: Whole) -> Endings:
    return whole.once("endings", lambda: tuple(_found_ends(whole)))


def _found_ends(whole: Whole) -> Iterator[tuple[Rule, Dimension, Silence]]:
    for rule in whole.own:
        if rule.in_force_to is None or rule.effect is None or rule.effect.dimension not in ANSWERS:
            continue
        dimension, ends = rule.effect.dimension, rule.in_force_to
        room = Room(whole.asked.library.reference, whole.ruleset)
        shown = ending(room, rule.id, ends, dimension)
        if not isinstance(shown, Witness):
            continue
        starts = sorted({other.in_force_from for other in whole.ruleset.deciding[dimension] if other.in_force_from})
        for start in [start for start in starts if start > ends + _ONE_DAY]:
            again = ending(room, rule.id, ends, dimension, resuming=start)
            if isinstance(again, Witness):
                yield rule, dimension, Silence(ends, again, start)
                break
        else:
            yield rule, dimension, Silence(ends, shown, None)
