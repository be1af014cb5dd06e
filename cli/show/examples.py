"""What became of the examples: on the page, as JSON, as JUnit cases and as problems with a place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from cli.show.junit import JUnitCase
from cli.show.page import Page
from cli.show.words import count
from engine import Problem
from engine.quality.examples import ExampleResult


def show_examples(results: Sequence[ExampleResult]) -> None:
    page = Page()
    show_failed(results, page)
    examples = sum(1 for _ in _by_example(results))
    wrong = sum(not one.passed for one in results)
    page.line(f"{count(examples, 'example')}, {count(len(results), 'expectation')}, {wrong} failed")


def show_failed(results: Sequence[ExampleResult], page: Page) -> None:
    for own in _by_example(results):
        failed = [one for one in own if not one.passed]
        if failed:
            page.verbatim(f"{own[0].where}: {own[0].rule}: {own[0].name}")
            page.rows(*_told(failed), by=4)


def _told(failed: Sequence[ExampleResult]) -> Iterator[tuple[str, str]]:
    yield "given", said(failed[0].given) if failed[0].given else "the typical case"
    for one in failed:
        yield "expect", f"{one.key}: {said(one.expected)}"
        yield "got", f"{one.key}: {said(one.got)}"
        yield from (("why" if number == 0 else "", reason) for number, reason in enumerate(one.why))


def said(value: object) -> str:
    """A value as it stands in a ruleset."""
    match value:
        case None:
            return "none"
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case Mapping():
            return ", ".join(f"{key}: {said(one)}" for key, one in value.items()) or "none"
        case list() | tuple():
            return f"[{', '.join(map(said, value))}]"
    return str(value)


def examples_json(results: Sequence[ExampleResult]) -> list[dict[str, object]]:
    return [
        {
            "rule": one.rule,
            "example": one.name,
            "expectation": one.key,
            "expected": str(one.expected),
            "got": str(one.got),
            "passed": one.passed,
            "why": list(one.why),
        }
        for one in results
    ]


def as_cases(results: Sequence[ExampleResult]) -> Iterator[JUnitCase]:
    """A case for each example, in a suite for each ruleset."""
    for own in _by_example(results):
        failed = [one for one in own if not one.passed]
        failure = "; ".join(map(_differs, failed)) if failed else None
        detail = "\n".join(f"{what}: {text}" if what else text for what, text in _told(failed)) if failed else ""
        yield JUnitCase(own[0].ruleset, own[0].rule, own[0].name, own[0].where, failure, detail)


def as_problems(results: Sequence[ExampleResult]) -> list[Problem]:
    """A problem for each expectation that is not met."""
    return [
        Problem(
            "failed-example", f"{one.rule}: {one.name}: {_differs(one)}", one.where, hint="; ".join(one.why) or None
        )
        for one in results
        if not one.passed
    ]


def _differs(one: ExampleResult) -> str:
    return f"{one.key}: expected {said(one.expected)}, got {said(one.got)}"


def _by_example(results: Sequence[ExampleResult]) -> Iterator[tuple[ExampleResult, ...]]:
    for _, own in groupby(results, key=lambda one: (one.rule, one.where)):
        yield tuple(own)
