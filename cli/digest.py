"""The command digest: everything due as a message, shown or sent."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import smtp
from cli.record import practice_store
from cli.session import Rulesets, Today, day_asked, library


def digest(
    days: Annotated[int, typer.Option("--days", min=0, max=3_660, help="So many days ahead.")] = 14,
    send: Annotated[bool, typer.Option("--send", help="Send it, through PRECERTAIN_SMTP_HOST.")] = False,
    to: Annotated[
        list[str] | None, typer.Option("--to", metavar="ADDRESS", help="To whom (default: PRECERTAIN_SMTP_TO).")
    ] = None,
    today: Today = None,
    rulesets: Rulesets = None,
) -> None:
    """Print everything due as a message, or send it by mail: initials and ids, never a name.

    It is sent when the command is run: let cron run it each morning.
    """
    from engine.tracking import digest as written
    from engine.tracking.board import board

    server = smtp.server(tuple(to or ())) if send else None
    day = day_asked(today)
    with practice_store() as store:
        found = board(store.tracking.everything(), library(rulesets), today=day, days=days)
    subject, text = written.subject(found, day), written.text(found, day, days)
    if server is None:
        print(f"Subject: {subject}\n\n{text}", end="")
        return
    smtp.send(server, smtp.message(server, subject, text))
    print(f"Sent to {', '.join(server.to)}: {subject}")
