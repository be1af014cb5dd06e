"""The commands that prove rules by their examples: coverage."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.named import payers_named
from cli.session import WRONG_INPUT, AsJson, Rulesets, print_json, rulesets_only
from engine.files import write_whole

Payer = Annotated[str | None, typer.Argument(metavar="PAYER", help="Only this payer's rules.")]
Html = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a page for a browser too.")]


def coverage(payer: Payer = None, as_json: AsJson = False, html: Html = None, rulesets: Rulesets = None) -> None:
    """Tell what the examples show: each rule, each condition both ways, each number and date at its edge.

    Exit status 2 where something is not shown.
    """

    from cli.show.coverage import as_html, show_coverage
    from engine.quality import coverage as measuring

    library = rulesets_only(rulesets)
    found = measuring.coverage(library, payers_named(library, payer))
    if html is not None:
        write_whole(html, as_html(found).encode())
    if as_json:
        print_json(
            {
                "counts": {
                    kind: dict(zip(("shown", "of"), found.count(kind), strict=True)) for kind in measuring.KINDS
                },
                "missing": [{"rule": side.rule, "kind": side.kind, "what": side.what} for side in found.missing],
            }
        )
    else:
        show_coverage(found)
    if not found.complete:
        raise typer.Exit(WRONG_INPUT)
