"""The commands that write ruleset files: new, fmt."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

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

Check = Annotated[bool, typer.Option("--check", help="Write nothing; exit with 2 where something would be.")]


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
    from engine.language.skeleton import BASES, new_ruleset

    path = output or Path(f"{payer}.yaml")
    _require_new(payer, path, rulesets)
    day = day_asked(today)
    title = typer.prompt("What is the payer called?", default=payer.replace("-", " ").title())
    kind = _choose("What kind of plan is it?", tuple(BASES), "commercial")
    rule = _ask_rule() if typer.confirm("Is a published rule on authorization at hand?", default=False) else None
    typical_day = rulesets_only(rulesets).ruleset(BASES[kind]).typical_case["date_of_service"]
    assert isinstance(typical_day, date)
    write_whole(path, new_ruleset(payer, title, kind, rule, day, typical_day))
    print(f"Wrote {path}")
    _tell_next(path, payer)


def _require_new(payer: str, path: Path, rulesets: Path | None) -> None:
    problems = []
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", payer):
        hint = f"perhaps {re.sub(r'[^a-z0-9]+', '-', payer.lower()).strip('-')}"
        message = f"{payer!r} is no id: small letters and digits, with dashes between"
        problems.append(Problem("broken-value", message, hint=hint))
    if payer in rulesets_only(rulesets).listed:
        hint = "copy its file into your own folder to change it"
        problems.append(Problem("duplicate-ruleset", f"there is a ruleset {payer!r} already", hint=hint))
    if path.exists():
        problems.append(Problem("cannot-write", f"{path} is there already", hint="name another file with -o"))
    if problems:
        stop(*problems)


def _ask_rule() -> NewRule:
    from engine.language.authored import AuthorizationName
    from engine.language.skeleton import NewRule

    title = _ask("The title of the publication")
    publisher = _ask("Who published it", needed=False)
    url = _ask("Its address, as you saw it", needed=False)
    published = _ask("When it was published", needed=False)
    first_day = _ask_day("From which date of service it is in force")
    codes = _ask_codes()
    answer = cast("AuthorizationName", _choose("What does it ask for?", get_args(AuthorizationName), "review_required"))
    because = _ask("The rule in one plain sentence, for the front desk", least=8)
    return NewRule(title, publisher or None, url or None, published or None, first_day, codes, answer, because)


def _ask(question: str, *, needed: bool = True, least: int = 1) -> str:
    shown = question if needed else f"{question} (Enter: not seen)"
    while True:
        text = str(typer.prompt(shown, default=None if needed else "", show_default=False)).strip()
        if not needed or len(text) >= least:
            return text
        print(f"At least {least} characters are needed.")


def _ask_day(question: str) -> date | None:
    while text := _ask(f"{question}, such as 2026-02-01", needed=False):
        try:
            return date.fromisoformat(text)
        except ValueError:
            print(f"{text!r} is no date such as 2026-02-01.")
    return None


def _ask_codes() -> tuple[str, ...]:
    while True:
        text = str(typer.prompt("Which codes it names (Enter: all therapy codes)", default="", show_default=False))
        codes = tuple(dict.fromkeys(re.split(r"[\s,;]+", text.upper().strip()))) if text.strip() else ()
        wrong = [code for code in codes if not re.fullmatch(r"[0-9A-Z][0-9]{3}[0-9A-Z]", code)]
        if not wrong:
            return codes
        print(f"No codes: {', '.join(wrong)}. A code has five characters, such as 97535.")


def _choose(question: str, choices: tuple[str, ...], default: str) -> str:
    while True:
        text = str(typer.prompt(f"{question} ({', '.join(choices)})", default=default)).strip()
        if text in choices:
            return text
        near = get_close_matches(text, choices, n=1)
        print(f"{text!r} is none of these{f'; did you mean {near[0]}?' if near else '.'}")


def _tell_next(path: Path, payer: str) -> None:
    """What lint says of the new file, and how to go on."""
    from engine.language.load import Library
    from engine.lint import lint

    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(path, folder)
        tell([problem for problem in lint(Library(Path(folder)), payer) if problem.level != "note"])
    print("Every answer that no rule of it gives is unknown, with a question to the payer.")
    print(f"Next: precertain rules show {payer} --rulesets {path.parent}, and a case with this payer.")
