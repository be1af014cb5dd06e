"""Figures, tables and clocks that nothing uses: an edit of one would change no answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from engine.language.conditions import Figure
from engine.language.load import Library
from engine.language.rules import Ruleset
from engine.problem_codes import Code
from engine.problems import Problem, Span


class UnusedFigure:
    """A figure that no rule of any payer compares anything with is a mistake, or a leftover."""

    code: ClassVar[Code] = "unused-figure"

    def finalize(self, library: Library) -> Iterator[Problem]:
        rulesets = library.all()
        used = {name for ruleset in rulesets for name in _compared(ruleset)}
        for name in sorted({name for ruleset in rulesets for name in ruleset.figures} - used):
            holder = next(ruleset for ruleset in rulesets if name in ruleset.figures)
            where = Span(str(library.listed[holder.id].path), 1, 1)
            yield Problem(self.code, f"{holder.id}: no rule compares anything with the figure {name!r}", where)


def _compared(ruleset: Ruleset) -> Iterator[str]:
    for tests in ruleset.tests.values():
        for test in tests:
            yield from (constant.name for constant in test.constants if isinstance(constant, Figure))
