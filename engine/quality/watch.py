"""A folder of rulesets while somebody edits it: what was saved is read anew and checked for those whom it answers."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.language.load import Library
from engine.language.rules import Ruleset
from engine.lint import WHOLE_CHECKS, Asked, Subject, as_written, by_examples, in_order
from engine.lint.whole import Whole
from engine.problems import Problem, UserError
from engine.quality.examples import ExampleResult, cases_of, own_rules, results_of


@dataclass(frozen=True)
class Found:
    """What is wrong, as far as it is found at once, and how many examples were decided."""

    problems: tuple[Problem, ...]
    failed: tuple[ExampleResult, ...] = ()
    examples: int = 0


class Watched:
    """The rulesets of a folder beside the bundled ones, as they were last saved."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._library = Library(folder)
        self._affected: tuple[Ruleset, ...] = ()

    def begin(self) -> Found:
        """Look at the whole folder."""
        return self.saved(tuple(self._folder.rglob("*.yaml")))

    def saved(self, changed: Collection[Path]) -> Found:
        """Look at what was changed, and at the payers whom it answers: all but what only the solver finds."""
        self._affected = ()
        try:
            self._library, names = self._library.reread(changed)
            self._library.all()
            self._affected = tuple(self._library.ruleset(name) for name in names if self._answers(name))
            return self._look({str(self._library.listed[name].path) for name in names})
        except UserError as error:
            self._library = Library(self._folder)
            return Found(error.problems)

    def solved(self) -> Iterator[tuple[Problem, ...]]:
        """What the solver finds in what was last saved, check by check."""
        asked = Asked(self._library)
        for ruleset in self._affected:
            whole = Whole(asked, ruleset)
            for check in WHOLE_CHECKS:
                yield tuple(check.finalize(whole))

    def _answers(self, name: str) -> bool:
        payer = self._library.listed[name].payer
        ruleset = self._library.for_payer(payer) if payer else None
        return ruleset is not None and ruleset.id == name

    def _look(self, files: set[str]) -> Found:
        results: list[ExampleResult] = []
        subjects: list[Subject] = []
        for ruleset in self._affected:
            assert ruleset.payer is not None
            engine = self._library.engine(ruleset.payer)
            for rule in own_rules(self._library, ruleset):
                cases = cases_of(self._library, ruleset, rule)
                subjects.append(Subject(rule, engine, cases))
                results.extend(results_of(self._library, ruleset, rule, cases))
        problems = in_order([*by_examples(subjects), *as_written(Asked(self._library), files)])
        failed = tuple(result for result in results if not result.passed)
        return Found(problems, failed, len({(result.rule, result.name) for result in results}))
