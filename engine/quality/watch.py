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
    """What is wrong, as far as it is found at once.

    ``decided``: the examples that were, by rule and name; ``more``: how many payers are still to be looked at.
    """

    problems: tuple[Problem, ...] = ()
    failed: tuple[ExampleResult, ...] = ()
    decided: frozenset[tuple[str, str]] = frozenset()
    more: int = 0

    @property
    def well(self) -> bool:
        return not self.failed and all(problem.level != "error" for problem in self.problems)

    def then(self, further: Found) -> Found:
        """This with what was found next; what several payers' rules share is held once."""
        known = {(result.rule, result.name) for result in self.failed}
        new = tuple(result for result in further.failed if (result.rule, result.name) not in known)
        problems = tuple(dict.fromkeys((*self.problems, *further.problems)))
        return Found(problems, (*self.failed, *new), self.decided | further.decided, further.more)


class Watched:
    """The rulesets of a folder beside the bundled ones, as they were last saved."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._library = Library(folder)
        self._affected: tuple[Ruleset, ...] = ()

    def begin(self) -> Iterator[Found]:
        """Look at the whole folder."""
        return self.saved(tuple(self._folder.rglob("*.yaml")))

    def saved(self, changed: Collection[Path]) -> Iterator[Found]:
        """What is found by and by, all told, in what was changed and at each payer whom it answers, those first whose
        own file it is: all but what only the solver finds."""
        self._affected, found = (), Found()
        try:
            self._library, names = self._library.reread(changed)
            self._library.all()
            for found in self._look(names, {path.resolve() for path in changed}):
                yield found
        except UserError as error:
            self._library, self._affected = Library(self._folder), ()
            yield found.then(Found(error.problems))

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

    def _look(self, names: Collection[str], changed: Collection[Path]) -> Iterator[Found]:
        paths = {name: self._library.listed[name].path for name in names}
        own_first = sorted(filter(self._answers, names), key=lambda name: (paths[name].resolve() not in changed, name))
        self._affected = tuple(self._library.ruleset(name) for name in own_first)
        written = tuple(as_written(Asked(self._library), {str(path) for path in paths.values()}))
        found = Found(in_order(written))
        for more, ruleset in zip(reversed(range(len(self._affected))), self._affected, strict=True):
            found = found.then(self._of_payer(ruleset, more))
            yield found
        if not self._affected:
            yield found

    def _of_payer(self, ruleset: Ruleset, more: int) -> Found:
        assert ruleset.payer is not None
        engine = self._library.engine(ruleset.payer)
        results: list[ExampleResult] = []
        subjects: list[Subject] = []
        for rule in own_rules(self._library, ruleset):
            cases = cases_of(self._library, ruleset, rule)
            subjects.append(Subject(rule, engine, cases))
            results.extend(results_of(self._library, ruleset, rule, cases))
        failed = tuple(result for result in results if not result.passed)
        decided = frozenset((result.rule, result.name) for result in results)
        return Found(in_order(by_examples(subjects)), failed, decided, more)
