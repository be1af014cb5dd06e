"""The commands for rule maintainers: rules list, show, lint, test, schema and docs."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import orjson
import typer

from cli import comparing, impact, maintenance, quality, releases, rule_files, watching
from cli.named import ruleset_named
from cli.session import (
    WRONG_INPUT,
    AsJson,
    JUnitFile,
    Output,
    Rulesets,
    Today,
    day_asked,
    print_json,
    rulesets_only,
    stop,
    tell,
)
from engine import Library, Problem
from engine.files import write_whole
from engine.problem_codes import Level

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="For those who write and keep the rules.")
app.command("diff")(comparing.diff)
app.command("graph")(comparing.graph)
app.command("impact")(impact.impact)
app.command("coverage")(quality.coverage)
app.command("mutate")(quality.mutate)
app.command("test")(quality.run_tests)
app.command("new")(rule_files.new)
app.command("fmt")(rule_files.fmt)
app.command("watch")(watching.watch)
app.command("release")(releases.release)
app.command("install")(releases.install)
app.command("back")(releases.back)
app.command("releases")(releases.releases)
app.command("verify")(releases.verify)
app.command("trust")(releases.trust)
app.command("public-key")(releases.public_key)
app.command("stale")(maintenance.stale)
app.command("review")(maintenance.review)
app.command("reviews")(maintenance.reviews)


@app.command("list")
def list_rulesets(as_json: AsJson = False, rulesets: Rulesets = None) -> None:
    """List the rulesets: which payer each answers for, its version and when it was last verified."""
    books = rulesets_only(rulesets)
    found = books.all()
    if as_json:
        print_json(
            [
                {
                    "id": ruleset.id,
                    "payer": ruleset.payer,
                    "title": ruleset.title,
                    "version": ruleset.version,
                    "verified": ruleset.verified.isoformat(),
                    "rules": len(ruleset.rules),
                    "own": books.listed[ruleset.id].own,
                    "sha256": ruleset.used[0].sha256,
                }
                for ruleset in found
            ]
        )
        return
    from cli.show.page import Page
    from cli.show.words import count

    rows = (
        (
            ruleset.id,
            "for a payer" if ruleset.payer else "a base",
            f"{count(len(ruleset.rules), 'rule')}, version {ruleset.version}, verified {ruleset.verified}"
            + (", the practice's own" if books.listed[ruleset.id].own else ""),
        )
        for ruleset in found
    )
    Page().rows(*rows, by=0)


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="RULESET", help="A ruleset's or a payer's id.")],
    rule: Annotated[str | None, typer.Argument(metavar="RULE", help="Only this rule.")] = None,
    as_json: AsJson = False,
    rulesets: Rulesets = None,
) -> None:
    """Show a ruleset in plain English, inherited rules included."""
    from cli.show.page import Page
    from cli.show.rulesets import rules_json, show_clocks, show_rules

    books = rulesets_only(rulesets)
    ruleset = ruleset_named(books, name)
    chosen = tuple(one for one in ruleset.rules if rule in (None, one.id, one.id.rpartition("/")[2]))
    if not chosen:
        near = get_close_matches(rule or "", [one.id.rpartition("/")[2] for one in ruleset.rules], n=1)
        hint = f"did you mean {near[0]}?" if near else None
        stop(Problem("unknown-rule", f"{ruleset.id} has no rule {rule!r}", hint=hint))
    if as_json:
        print_json(rules_json(ruleset, chosen))
    else:
        page = Page()
        show_rules(ruleset, chosen, {one.id: one.title or one.id for one in books.listed.values()}, page)
        if rule is None:
            show_clocks(ruleset, page)


@app.command()
def lint(
    payer: Annotated[str | None, typer.Argument(metavar="PAYER", help="Only this payer's rules.")] = None,
    older_than: Annotated[
        int | None,
        typer.Option("--older-than", metavar="DAYS", min=0, help="Tell of sources last verified longer ago than that."),
    ] = None,
    notes: Annotated[bool, typer.Option("--notes", help="Tell what the rulesets leave open, too.")] = False,
    sarif: Annotated[
        Path | None, typer.Option("--sarif", metavar="FILE", help="Write all that is found as SARIF 2.1.0, too.")
    ] = None,
    junit: JUnitFile = None,
    today: Today = None,
    as_json: AsJson = False,
    rulesets: Rulesets = None,
) -> None:
    """Check the rulesets: form, sources, dates, language, examples, and what rules can never do. Only errors fail."""
    from engine.lint import lint as lint_library

    books = rulesets_only(rulesets)
    only = ruleset_named(books, payer).payer if payer else None
    problems = lint_library(books, only, day=day_asked(today), older_than=older_than)
    if sarif is not None:
        from cli.show.sarif import sarif as as_sarif

        _write(sarif, orjson.dumps(as_sarif(problems, Path.cwd()), option=orjson.OPT_INDENT_2))
    if junit is not None:
        from cli.show.junit import junit as as_junit
        from cli.show.problems import as_cases

        here = Path.cwd()
        write_whole(junit, as_junit("rules lint", tuple(as_cases(problems, _linted(books, only), here)), here))
    if as_json:
        print_json([_problem_json(problem) for problem in problems])
    else:
        tell([problem for problem in problems if notes or problem.level != "note"])
        print(_summary(problems, notes))
    if any(problem.level == "error" for problem in problems):
        raise typer.Exit(WRONG_INPUT)


def _linted(books: Library, payer: str | None) -> list[str]:
    """The files that were checked: those of a payer's rules, or all."""
    ruleset = books.for_payer(payer) if payer else None
    names = [used.id for used in ruleset.used] if ruleset else list(books.listed)
    return [str(books.listed[name].path) for name in names]


def _summary(problems: Sequence[Problem], notes: bool) -> str:
    from cli.show.words import count

    if not problems:
        return "No problem in any ruleset."
    levels: tuple[Level, ...] = ("error", "warning", "note")
    told = ", ".join(count(sum(problem.level == level for problem in problems), level) for level in levels)
    return told if notes else f"{told}; --notes tells the notes"


def _problem_json(problem: Problem) -> dict[str, str | int | None]:
    where = problem.where
    return {
        "code": problem.code,
        "level": problem.level,
        "message": problem.message,
        "file": where.file if where else None,
        "line": where.line if where else None,
        "column": where.column if where else None,
        "key": problem.key,
        "hint": problem.hint,
    }


@app.command()
def schema(output: Output = None) -> None:
    """Print the JSON Schema of a ruleset file, from which editors complete and check."""
    from engine.language.schema import json_schema

    if output is None:
        print_json(json_schema())
    else:
        _write(output, orjson.dumps(json_schema(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


@app.command()
def docs(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="The folder to write to.")],
    rulesets: Rulesets = None,
) -> None:
    """Write the reference pages: facts, problem codes, warnings and every ruleset in plain English."""
    from cli.show.pages import pages

    output.mkdir(parents=True, exist_ok=True)
    for name, text in pages(rulesets_only(rulesets)).items():
        _write(output / name, text.encode())


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        stop(Problem("cannot-write", f"{path}: {error.strerror or error}"))
    print(f"Wrote {path}")
