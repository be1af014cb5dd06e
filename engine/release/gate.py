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
from engine.quality.coverage import coverage
from engine.quality.examples import run_examples
from engine.quality.mutation import Mutation, mutate
from engine.release.manifest import Proof, Released

LEAST_SCORE = 0.95
"""Of the mistakes that change an answer, so many an example catches."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What was proved, and what each ruleset's changelog says of its version."""

    rulesets: tuple[Released, ...]
    proofs: tuple[Proof, ...]


def prove(library: Library) -> Passed:
    """Lint and try the practice's own rulesets of the library. Raises UserError with all that does not pass."""
    own = _own(library)
    payers = _payers(library, own)
    problems = [*_unchanged(own), *_errors(library, payers)]
    results = tuple(result for payer in payers for result in run_examples(library, payer))
    problems += [
        Problem(
            "not-proved",
            f"{one.rule}: {one.name}: {one.key} is expected to be {one.expected}, and is {one.got}",
            one.where,
        )
        for one in results
        if not one.passed
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


def prove_examples(library: Library) -> tuple[Proof, ...]:
    """Whether the examples of the practice's own rules show all of them, and would catch a mistake.

    Raises UserError with each side that none shows, and with each mistake that none catches where too many are.
    """
    own = _own(library)
    payers, ids = _payers(library, own), {ruleset.id for ruleset in own}
    covered = tuple(side for side in coverage(library, payers).sides if side.rule.partition("/")[0] in ids)
    missing = [
        Problem("not-proved", f"{side.rule}: no example shows: {side.what}", side.where)
        for side in covered
        if not side.shown
    ]
    if missing:
        raise UserError(missing)
    mutation = Mutation(tuple(one for payer in payers for one in mutate(library, payer, within=ids).tried))
    if mutation.counts.score < LEAST_SCORE:
        raise UserError(
            Problem("not-proved", f"{one.rule}: no example fails where {one.mistake}", one.where)
            for one in mutation.tried
            if one.fate == "survived"
        )
    score = f"{mutation.counts.score:.1%} of the mistakes that change an answer caught, of {len(mutation.tried)} put in"
    return (
        Proof(name="coverage", result=f"all of {len(covered)} sides of the rules shown"),
        Proof(name="mutation", result=score),
    )


def _payers(library: Library, own: tuple[Ruleset, ...]) -> tuple[str, ...]:
    """The payers whose answers these rulesets take part in."""
    return tuple(dict.fromkeys(payer for ruleset in own for payer in _answered(library, ruleset)))


def _own(library: Library) -> tuple[Ruleset, ...]:
    """Raises UserError with the problems of every file where one cannot be read, or where there is none."""
    found = tuple(ruleset for ruleset in library.all() if library.listed[ruleset.id].own)
    if not found:
        raise UserError([Problem("not-proved", "the folder holds no ruleset")])
    return found


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
