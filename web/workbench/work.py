"""What is run on a draft, each in a process of its own that is ended when its time is up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from engine import Library, UserError
from engine.lint import lint
from engine.quality.coverage import coverage
from engine.quality.difference import AnswerChange, differences
from engine.quality.examples import run_examples
from engine.quality.mutation import mutate
from engine.words import ANSWERS, HEADLINES, RESOLUTIONS
from web.workbench.items import Item, items, path_of

Kind = Literal["lint", "tests", "coverage", "mutations", "difference", "impact", "release"]
MUTATING = 90.0
"""Seconds after which the rest of the mistakes is not tried."""


@dataclass(frozen=True, slots=True)
class Report:
    """``sound``: nothing is to be put right. In English, as the engine says it."""

    said: str
    sound: bool
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """``folder``: the candidate's; ``running``: the folder of the release that answers."""

    kind: Kind
    ruleset: str
    folder: Path
    running: Path | None
    today: date
    now: datetime
    who: str = ""
    data: Path = Path()
    database_url: str | None = None


def done(task: Task) -> Report:
    """What the work finds; what is wrong with files is found, too."""
    try:
        return _WORK[task.kind](task)
    except UserError as error:
        return Report("Refused:", False, items(error.problems, path_of(task.folder, task.ruleset)))


def _payers(task: Task, library: Library) -> tuple[str, ...]:
    """Whose answers the ruleset takes part in."""
    answering = ((payer, library.for_payer(payer)) for payer in library.payers)
    return tuple(payer for payer, of in answering if of and any(used.id == task.ruleset for used in of.used))


def _lint(task: Task) -> Report:
    library = Library(task.folder)
    found = dict.fromkeys(one for payer in _payers(task, library) for one in lint(library, payer, day=task.today))
    told = items((one for one in found if one.level != "note"), path_of(task.folder, task.ruleset))
    errors = sum(one.level == "error" for one in told)
    return Report(f"{errors} errors, {len(told) - errors} warnings.", errors == 0, told)


def _tests(task: Task) -> Report:
    library = Library(task.folder)
    results = [one for payer in _payers(task, library) for one in run_examples(library, payer)]
    failed, draft = [one for one in results if not one.passed], path_of(task.folder, task.ruleset)
    told = tuple(
        Item(
            f"{one.rule}: {one.name}", one.where.line if Path(one.where.file) == draft else None,
            (f"given: {_given(library, one.rule, one.name)}", f"expected {one.key}: {one.expected}", f"got: {one.got}"),
        )
        for one in failed
    )  # fmt: skip
    names = {(one.rule, one.name) for one in results}
    said = f"{len(names)} examples, {len(results)} expectations, {len(failed)} failed."
    return Report(said, not failed and bool(results), told)


def _given(library: Library, rule: str, name: str) -> str:
    found = library.ruleset(rule.partition("/")[0]).by_id[rule]
    given = next((one.given for one in found.examples if one.name == name), {})
    return ", ".join(f"{fact} {value}" for fact, value in given.items()) or "the typical case"


def _coverage(task: Task) -> Report:
    library = Library(task.folder)
    found = [one for one in coverage(library, _payers(task, library)).sides if one.rule.startswith(f"{task.ruleset}/")]
    missing = [one for one in found if not one.shown]
    told = tuple(Item(f"{one.rule}: no example shows: {one.what}", one.where.line) for one in missing)
    return Report(f"{len(found) - len(missing)} of {len(found)} sides are shown by an example.", not missing, told)


def _mutations(task: Task) -> Report:
    library = Library(task.folder)
    until = time.monotonic() + MUTATING
    tried = [
        one
        for payer in _payers(task, library)
        for one in mutate(library, payer, until=until, within={task.ruleset}).tried
    ]
    count = [one.fate for one in tried].count
    told = tuple(
        Item(
            f"{one.rule}: no example fails where {one.mistake}", one.where.line,
            (f"the example to add: {dict(one.missing.given)}, applies: {one.missing.applies}",) if one.missing else (),
        )
        for one in tried
        if one.fate == "survived"
    )  # fmt: skip
    said = (
        f"{count('killed')} mistakes caught by an example, {count('excused')} proved to change nothing, "
        f"{count('survived')} caught by none, {count('not tried')} not tried in the time."
    )
    return Report(said, not told and not count("not tried"), told)


def _difference(task: Task) -> Report:
    old, new = Library(task.running), Library(task.folder)
    told: list[Item] = []
    for one in differences(old, new, _payers(task, new)):
        if one.same:
            told.append(Item(f"{one.title}: no answer changes, proved for every case.", level="note"))
        told += [Item(f"{one.title}: {_change(change)}", None, tuple(_case(change)), "note") for change in one.answers]
        told += [Item(f"{one.title}: {other.rule}", level="note") for other in one.others]
        told += [Item(f"{one.title}: {text}", level="note") for text in one.settings]
        told += [Item(f"{one.title}: not proved either way: {text}", level="warning") for text in one.open]
    return Report("Against what answers now:" if told else "The rules are the same, word for word.", True, tuple(told))


def _change(change: AnswerChange) -> str:
    def said(answer: str) -> str:
        return ANSWERS.get(answer, RESOLUTIONS.get(answer, answer))

    return f"{change.dimension}: {said(change.after)} instead of {said(change.before)}. {' '.join(change.rules)}"


def _case(change: AnswerChange) -> Iterator[str]:
    yield f"for example: {change.shown.given}"
    for word, decision in (("before", change.shown.before), ("after", change.shown.after)):
        yield f"{word}: {HEADLINES[decision.headline]}. {decision.sentence}"


def _impact(task: Task) -> Report:
    """Without anything of the patients: who keeps rules sees none."""
    from engine.quality.call_list import subject_words, what_changes
    from engine.quality.impact import Books, impact
    from engine.quality.subjects import of_store
    from engine.store import open_store

    with open_store(task.database_url) as store:
        found = impact(Books(task.running), Books(task.folder), of_store(store, task.today).each)
    told = tuple(
        Item(
            f"{one.on}, {one.payer_title}, {subject_words(one)}: {HEADLINES[one.after.headline]} instead of "
            f"{HEADLINES[one.before.headline]}", None, what_changes(one.before, one.after), "note",
        )
        for one in found.changes
    )  # fmt: skip
    looked = ", ".join(f"{number} {kind}s" for kind, number in found.looked_at.items()) or "nothing booked or open"
    return Report(f"Looked at {looked}: {len(told)} get another answer.", True, told)


def _release(task: Task) -> Report:
    from engine.release.bundle import pack
    from engine.release.installed import Installed
    from engine.release.release import install_bundle, make_bundle
    from engine.release.signing import Keys

    installed, keys = Installed(task.data / "rulesets"), Keys(task.data / "keys")
    bundle = make_bundle(task.folder, installed, keys, who=task.who, on=task.today)
    path = task.folder.parent / "release.zip"
    path.write_bytes(pack(bundle))
    manifest = install_bundle(path, installed, keys, who=task.who, at=task.now)
    proofs: Iterable[str] = (f"{proof.name}: {proof.result}" for proof in manifest.proofs)
    said = f"Released {manifest.id[:12]}: it answers from now on."
    return Report(said, True, tuple(Item(text, level="note") for text in proofs))


_WORK: dict[Kind, Callable[[Task], Report]] = {
    "lint": _lint, "tests": _tests, "coverage": _coverage, "mutations": _mutations, "difference": _difference,
    "impact": _impact, "release": _release,
}  # fmt: skip
KINDS: Sequence[Kind] = tuple(_WORK)
