"""The command audit: who saw or changed which patient."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.record import practice_store
from cli.session import AsJson, print_json
from engine.store.records import StoreError


def audit(
    patient: Annotated[str | None, typer.Option("--patient", metavar="ID", help="Of this patient alone.")] = None,
    who: Annotated[str | None, typer.Option("--who", metavar="NAME", help="By this person alone.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many entries, newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List who saw or changed which patient, and who let whom in, newest first."""
    with practice_store() as store:
        if broken := store.verify():
            place = broken[0]
            raise StoreError(f"The log was changed at entry {place.sequence}: {place.what}")
        entries = store.audit.trail(patient_id=patient, who=who, limit=limit)
    if as_json:
        print_json(
            [
                {
                    "sequence": entry.sequence,
                    "at": entry.at.isoformat(),
                    "who": entry.who,
                    "what": entry.what,
                    "patient": entry.patient_id,
                    "detail": entry.detail,
                }
                for entry in entries
            ]
        )
        return
    from cli.show.page import Page

    page = Page()
    if not entries:
        page.line("Nothing is recorded that fits.")
    page.rows(
        *(
            (
                f"{entry.at:%Y-%m-%d %H:%M:%S}",
                entry.who,
                entry.patient_id or "",
                entry.what + (f": {entry.detail}" if entry.detail else ""),
            )
            for entry in entries
        ),
        by=0,
    )
