"""The commands that write ruleset files: new, fmt."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar, cast

import typer

from cli.session import (
    WRONG_INPUT,
    AsJson,
    Output,
    Rulesets,
    Today,
    day_asked,
    print_json,
    rulesets_only,
    stop,
    tell,
)
from engine import Problem, UserError
from engine.files import write_whole

if TYPE_CHECKING:
    from engine.language.authored import AuthorizationName
    from engine.language.skeleton import NewRule

Paths = Annotated[list[Path], typer.Argument(metavar="FILE|DIR…", help="Ruleset files, or folders of them.")]

_NOT_SEEN = "(Enter: not seen)"
Read = TypeVar("Read")


def fmt(
    paths: Paths,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 2 where something would be.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write ruleset files in their one form: the same rules and comments, in the same order and lines."""
    from engine.language.canonical import canonical

    changed: dict[Path, bytes] = {}
    problems: list[Problem] = []
    for path in _files(paths):
        try:
            raw = path.read_bytes()
            if (text := canonical(raw, str(path))) != raw:
                changed[path] = text
        except OSError as error:
            problems.append(Problem("unreadable", f"{path}: {error.strerror or error}"))
        except UserError as error:
            problems.extend(error.problems)
    if problems:
        stop(*problems)
    if not check:
        for path, text in changed.items():
            write_whole(path, text)
    if as_json:
        print_json({"changed": [str(path) for path in changed], "written": not check})
    elif check:
        tell([Problem("not-canonical", f"{path} is not written in its one form") for path in changed])
    else:
        print("\n".join(f"Wrote {path}" for path in changed) or "All are written in their one form.")
    if check and changed:
        raise typer.Exit(WRONG_INPUT)


def _files(paths: list[Path]) -> Iterator[Path]:
    """The files named, and those of the folders named but for reference tables and tables of rates."""
    from engine.cost.rates import holds_rates

    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for found in sorted(path.rglob("*.yaml")):
            if found.parent.name != "reference" and not holds_rates(
                found.read_text(encoding="utf-8", errors="replace")
            ):
                yield found


def new(
    payer: Annotated[str, typer.Argument(metavar="PAYER", help="The payer's id, as cases will name it.")],
    output: Output = None,
    today: Today = None,
    rulesets: Rulesets = None,
) -> None:
    """Ask about a payer and write its first ruleset: what is published and cited, and nothing else."""
    from engine.language import answers
    from engine.language.skeleton import BASES, new_ruleset

    path = output or Path(f"{payer}.yaml")
    _require_new(payer, path, rulesets)
    on = day_asked(today)
    title = typer.prompt("What is the payer called?", default=answers.usual_title(payer))
    kind = _choose("What kind of plan is it?", answers.KINDS, answers.USUAL_KIND)
    rule = _ask_rule() if typer.confirm("Is a published rule on authorization at hand?", default=False) else None
    typical_day = rulesets_only(rulesets).ruleset(BASES[kind]).typical_case["date_of_service"]
    assert isinstance(typical_day, date)
    write_whole(path, new_ruleset(payer, title, kind, rule, on, typical_day))
    print(f"Wrote {path}")
    _tell_next(path, payer)


def _require_new(payer: str, path: Path, rulesets: Path | None) -> None:
    from engine.language.answers import id_problem

    problems = list(filter(None, [id_problem(payer, rulesets_only(rulesets).listed)]))
    if path.exists():
        problems.append(Problem("cannot-write", f"{path} is there already", hint="name another file with -o"))
    if problems:
        stop(*problems)


def _ask_rule() -> NewRule:
    from engine.language import answers
    from engine.language.skeleton import NewRule

    return NewRule(
        title=_ask("The title of the publication", answers.words),
        publisher=_ask(f"Who published it {_NOT_SEEN}", answers.seen, ""),
        url=_ask(f"Its address, as you saw it {_NOT_SEEN}", answers.seen, ""),
        published=_ask(f"When it was published {_NOT_SEEN}", answers.seen, ""),
        first_day=_ask(f"From which date of service it is in force, such as 2026-02-01 {_NOT_SEEN}", answers.day, ""),
        codes=_ask("Which codes it names (Enter: all therapy codes)", answers.codes, ""),
        answer=cast("AuthorizationName", _choose("What does it ask for?", answers.ANSWERS, answers.USUAL_ANSWER)),
        because=_ask("The rule in one plain sentence, for the front desk", answers.sentence),
    )


def _ask(question: str, read: Callable[[str], Read], default: str | None = None, *, shown: bool = False) -> Read:
    """Ask until what is typed can be read."""
    from engine.language.answers import SlipError

    while True:
        try:
            return read(str(typer.prompt(question, default=default, show_default=shown)))
        except SlipError as slip:
            print(slip)


def _choose(question: str, choices: tuple[str, ...], default: str) -> str:
    from engine.language.answers import one_of

    return _ask(f"{question} ({', '.join(choices)})", lambda text: one_of(text, choices), default, shown=True)


def _tell_next(path: Path, payer: str) -> None:
    """What lint says of the new file, and how to go on."""
    from engine.language.load import Library
    from engine.lint import lint

    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(path, folder)
        tell([problem for problem in lint(Library(Path(folder)), payer) if problem.level != "note"])
    print("Every answer that no rule of it gives is unknown, with a question to the payer.")
    print(f"Next: precertain rules show {payer} --rulesets {path.parent}, and a case with this payer.")
