"""The command units: what minutes give, without a case."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from cli.session import AsJson, library, print_json, stop
from engine import Problem
from engine.decision import UnitSummary
from engine.reference import Reference
from engine.units import TimedLine
from engine.visit_units import RULES, summarize

_LINE = re.compile(r"([A-Z0-9]{5})=([0-9]{1,4})")
_MOST_MINUTES = 1_440


def units(
    lines: Annotated[list[str], typer.Argument(metavar="CODE=MINUTES…", help="Codes with their minutes: 97535=30.")],
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="cms|spm", help="The payer's unit rule; without it both are shown.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Count units: by total time (cms), by the midpoint of each code (spm), or by both."""
    chosen = next((known for known in RULES if known == rule), None)
    problems = [problem for line in lines if (problem := _problem(line))]
    if rule is not None and chosen is None:
        problems.append(Problem("not-allowed", f"--rule is cms or spm, not {rule!r}"))
    if problems:
        stop(*problems)
    reference = library(None).reference
    summary = summarize(tuple(_timed(line, reference) for line in lines), chosen)
    if as_json:
        print_json({**summary.as_json(), "lines": [line.as_json() for line in summary.lines]})
    else:
        _show(summary, reference)


def _problem(line: str) -> Problem | None:
    matched = _LINE.fullmatch(line)
    if not matched:
        return Problem("broken-value", f"a line is CODE=MINUTES, not {line!r}", hint="such as 97535=30")
    if int(matched[2]) > _MOST_MINUTES:
        return Problem("out-of-range", f"{line}: a day has {_MOST_MINUTES} minutes")
    return None


def _timed(line: str, reference: Reference) -> TimedLine:
    code, _, minutes = line.partition("=")
    entry = reference.codes.get(code)
    timing, alone = (entry.timing, entry.kind == "caregiver") if entry else (None, False)
    return TimedLine(code, timing, int(minutes), alone=alone)


def _show(summary: UnitSummary, reference: Reference) -> None:
    from cli.show.page import Page
    from cli.show.words import count

    page = Page()
    if summary.rule:
        total = "open" if summary.total_units is None else count(summary.total_units, "unit")
        page.line(f"{total} by the {summary.rule} rule", "bold")
        page.rows(*((line.code, _said(line.units), _label(line.code, reference)) for line in summary.lines))
    for alternative in summary.alternatives:
        named = ", ".join(f"{line.code}: {_said(line.units)}" for line in alternative.lines)
        page.line(f"{'also allowed' if summary.rule else f'by the {alternative.rule} rule'}: {named}")


def _said(units: int | None) -> str:
    from cli.show.words import count

    return "not known" if units is None else count(units, "unit")


def _label(code: str, reference: Reference) -> str:
    entry = reference.codes.get(code)
    return entry.label if entry else "a code that no ruleset knows"
