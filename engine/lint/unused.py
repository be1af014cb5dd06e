"""Figures that nothing uses: an edit of one would change no answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from engine.language.conditions import Figure
from engine.language.rules import Ruleset
from engine.lint.whole import Whole
from engine.problem_codes import Code
from engine.problems import Problem, Span


class UnusedFigure:
    """A figure of its own that no rule of a ruleset compares anything with is a mistake, or a leftover."""

    code: ClassVar[Code] = "unused-figure"

    def finalize(self, whole: Whole) -> Iterator[Problem]:
        library, ruleset = whole.asked.library, whole.ruleset
        inherited = library.ruleset(ruleset.used[1].id).figures if len(ruleset.used) > 1 else {}
        used = frozenset(_compared(ruleset))
        for name in ruleset.figures:
            if name not in used and name not in inherited:
                where = Span(str(library.listed[ruleset.id].path), 1, 1)
                yield Problem(self.code, f"{ruleset.id}: no rule compares anything with the figure {name!r}", where)


def _compared(ruleset: Ruleset) -> Iterator[str]:
    for tests in ruleset.tests.values():
        for test in tests:
            yield from (constant.name for constant in test.constants if isinstance(constant, Figure))
