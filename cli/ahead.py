"""The command runs-out: the planned visits one after the other, and where the answer turns."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.session import AsJson, CaseFile, Rulesets, Today, day_asked, library, print_json, read_one


def runs_out(
    case: CaseFile,
    per_week: Annotated[int, typer.Option("--per-week", min=1, max=5, help="Visits a week.")],
    as_json: AsJson = False,
    today: Today = None,
    rulesets: Rulesets = None,
) -> None:
    """Tell when approved visits, units, dollars or a benefit run out, and the last day to ask for more."""
    from cli.show.page import Page
    from cli.show.run_out import show_run_out
    from engine.run_out import run_out

    treatment = read_one(case).treatment
    day = treatment.today or day_asked(today)
    found = run_out(treatment, library(rulesets), today=day, per_week=per_week)
    if as_json:
        print_json(found.as_json())
    else:
        show_run_out(found, day, Page())
