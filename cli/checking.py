"""The commands about one case: check, why and whatif."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from cli.named import misspelt
from cli.record import Asked, record
from cli.session import (
    EXIT_STATUS,
    WRONG_INPUT,
    AsJson,
    CaseFile,
    CaseFiles,
    Rulesets,
    Strict,
    Today,
    day_asked,
    library,
    print_json,
    read,
    read_one,
    stop,
    tell,
)
from engine import Decision, Library, PlannedTreatment, Problem
from engine import check as decide


def check(
    cases: CaseFiles,
    as_json: AsJson = False,
    strict: Strict = False,
    keep_going: Annotated[bool, typer.Option("--keep-going", help="Decide the good cases of a file with bad ones.")] = (
        False
    ),
    today: Today = None,
    rulesets: Rulesets = None,
) -> None:
    """Decide planned treatments: covered or not, authorized first or not, and what is to be done.

    Exit status: 0 book, 10 book and request, 20 authorize first, 30 call the payer, 40 not covered; of several cases
    the highest. 2: the input is wrong.
    """
    day, books = day_asked(today), library(rulesets)
    found, problems = read(cases)
    if problems and not keep_going:
        stop(*problems)
    tell(problems)
    asked = [Asked(one.treatment, strict, decide(one.treatment, books, today=day, strict=strict)) for one in found]
    decisions = [one.decision for one in asked]
    tell([*misspelt(books, decisions)])
    if as_json:
        print_json(decisions[0].as_json() if len(decisions) == 1 else [decision.as_json() for decision in decisions])
    else:
        _show(decisions)
    if asked:
        record(asked)
    raise typer.Exit(WRONG_INPUT if problems else max(EXIT_STATUS[decision.headline] for decision in decisions))


def _show(decisions: list[Decision]) -> None:
    from cli.show.decision import show
    from cli.show.page import Page

    page = Page()
    for number, decision in enumerate(decisions):
        if number:
            page.line("\n" + "-" * 72 + "\n")
        show(decision, page)


def why(
    case: CaseFile,
    rule: Annotated[str | None, typer.Argument(metavar="RULE", help="A rule's id, or the last part of it.")] = None,
    near: Annotated[
        bool, typer.Option("--cliffs", help="Show the nearest changes of schedule and paper that give another answer.")
    ] = False,
    as_json: AsJson = False,
    strict: Strict = False,
    today: Today = None,
    rulesets: Rulesets = None,
) -> None:
    """Show each condition of each rule, fired or not, with the fact's value: true, false or unknown."""
    from cli.show.page import Page
    from cli.show.trees import show_trees, trees_json
    from engine.explain import explain

    books, treatment = library(rulesets), read_one(case).treatment
    if near:
        _cliffs(treatment, books, day_asked(today), strict=strict, as_json=as_json)
        return
    trees = explain(treatment, books, today=day_asked(today), strict=strict, rule=rule)
    if rule is not None and not trees:
        ids = [known.id for known in books.engine(treatment.coverage.payer).ruleset.rules]
        stop(_no_rule(rule, ids, treatment.coverage.payer))
    if as_json:
        print_json(trees_json(trees))
    else:
        show_trees(trees, Page(), every=rule is not None)


def _cliffs(treatment: PlannedTreatment, books: Library, day: date, *, strict: bool, as_json: bool) -> None:
    from cli.show.cliffs import show_cliffs
    from cli.show.page import Page
    from engine.cliffs import cliffs

    before, found = cliffs(treatment, books, today=day, strict=strict)
    if as_json:
        print_json([cliff.as_json() for cliff in found])
    else:
        show_cliffs(before, found, Page())


def _no_rule(rule: str, ids: list[str], payer: str) -> Problem:
    from difflib import get_close_matches

    names = {name for known in ids for name in (known, known.rpartition("/")[2])}
    near = get_close_matches(rule, names, n=1)
    return Problem("unknown-rule", f"{payer} has no rule {rule!r}", hint=f"did you mean {near[0]}?" if near else None)


def whatif(
    case: CaseFile,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="A fact to set; an empty value takes it away."),
    ] = None,
    as_json: AsJson = False,
    strict: Strict = False,
    today: Today = None,
    rulesets: Rulesets = None,
) -> None:
    """Decide a case as it is and with facts changed, and show what differs.

    Without --set: the nearest changes of schedule and paper that give another answer.
    """
    from cli.show.changes import show_whatif
    from cli.show.page import Page
    from engine.changes import compare, with_facts

    day, books, treatment = day_asked(today), library(rulesets), read_one(case).treatment
    if not settings:
        _cliffs(treatment, books, day, strict=strict, as_json=as_json)
        return
    before = decide(treatment, books, today=day, strict=strict)
    after = decide(with_facts(treatment, settings), books, today=day, strict=strict)
    found = compare(before, after)
    if as_json:
        print_json(
            {"before": before.as_json(), "after": after.as_json(), "differences": [one.as_json() for one in found]}
        )
    else:
        show_whatif(before, after, found, Page())
