"""The command ``precertain``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli import (
    ahead,
    asking,
    audit,
    checking,
    codes,
    day,
    deadline,
    history,
    keeping,
    letter,
    packet,
    patient,
    reference,
    rules,
    serve,
    tracking,
    units,
)
from cli.session import WRONG_INPUT, tell
from engine import UserError

app = typer.Typer(add_completion=True, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)
app.command("check")(checking.check)
app.command("why")(checking.why)
app.command("ask")(asking.ask)
app.command("whatif")(checking.whatif)
app.command("runs-out")(ahead.runs_out)
app.command("day")(day.day)
app.command("units")(units.units)
app.command("deadline")(deadline.deadline)
app.command("codes")(codes.codes)
app.command("letter")(letter.letter)
app.command("packet")(packet.packet)
app.command("log")(history.log)
app.command("replay")(history.replay)
app.command("serve")(serve.serve)
app.command("audit")(audit.audit)
app.command("backup")(keeping.backup)
app.command("restore")(keeping.restore)
app.command("due")(tracking.due)
app.add_typer(tracking.authorization, name="authorization")
app.add_typer(patient.app, name="patient")
app.add_typer(tracking.visits, name="visits")
app.add_typer(rules.app, name="rules")
app.add_typer(reference.app, name="reference")


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"precertain {version('precertain')}")
        raise typer.Exit


@app.callback()
def main(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    """Coverage and prior authorization of outpatient therapy, before the visit is booked."""


def run() -> None:
    """Run the command; what is the user's to mend is told, with exit status 2."""
    try:
        app()
    except UserError as error:
        tell(error.problems)
        sys.exit(WRONG_INPUT)


if __name__ == "__main__":
    run()
