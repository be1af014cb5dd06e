"""What a ruleset leaves unanswered: a case that no rule of a dimension answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from engine.facts.dictionary import FACTS
from engine.language.conditions import Test
from engine.language.rules import ANSWERS
from engine.lint.whole import Whole
from engine.logic import Witness, silent
from engine.problem_codes import Code
from engine.problems import Problem, Span


class Silent:
    """A combination of plan, place, modality and date that no rule answers.

    Often meant so: what nobody published is left unknown. So it is a note, with the nearest such case of each modality,
    to be looked at when a source is found.
    """

    code: ClassVar[Code] = "silent"

    def finalize(self, whole: Whole) -> Iterator[Problem]:
        for dimension in ANSWERS:
            shown: dict[str, list[str]] = {}
            for modality in FACTS["site.modality"].choices:
                found = silent(whole.room, dimension, [Test("site.modality", "one_of", (modality,))])
                if isinstance(found, Witness):
                    besides = tuple(item for item in found.changed if item[0] != "site.modality")
                    shown.setdefault(str(replace(found, changed=besides)), []).append(modality)
            if shown:
                where = Span(str(whole.asked.library.listed[whole.ruleset.id].path), 1, 1)
                cases = "; or ".join(f"{case} ({', '.join(modalities)})" for case, modalities in shown.items())
                message = f"{whole.ruleset.id}: no rule answers {dimension}, where {cases}"
                yield Problem(self.code, message, where)
