"""The command day: the appointments of a day, all checked at once, exceptions first."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.record import Asked, load_store, record
from cli.session import (
    EXIT_STATUS,
    WRONG_INPUT,
    AsJson,
    Rulesets,
    Today,
    day_asked,
    day_of,
    library,
    print_json,
    stop,
    tell,
)
from engine import Library, Problem, UserError

if TYPE_CHECKING:
    from engine.schedule.appointments import Schedule
    from engine.schedule.mapping import Mapped


def day(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE…", help="Exports, CSV or iCalendar; - reads standard input.")
    ],
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="The day of the visits (default: the one day of the file)."),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--map", metavar="MAPPING.yaml", help="Which column holds which fact.")
    ] = None,
    propose: Annotated[
        Path | None, typer.Option("--propose", metavar="MAPPING.yaml", help="Write a mapping to complete, and stop.")
    ] = None,
    as_json: AsJson = False,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Decide the good visits of a file with bad rows.")
    ] = (False),
    today: Today = None,
    rulesets: Rulesets = None,
) -> None:
    """Check all appointments of a day at once: what needs somebody first, then by time.

    Exit status: the highest of the visits, as of check. 2: a row or the command line is wrong; nothing is decided
    unless --keep-going.
    """
    from engine.schedule.day import decide_day, the_day
    from engine.schedule.mapping import NOTHING_TOLD, read_mapping

    asked_on, books = day_asked(today), library(rulesets)
    wanted = day_of(on, "--on") if on else None
    mapped = read_mapping(mapping) if mapping else NOTHING_TOLD
    if propose:
        _propose(files, mapped, books, wanted, propose)
        return
    schedules, problems = _read(files, mapped, books, wanted)
    if problems and not keep_going:
        raise UserError(problems)
    tell(problems)
    appointments = [one for schedule in schedules for one in schedule.appointments]
    if problems and not appointments:
        raise typer.Exit(WRONG_INPUT)
    asked = the_day(appointments, wanted)
    found = decide_day(appointments, books, on=asked, today=asked_on, meanwhile=load_store)
    if as_json:
        from engine.schedule.report import as_json as day_json

        print_json(day_json(found, schedules))
    else:
        from cli.show.day import show_day
        from cli.show.page import Page

        show_day(found, schedules, Page())
    record([Asked(visit.appointment.treatment, False, visit.decision) for visit in found.visits])
    raise typer.Exit(WRONG_INPUT if problems else max(EXIT_STATUS[visit.decision.headline] for visit in found.visits))


def _read(
    files: list[str], mapped: Mapped, books: Library, on: date | None
) -> tuple[list[Schedule], tuple[Problem, ...]]:
    """What every file holds, and all that is wrong with them."""
    from engine.schedule.appointments import read_schedule
    from engine.schedule.mapping import load_headers

    headers = load_headers(books.bundled / "reference")
    titles = books.payer_titles
    schedules: list[Schedule] = []
    problems: list[Problem] = []
    for file in files:
        try:
            raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
            schedules.append(read_schedule(file, raw, mapped, headers, titles, on))
            problems.extend(schedules[-1].problems)
        except UserError as error:
            problems.extend(error.problems)
        except (OSError, ValueError) as error:
            problems.append(Problem("unreadable", f"{file}: {getattr(error, 'strerror', None) or error}"))
    return schedules, tuple(problems)


def _propose(files: list[str], mapped: Mapped, books: Library, on: date | None, place: Path) -> None:
    from engine.files import write_whole

    if len(files) != 1:
        stop(Problem("several-files", "--propose takes one file"))
    schedules, problems = _read(files, mapped, books, on)
    if not schedules:
        raise UserError(problems)
    if place.exists():
        stop(Problem("cannot-write", f"{place} is there already", hint="give another name, or move it away"))
    write_whole(place, schedules[0].proposal)
    print(f"Wrote {place}: look it over, complete it, and give it with --map.")
