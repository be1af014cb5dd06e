"""The commands about what was asked before: log and replay."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from typing import Annotated, NoReturn

import orjson
import typer

from cli.record import database_url
from cli.session import WRONG_INPUT, AsJson, Rulesets, library, print_json, stop
from engine import Decision, Library
from engine import check as decide
from engine.cases import read_cases
from engine.decision import JsonValue
from engine.store import CheckRecord, LogEntry, StoreError, open_store


def log(
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many entries, newest first.")] = 50,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read everything and see that the log is as it was written.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List past checks, answers, letters and changes of what is tracked, newest first."""
    try:
        with open_store(database_url()) as store:
            broken = store.verify() if verify else ()
            entries = store.entries(limit)
    except StoreError as error:
        _fail(error)
    for place in broken:
        print(f"The log was changed at entry {place.sequence}: {place.what}", file=sys.stderr)
    if as_json:
        print_json([_entry_json(entry) for entry in entries])
    else:
        _show(entries, verified=verify and not broken)
    if broken:
        raise typer.Exit(WRONG_INPUT)


def _entry_json(entry: LogEntry) -> dict[str, JsonValue]:
    return {
        "sequence": entry.sequence,
        "kind": entry.kind,
        "at": entry.at.isoformat(),
        "check_id": entry.check_id,
        "payer": entry.payer,
        "headline": entry.headline,
        "date_of_service": entry.date_of_service.isoformat(),
        "letter": entry.letter_kind,
        "answered": entry.answered,
        "rulesets": [used.as_json() for used in entry.rulesets],
        "hash": entry.hash,
    }


def _show(entries: tuple[LogEntry, ...], *, verified: bool) -> None:
    from cli.show.page import Page

    page = Page()
    if not entries:
        page.line("Nothing was checked yet.")
    rows = (
        (
            f"{entry.at:%Y-%m-%d %H:%M}",
            entry.check_id,
            entry.letter_kind or ("answer" if entry.answered else entry.headline),
            _about(entry),
        )
        for entry in entries
    )
    page.rows(*rows, by=0)
    if verified:
        page.line("The log is as it was written.")


def _about(entry: LogEntry) -> str:
    if entry.kind in ("event", "review", "contradiction"):
        return entry.payer
    return f"{entry.payer}, visit of {entry.date_of_service}" + (f", {entry.answered}" if entry.answered else "")


def replay(
    check_id: Annotated[str, typer.Argument(metavar="CHECK_ID", help="The id of a check, or how it begins.")],
    as_json: AsJson = False,
    rulesets: Rulesets = None,
) -> None:
    """Decide an old check again, as of the day it was asked, and show what differs and why."""
    from engine.changes import differences

    try:
        with open_store(database_url()) as store:
            old = store.find_check(check_id)
    except StoreError as error:
        _fail(error)
    books = library(rulesets)
    before = orjson.loads(old.decision_json)
    after = _again(old, books)
    found = differences(before, after.as_json())
    causes = _causes(before, after)
    if as_json:
        print_json(
            {
                "check_id": old.check_id,
                "before": before,
                "after": after.as_json(),
                "differences": [one.as_json() for one in found],
                "causes": list(causes),
            }
        )
        return
    from cli.show.changes import show_differences
    from cli.show.page import Page

    page = Page()
    page.line(f"Check {old.check_id}, {old.payer}, visit of {old.date_of_service}", "bold")
    show_differences(found, page)
    if found:
        page.line("Why", "bold")
    page.items(*(causes or ["The rulesets are the same."]))


def _again(old: CheckRecord, books: Library) -> Decision:
    asked = orjson.loads(old.case_json)
    read = read_cases(f"check {old.check_id}", orjson.dumps(asked["case"]))
    if read.problems:
        stop(*read.problems)
    treatment = read.cases[0].treatment
    return decide(treatment, books, today=date.fromisoformat(asked["today"]), strict=asked["strict"])


def _causes(before: Mapping[str, list[dict[str, str]]], after: Decision) -> tuple[str, ...]:
    """Which rulesets are not what they were."""
    then = {used["id"]: (used["version"], used["sha256"]) for used in before["rulesets"]}
    now = {used.id: (used.version, used.sha256) for used in after.rulesets}
    causes = [f"{_what(name)} is no longer used." for name in then if name not in now]
    for name, (version, digest) in now.items():
        if name not in then:
            causes.append(f"{_what(name)} {version} is new.")
        elif then[name] != (version, digest):
            older = f"{then[name][0]} ({then[name][1][:8]})"
            causes.append(f"{_what(name)} was {older} and is {version} ({digest[:8]}).")
    return tuple(causes)


def _what(name: str) -> str:
    return f"The official file {name}" if name.startswith("reference/") else f"The ruleset {name}"


def _fail(error: StoreError) -> NoReturn:
    print(error, file=sys.stderr)
    raise typer.Exit(WRONG_INPUT) from None
