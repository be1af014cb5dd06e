"""What must pass before rulesets are released, and again beside the bundled rules where they are installed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.language.load import Library
from engine.language.rules import Ruleset
from engine.language.table_files import ENDINGS
from engine.lint import lint
from engine.problems import Problem, Span, UserError
from engine.quality.examples import run_examples
from engine.release.manifest import Proof, Released


@dataclass(frozen=True, slots=True)
class Passed:
    """What was proved, and what each ruleset's changelog says of its version."""

    rulesets: tuple[Released, ...]
    proofs: tuple[Proof, ...]


def prove(library: Library) -> Passed:
    """Lint and try the practice's own rulesets of the library. Raises UserError with all that does not pass."""
    own = _own(library)
    if not own:
        raise UserError([Problem("not-proved", "the folder holds no ruleset")])
    payers = tuple(dict.fromkeys(payer for ruleset in own for payer in _answered(library, ruleset)))
    problems = [*_unchanged(own), *_errors(library, payers)]
    results = tuple(result for payer in payers for result in run_examples(library, payer))
    failed = [result for result in results if not result.passed]
    problems += [
        Problem(
            "not-proved",
            f"{one.rule}: {one.name}: {one.key} is expected to be {one.expected}, and is {one.got}",
            one.where,
        )
        for one in failed
    ]
    if problems:
        raise UserError(dict.fromkeys(problems))
    examples = len({(result.rule, result.name) for result in results})
    proofs = (
        Proof(name="lint", result=f"no error in the rules of {', '.join(payers) or 'no payer'}"),
        Proof(name="examples", result=f"{examples} examples, {len(results)} expectations, all as expected"),
    )
    return Passed(tuple(Released(id=one.id, version=one.version, change=one.changes[0].change) for one in own), proofs)


def _errors(library: Library, payers: tuple[str, ...]) -> Iterator[Problem]:
    """What the lint refuses; its warnings and notes are told by the lint, and stop no release."""
    for payer in payers:
        yield from (problem for problem in lint(library, payer) if problem.level == "error")


def _own(library: Library) -> tuple[Ruleset, ...]:
    """Raises UserError with the problems of every file where one cannot be read."""
    return tuple(ruleset for ruleset in library.all() if library.listed[ruleset.id].own)


def _answered(library: Library, ruleset: Ruleset) -> Iterator[str]:
    """The payers whose answers the ruleset takes part in: a base's are those of who extends it."""
    for payer in library.payers:
        answering = library.for_payer(payer)
        if answering is not None and any(used.id == ruleset.id for used in answering.used):
            yield payer


def _unchanged(own: tuple[Ruleset, ...]) -> Iterator[Problem]:
    """What of the rulesets has no word in the changelog about its version."""
    for ruleset in own:
        if not ruleset.changes or ruleset.changes[0].version != ruleset.version:
            message = f"{ruleset.id}: the changelog does not begin with version {ruleset.version}"
            yield Problem("no-change", message, hint="add changelog: with version, date and change of this version")


def changed(library: Library, running: Library) -> tuple[str, ...]:
    """The own rulesets whose text differs from what answers under their id now. Raises UserError where one differs and
    has the version of what it replaces: two texts of one version could not be told apart."""
    problems, found = [], []
    for ruleset in _own(library):
        before = running.ruleset(ruleset.id) if ruleset.id in running.listed else None
        if before is not None and before.used[0].sha256 == ruleset.used[0].sha256:
            continue
        found.append(ruleset.id)
        if before is not None and before.version == ruleset.version:
            place = Span(str(library.listed[ruleset.id].path), 1, 1)
            message = f"{ruleset.id} differs from what answers now and has its version, {ruleset.version}"
            problems.append(Problem("no-change", message, place, "version", hint="raise the version"))
    if problems:
        raise UserError(problems)
    return tuple(found)


def released_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a folder of rulesets that go into its bundle, by their name in it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in (".yaml", *ENDINGS):
            yield path.relative_to(folder).as_posix(), path.read_bytes()
