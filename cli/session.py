"""What every command shares: the day, the rulesets, the cases, and how problems are told."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn

import orjson
import typer

from engine import Library, Problem, UserError
from engine.cases import CaseRead, read_cases
from engine.store.folder import data_folder

WRONG_INPUT = 2
EXIT_STATUS = {"book": 0, "book_and_request": 10, "authorize_first": 20, "call_payer": 30, "not_covered": 40}

Today = Annotated[
    str | None, typer.Option("--today", metavar="DATE", help="The day the question is asked (default: the clock's).")
]
Rulesets = Annotated[
    Path | None,
    typer.Option(
        "--rulesets",
        metavar="DIR",
        envvar="PRECERTAIN_RULESETS",
        help="A folder with the practice's own rulesets, beside the bundled ones.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
Strict = Annotated[bool, typer.Option("--strict", help="Presume nothing: ask instead.")]
CaseFiles = Annotated[list[str], typer.Argument(metavar="CASE…", help="Case files; - reads standard input.")]
CaseFile = Annotated[str, typer.Argument(metavar="CASE", help="A file with one case; - reads standard input.")]
JUnitFile = Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Write the results as JUnit XML, too.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write there.")]


def day_asked(today: str | None) -> date:
    """The day given, or the clock's."""
    return date.today() if today is None else day_of(today, "--today")


def day_of(text: str, option: str) -> date:
    """The day that an option names."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        stop(Problem("impossible-date", f"{option} takes a date such as 2026-11-24, not {text!r}"))


def library(own: Path | None) -> Library:
    """The bundled rulesets, the practice's own, and the official files that were imported."""
    path = reference_path()
    if not path.exists():
        return rulesets_only(own)
    from engine.store.official import open_official

    return Library(_folder(own), imported=open_official(path))


def rulesets_only(own: Path | None) -> Library:
    """The bundled rulesets and the practice's own, as their authors wrote them."""
    return Library(_folder(own))


def _folder(own: Path | None) -> Path | None:
    """The folder named, else that of the release that answers, if one is installed."""
    if own is not None and not own.is_dir():
        stop(Problem("no-such-folder", f"--rulesets: there is no folder {own}"))
    return own or installed_rulesets()


def installed_rulesets() -> Path | None:
    """The folder of the release that answers; None where none is installed."""
    folder = releases_folder()
    if not folder.exists():
        return None
    from engine.release.installed import Installed

    release = Installed(folder).current()
    return release.rulesets if release else None


def releases_folder() -> Path:
    """Where releases of rulesets are installed."""
    return data_folder() / "rulesets"


def reference_path() -> Path:
    """The file that official files are imported into."""
    named = os.environ.get("PRECERTAIN_REFERENCE")
    return Path(named) if named else data_folder() / "reference.db"


def read(paths: Sequence[str]) -> tuple[tuple[CaseRead, ...], tuple[Problem, ...]]:
    """All cases of all files, and all that is wrong with them."""
    cases: list[CaseRead] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        except (OSError, ValueError) as error:
            problems.append(Problem("unreadable", f"{path}: {getattr(error, 'strerror', None) or error}"))
            continue
        found = read_cases(path, raw)
        cases.extend(found.cases)
        problems.extend(found.problems)
    return tuple(cases), tuple(problems)


def read_one(path: str) -> CaseRead:
    """The one case of a file; anything else stops the command."""
    cases, problems = read([path])
    if problems:
        raise UserError(problems)
    if len(cases) != 1:
        stop(Problem("several-cases", f"{path} holds {len(cases)} cases; this command takes one"))
    return cases[0]


def tell(problems: Sequence[Problem]) -> None:
    """Print problems to standard error."""
    for problem in problems:
        print(problem, file=sys.stderr)
    if len(problems) > 1:
        print(f"{len(problems)} problems", file=sys.stderr)


def stop(*problems: Problem) -> NoReturn:
    raise UserError(problems)


def print_json(value: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    sys.stdout.flush()
