"""The commands about the publishers' own files: reference import, list, show and remove."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.session import AsJson, Today, day_asked, day_of, print_json, reference_path, stop
from engine import Problem
from engine.decision import JsonValue

if TYPE_CHECKING:
    from engine.official.editions import Edition
    from engine.official.kinds import Kind
    from engine.store.official import OfficialStore

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="For the files that CMS publishes: load and list them."
)

KindName = Annotated[
    str, typer.Argument(metavar="KIND", help="ncci-ptp, mue, pfs-rvu, gpci, telehealth-list or icd10cm.")
]
Files = Annotated[
    list[Path], typer.Argument(metavar="FILE…", help="The file as downloaded; all parts of one edition together.")
]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="DATE", help="The edition's first day in force, where the file does not tell it."),
]


@app.command("import")
def import_file(kind: KindName, files: Files, first: From = None, today: Today = None) -> None:
    """Load an edition of an official file; a wrong or cut-off file is refused whole."""
    from cli.show.progress import progress as shown_progress
    from engine.official.importing import import_edition

    chosen, day = _kind(kind), day_asked(today)
    begins = None if first is None else day_of(first, "--from")
    with _store(create=True) as store, shown_progress("Reading") as progress:
        edition = import_edition(chosen, files, store, today=day, first=begins, progress=progress)
        unlisted = _unlisted(store, edition)
    print(f"Imported {edition.kind} {edition.term.name}: {_size(edition)}, {_in_force(edition)}.")
    if edition.stale(day):
        print(f"A later edition should exist since {edition.term.stale_after}.", file=sys.stderr)
    if unlisted:
        print(
            f"{unlisted} of the bundled pairs are not in the file; for them the bundled edits stay. Is a part missing?",
            file=sys.stderr,
        )


def _unlisted(store: OfficialStore, edition: Edition) -> int:
    """How many bundled pairs an edition as new as theirs does not list, which lists every pair that ever was."""
    from engine import Library

    bundled = Library().reference.edits
    if edition.kind != "ncci-ptp" or edition.term.first < bundled.listed_from:
        return 0
    return sum(not store.find(edition, column1=first, column2=second) for first, second in bundled.pairs)


@app.command("list")
def list_editions(as_json: AsJson = False, today: Today = None) -> None:
    """List what is loaded, from when to when, and what is stale."""
    day, editions = day_asked(today), _editions()
    if as_json:
        print_json([_edition_json(edition, day) for edition in editions])
        return
    from cli.show.page import Page

    page = Page()
    page.rows(
        *((edition.kind, edition.term.name, _size(edition), _told(edition, day)) for edition in editions),
        by=0,
    )
    for kind in _kinds():
        if not any(edition.kind == kind for edition in editions):
            page.line(f"{kind}: not loaded", "dim")


def _editions() -> tuple[Edition, ...]:
    if not reference_path().exists():
        return ()
    with _store() as store:
        return store.editions()


def _store(*, create: bool = False) -> OfficialStore:
    from engine.store.official import OfficialStore

    return OfficialStore.open(reference_path(), create=create)


def _edition_json(edition: Edition, day: date) -> dict[str, JsonValue]:
    term = edition.term
    return {
        "kind": edition.kind,
        "edition": term.name,
        "rows": edition.rows,
        "from": term.first.isoformat(),
        "to": term.last.isoformat() if term.last else None,
        "stale_after": term.stale_after.isoformat(),
        "stale": edition.stale(day),
        "files": list(edition.files),
        "sha256": edition.sha256,
        "imported_on": edition.imported_on.isoformat(),
    }


def _size(edition: Edition) -> str:
    return f"{edition.rows:,} row{'s' if edition.rows != 1 else ''}"


def _told(edition: Edition, day: date) -> str:
    stale = f"; STALE: a later edition should exist since {edition.term.stale_after}" if edition.stale(day) else ""
    files = edition.files[0] + (f" and {len(edition.files) - 1} more" if len(edition.files) > 1 else "")
    return f"{_in_force(edition)}; imported {edition.imported_on} from {files}{stale}"


def _in_force(edition: Edition) -> str:
    term = edition.term
    return f"in force from {term.first} " + (f"to {term.last}" if term.last else "until a later one")


@app.command()
def show(
    kind: KindName,
    codes: Annotated[list[str], typer.Argument(metavar="CODE…", help="For ncci-ptp the pairs among these codes.")],
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="The day asked about (default: today).")
    ] = None,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Show what the loaded edition in force on a day holds of codes, as its columns name it."""
    chosen = _kind(kind)
    day = day_of(on, "--on") if on else day_asked(today)
    if not reference_path().exists():
        stop(_not_loaded(chosen))
    with _store() as store:
        in_force = [one for one in store.editions() if one.kind == kind and (chosen.cumulative or one.in_force(day))]
        if not in_force:
            stop(_not_loaded(chosen, day))
        edition = max(in_force, key=lambda one: one.term.first)
        found = [dict(zip(chosen.fields, row, strict=True)) for row in _rows(store, edition, chosen, codes)]
    if as_json:
        print_json({"edition": _edition_json(edition, day), "rows": found})
        return
    from cli.show.page import Page

    page = Page()
    page.line(f"{kind} {edition.term.name}, {_told(edition, day)}")
    page.rows(chosen.fields, *(tuple("-" if cell is None else str(cell) for cell in row.values()) for row in found))
    if not found:
        page.line("Nothing of these codes.", by=2)


def _rows(store: OfficialStore, edition: Edition, kind: Kind, codes: Sequence[str]) -> Iterator[tuple[object, ...]]:
    plain = [code.replace(".", "") for code in codes]
    if len(kind.key) == 1:
        for code in plain:
            yield from store.find(edition, **{kind.key[0]: code})
        return
    first, second = kind.key
    for code in plain:
        for other in plain:
            yield from store.find(edition, **{first: code, second: other})


@app.command()
def remove(
    kind: KindName,
    edition: Annotated[str | None, typer.Argument(metavar="EDITION", help="Its name, if several are loaded.")] = None,
) -> None:
    """Forget a loaded edition; the bundled figures, or another edition, answer in its place."""
    chosen = _kind(kind)
    if not reference_path().exists():
        stop(_not_loaded(chosen))
    with _store() as store:
        loaded = [one for one in store.editions() if one.kind == kind and edition in (None, one.term.name)]
        if len(loaded) != 1:
            names = ", ".join(one.term.name for one in store.editions() if one.kind == kind) or "none"
            stop(Problem("not-loaded", f"name the one edition of {kind} to remove: loaded are {names}"))
        store.remove(loaded[0])
    print(f"Removed {kind} {loaded[0].term.name}.")


def _kind(name: str) -> Kind:
    kinds = _kinds()
    if name not in kinds:
        near = get_close_matches(name, kinds, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(kinds)}"
        stop(Problem("unknown-kind", f"no official file is of the kind {name!r}", hint=hint))
    return kinds[name]


def _kinds() -> Mapping[str, Kind]:
    from engine.official.registry import KINDS

    return KINDS


def _not_loaded(kind: Kind, day: date | None = None) -> Problem:
    on = f" that was in force on {day}" if day else ""
    return Problem(
        "not-loaded", f"no edition of {kind.name} is loaded{on}", hint=f"load {kind.title} with reference import"
    )
