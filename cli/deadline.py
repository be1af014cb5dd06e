"""The command deadline: by when, after an event."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from cli.session import EXIT_STATUS, AsJson, Rulesets, day_of, library, print_json
from engine.due_dates import due_date

Payer = Annotated[str, typer.Option("--payer", metavar="ID", help="The payer's id.")]
On = Annotated[str, typer.Option("--on", metavar="DATE", help="The day of the event.")]
ServiceOn = Annotated[
    str | None, typer.Option("--service-on", metavar="DATE", help="The date of service, for a good-faith estimate.")
]


def deadline(
    event: Annotated[str, typer.Argument(metavar="EVENT", help="Such as standard_decision or certification.")],
    payer: Payer,
    on: On,
    service_on: ServiceOn = None,
    as_json: AsJson = False,
    rulesets: Rulesets = None,
) -> None:
    """Tell when something is due after an event, by which rule; exit status 30 where no published clock tells."""
    from cli.show.due_dates import show_due_date
    from cli.show.page import Page

    service: date | None = None if service_on is None else day_of(service_on, "--service-on")
    found = due_date(library(rulesets), event, payer, day_of(on, "--on"), service)
    if as_json:
        print_json(found.as_json())
    else:
        show_due_date(found, Page())
    raise typer.Exit(0 if found.found else EXIT_STATUS["call_payer"])
