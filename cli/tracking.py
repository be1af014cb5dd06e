"""The commands about what is tracked: due, authorization and visits."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated, cast, get_args

import typer

from cli.record import now, practice_store
from cli.session import AsJson, Rulesets, Today, day_asked, day_of, library, print_json, stop
from engine import Problem
from engine.files import write_whole
from engine.tracking.records import Amount, AuthorizationRecord, AuthorizationState, Episode, Patient

authorization = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Authorizations, counted down by visits.")
visits = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Visits of the practice's schedule.")

By = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who does it (default: the system's user).")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="The file to read.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The authorization's id.")]
Amounts = Annotated[int | None, typer.Option(min=0, max=10_000, help="What the payer granted.")]
Dates = Annotated[str | None, typer.Option(metavar="DATE", help="The first and the last day it holds.")]


def due(
    days: Annotated[int, typer.Option("--days", min=0, max=3_660, help="So many days ahead.")] = 30,
    ics: Annotated[Path | None, typer.Option("--ics", metavar="FILE", help="Write a calendar (.ics) too.")] = None,
    as_json: AsJson = False,
    today: Today = None,
    rulesets: Rulesets = None,
) -> None:
    """Everything that is due, soonest first: requests, run-outs, expiries, reports, recertifications, appeals."""
    from cli.show.page import Page
    from cli.show.tracking import show_board
    from engine.tracking.board import board
    from engine.tracking.feed import calendar

    day = day_asked(today)
    with practice_store() as store:
        tracked = store.tracking.everything()
    found = board(tracked, library(rulesets), today=day, days=days)
    if ics is not None:
        write_whole(ics, calendar(found, now()))
    if as_json:
        print_json([one.as_json() for one in found])
    else:
        show_board(found, day, Page())


@authorization.command("list")
def list_authorizations(as_json: AsJson = False) -> None:
    """List every authorization with what is left of it."""
    from cli.show.page import Page
    from cli.show.tracking import row_of, summary_json

    with practice_store() as store:
        tracked = store.tracking.everything()
    if as_json:
        print_json([summary_json(one, tracked) for one in tracked.authorizations])
        return
    page = Page()
    if not tracked.authorizations:
        page.line("No authorization is recorded.")
    page.rows(*(row_of(one, tracked) for one in tracked.authorizations), by=0)


@authorization.command("show")
def show(
    name: Id,
    per_week: Annotated[int | None, typer.Option("--per-week", min=1, max=5, help="Visits a week, projected.")] = None,
    as_json: AsJson = False,
    today: Today = None,
    rulesets: Rulesets = None,
) -> None:
    """Show one authorization: what is left, when it runs out, the last day to ask for more, and who did what."""
    from cli.show.page import Page
    from cli.show.tracking import history_json, show_authorization, summary_json
    from engine.tracking.burn_down import burn_down

    day = day_asked(today)
    with practice_store() as store:
        record = store.tracking.find(AuthorizationRecord, name).record
        history = store.tracking.history(AuthorizationRecord, name)
        episode = store.tracking.find(Episode, record.episode_id).record
        tracked = store.tracking.everything()
    ruleset = library(rulesets).for_payer(episode.payer)
    theirs = [visit for visit in tracked.visits if visit.patient_id == episode.patient_id]
    clock = ruleset.clocks.get("standard_decision") if ruleset else None
    ahead = burn_down(record, theirs, day, per_week or episode.visits_per_week, clock)
    if as_json:
        print_json(
            summary_json(record, tracked) | {"burn_down": ahead.as_json(), "history": [*map(history_json, history)]}
        )
    else:
        show_authorization(record, tracked, ahead, history, Page())


@authorization.command("add")
def add(file: File, by: By = None) -> None:
    """Add the patients, episodes and authorizations of a YAML or JSON file: all of them, or none."""
    from engine.tracking.files import read_records

    records = read_records(str(file), _bytes(file))
    new: tuple[Patient | Episode | AuthorizationRecord, ...] = (
        *records.patients,
        *records.episodes,
        *records.authorizations,
    )
    with practice_store() as store:
        store.tracking.add(*new, who=who(by), at=now())
    print(f"Added: {len(records.patients)} patients, {len(records.episodes)} episodes, "
          f"{len(records.authorizations)} authorizations.")  # fmt: skip


@authorization.command("state")
def state(
    name: Id,
    to: Annotated[str, typer.Argument(metavar="STATE", help="Such as submitted, pended, approved or denied.")],
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day of it (default: today).")] = None,
    number: Annotated[str | None, typer.Option("--number", help="The payer's number.")] = None,
    granted_visits: Amounts = None,
    granted_units: Amounts = None,
    valid_from: Dates = None,
    valid_to: Dates = None,
    read_at: Annotated[
        int | None, typer.Option("--read-at", metavar="VERSION", help="Refuse where it was changed since.")
    ] = None,
    by: By = None,
) -> None:
    """Move an authorization to its next state, with what the payer granted."""
    from engine.tracking.states import moved, with_grant

    if to not in get_args(AuthorizationState):
        stop(Problem("not-allowed", f"no state is called {to!r}", hint=", ".join(get_args(AuthorizationState))))
    day = day_asked(None) if on is None else day_of(on, "--on")
    granted = Amount(visits=granted_visits, units=granted_units)
    first = None if valid_from is None else day_of(valid_from, "--valid-from")
    last = None if valid_to is None else day_of(valid_to, "--valid-to")
    with practice_store() as store:
        saved = store.tracking.find(AuthorizationRecord, name)
        after = moved(saved.record, cast("AuthorizationState", to), day)
        after = with_grant(after, number=number, granted=granted, valid_from=first, valid_to=last)
        version = store.tracking.change(after, read_at=read_at or saved.version, who=who(by), at=now())
    print(f"{name} is {to} (version {version}).")


@visits.command("import")
def import_visits(file: File, by: By = None) -> None:
    """Import the visits of a CSV file: visit_id, patient_id, day, status, codes; all of them, or none."""
    from engine.tracking.files import read_visits

    events = read_visits(str(file), _bytes(file), who=who(by), at=now())
    with practice_store() as store:
        before = set(store.tracking.everything().visits)
        store.tracking.append(*events)
        changed = set(store.tracking.everything().visits) - before
    print(f"Rows: {len(events)}. Visits new or changed: {len(changed)}.")


def who(by: str | None) -> str:
    return by or getpass.getuser()


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        stop(Problem("unreadable", f"{file}: {error.strerror or error}"))
