"""The commands that prove rules by their examples: test, coverage and mutate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer

from cli.named import payers_named, ruleset_named
from cli.session import WRONG_INPUT, AsJson, JUnitFile, Rulesets, print_json, rulesets_only
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


def mutate(
    payer: Payer = None,
    budget: Annotated[
        int | None, typer.Option("--budget", metavar="SECONDS", min=1, help="Stop trying after so long, and say so.")
    ] = None,
    at_least: Annotated[
        float,
        typer.Option("--at-least", metavar="PERCENT", min=0, max=100, help="The score that each payer's rules reach."),
    ] = 95,
    prove: Annotated[bool, typer.Option(help="Ask the solver about the mistakes that no example catches.")] = True,
    changed: Annotated[
        Path | None, typer.Option("--changed", metavar="FILE", help="Try only rulesets changed since this record.")
    ] = None,
    record: Annotated[
        Path | None, typer.Option("--record", metavar="FILE", help="Write what was found as the record.")
    ] = None,
    as_json: AsJson = False,
    rulesets: Rulesets = None,
) -> None:
    """Put every small mistake into the rules, and tell those that no example catches, each with the example to add.

    Exit status 2 where a score is not reached, or the time did not suffice.
    """
    from cli.show.mutation import mutation_json, show_mutation
    from cli.show.progress import progress
    from engine.quality import record as recording
    from engine.quality.mutation import mutate_all

    library = rulesets_only(rulesets)
    payers = payers_named(library, payer)
    known = recording.unchanged(changed, library) if changed else {}
    with progress("Trying mistakes, payers done") as told:
        wanted = [one for one in payers if one not in known]
        found = mutate_all(library, wanted, seconds=budget, prove=prove, told=told)
    counts = known | {one: mutation.counts for one, mutation in found.items()}
    if record is not None:
        recording.record(record, library, counts)
    counts = {one: counts[one] for one in payers}
    if as_json:
        print_json(mutation_json(found, counts))
    else:
        show_mutation(found, counts)
    if any(one.score * 100 < at_least or one.not_tried for one in counts.values()):
        raise typer.Exit(WRONG_INPUT)


def run_tests(
    payer: Payer = None,
    junit: JUnitFile = None,
    sarif: Annotated[
        Path | None, typer.Option("--sarif", metavar="FILE", help="Write what fails as SARIF 2.1.0, too.")
    ] = None,
    as_json: AsJson = False,
    rulesets: Rulesets = None,
) -> None:
    """Decide every example beside the rules and compare with what its author expects."""
    from cli.show.examples import as_cases, as_problems, examples_json, show_examples
    from engine.parallel import each_payer
    from engine.quality.examples import run_examples

    library = rulesets_only(rulesets)
    one = ruleset_named(library, payer).payer if payer else None
    payers = (one,) if one else library.payers
    results = tuple(result for found in each_payer(run_examples, library, payers) for result in found)
    if junit is not None:
        from cli.show.junit import junit as as_junit

        write_whole(junit, as_junit("rules test", tuple(as_cases(results)), Path.cwd()))
    if sarif is not None:
        from cli.show.sarif import sarif as as_sarif

        write_whole(sarif, orjson.dumps(as_sarif(as_problems(results), Path.cwd()), option=orjson.OPT_INDENT_2))
    if as_json:
        print_json(examples_json(results))
    else:
        show_examples(results)
    if not all(one.passed for one in results):
        raise typer.Exit(WRONG_INPUT)
