"""The command ``precertain``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli.session import (
    EXIT_STATUS,
    WRONG_INPUT,
    AsJson,
    CaseFiles,
    Rulesets,
    Strict,
    Today,
    day_asked,
    library,
    print_json,
    read,
    tell,
)
from engine import UserError
from engine import check as decide

app = typer.Typer(add_completion=True, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def main() -> None:
    """Coverage and prior authorization of outpatient therapy, before the visit is booked."""


@app.command()
def check(
    cases: CaseFiles,
    as_json: AsJson = False,
    strict: Strict = False,
    keep_going: Annotated[bool, typer.Option("--keep-going")] = False,
    today: Today = None,
    rulesets: Rulesets = None,
) -> None:
    """Decide planned treatments."""
    found, problems = read(cases)
    tell(problems)
    if problems and not keep_going:
        raise typer.Exit(WRONG_INPUT)
    books = library(rulesets)
    decisions = [decide(case.treatment, books, today=day_asked(today), strict=strict) for case in found]
    if as_json:
        print_json(decisions[0].as_json() if len(decisions) == 1 else [item.as_json() for item in decisions])
    else:
        for item in decisions:
            print(item.headline.upper(), item.sentence)
    raise typer.Exit(WRONG_INPUT if problems else max((EXIT_STATUS[item.headline] for item in decisions), default=0))


def run() -> None:
    """Run the command; what is the user's to mend is told, with exit status 2."""
    try:
        app()
    except UserError as error:
        tell(error.problems)
        sys.exit(WRONG_INPUT)


if __name__ == "__main__":
    run()
