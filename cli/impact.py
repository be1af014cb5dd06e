"""The command rules impact: whom a change of rules touches, before it is released."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.comparing import New, Old, folder_named
from cli.record import practice_store
from cli.session import WRONG_INPUT, AsJson, Today, day_asked, print_json, reference_path, stop, tell
from engine import Library, Problem, UserError
from engine.files import check_place, write_whole

if TYPE_CHECKING:
    from engine.quality.impact import Impact
    from engine.quality.subjects import Subjects

_CALL_LISTS = (".csv", ".md", ".txt")
_CASE_HEADERS = frozenset({"date_of_service", "coverage.payer", "lines.1.code"})
_CASE_FILES = (".yaml", ".yml", ".json", ".jsonl", ".ndjson")


def impact(
    old: Old,
    new: New,
    on: Annotated[str, typer.Option("--on", metavar="FILE|store", help="Bookings (cases or an export), or: store.")],
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="MAPPING.yaml", help="Which column of an export holds which fact.")
    ] = None,
    as_csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write the table there too.")] = None,
    call_list: Annotated[
        Path | None,
        typer.Option("--call-list", metavar="FILE", help="Write whom to call, for the front desk: .csv, .md or .txt."),
    ] = None,
    names: Annotated[bool, typer.Option("--names", help="Name patients; otherwise initials or ids.")] = False,
    as_json: AsJson = False,
    today: Today = None,
) -> None:
    """Tell whose answers change: booked visits, open authorizations and sent letters, the first visit first."""
    from cli.show import impact as showing
    from engine.quality.impact import Books
    from engine.quality.impact import impact as find

    if call_list is not None and call_list.suffix not in _CALL_LISTS:
        stop(Problem("unknown-format", f"{call_list}: a call list ends in {', '.join(_CALL_LISTS)}"))
    for place in filter(None, (as_csv, call_list)):
        check_place(place)
    official = reference_path()
    imported = official if official.exists() else None
    before, after = (Books(folder_named(name), imported) for name in (old, new))
    reading = _subjects(on, mapping, after.library(), day_asked(today))
    with reading as (subjects, read_as), _progress(subjects.expected) as told:
        found = find(before, after, subjects.each, processes=min(2, os.cpu_count() or 1), told=told)
    if as_csv is not None:
        write_whole(as_csv, showing.as_csv(found, names))
    if call_list is not None:
        write_whole(call_list, showing.call_list(found, names, call_list.suffix))
    if as_json:
        print_json(showing.as_json(found, read_as, names))
    else:
        showing.show(found, read_as, names, [str(place) for place in (as_csv, call_list) if place])
    _tell_unread(found)


def _tell_unread(found: Impact) -> None:
    if found.unread:
        tell([Problem("unreadable", f"{one} could not be decided: its case is not whole") for one in found.unread])
        raise typer.Exit(WRONG_INPUT)


@contextmanager
def _subjects(on: str, mapping: Path | None, books: Library, today: date) -> Iterator[tuple[Subjects, str]]:
    """What may be touched, and as what it was read."""
    from engine.quality.subjects import of_store

    if on != "store":
        yield _of_file(on, mapping, books, today)
        return
    if mapping is not None:
        stop(Problem("not-allowed", "--map is for an export of appointments, not for the store"))
    with practice_store() as store:
        yield of_store(store, today), f"the practice's store, from {today} on"


def _of_file(file: str, mapping: Path | None, books: Library, today: date) -> tuple[Subjects, str]:
    from engine.cases import read_cases
    from engine.quality.subjects import of_appointments, of_cases
    from engine.schedule.appointments import read_schedule
    from engine.schedule.mapping import NOTHING_TOLD, load_headers, read_mapping

    try:
        raw = Path(file).read_bytes()
    except (OSError, ValueError) as error:
        hint = "name a file with bookings, or: store"
        stop(Problem("unreadable", f"{file}: {getattr(error, 'strerror', None) or error}", hint=hint))
    if mapping is None and _holds_cases(file, raw):
        read = read_cases(file, raw)
        if read.problems:
            raise UserError(read.problems)
        return of_cases(read.cases, today), f"cases ({file})"
    mapped = read_mapping(mapping) if mapping else NOTHING_TOLD
    schedule = read_schedule(file, raw, mapped, load_headers(books.bundled / "reference"), books.payer_titles)
    if schedule.problems:
        raise UserError(schedule.problems)
    return of_appointments(schedule.appointments, today), f"an export of appointments ({file})"


def _holds_cases(file: str, raw: bytes) -> bool:
    """Whether a file's ending or its headers are those of a case file."""
    if file.lower().endswith(_CASE_FILES):
        return True
    header = raw.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].decode("latin-1")
    return any({cell.strip(' "\r') for cell in header.split(mark)} >= _CASE_HEADERS for mark in ",;\t")


@contextmanager
def _progress(expected: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal's standard error; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda judged: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Deciding both ways", total=expected)
        yield lambda judged: progress.advance(task, judged)
