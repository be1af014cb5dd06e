"""What became of the mistakes, with the examples to add."""

from __future__ import annotations

from collections.abc import Mapping

from cli.show.page import Page
from engine.quality.mutation import Counts, MissingExample, Mutation, Tried


def show_mutation(found: Mapping[str, Mutation], counts: Mapping[str, Counts]) -> None:
    """``found``: what was tried now; ``counts``: of each payer, those that the record answers for too."""
    page = Page()
    for mutation in found.values():
        for tried in mutation.tried:
            if tried.fate == "survived":
                _show_survivor(tried, page)
    if len(counts) > 1:
        page.rows(*(_payer(payer, one, payer in found) for payer, one in counts.items()), by=0)
        page.line()
    whole = sum(counts.values(), start=Counts())
    page.rows(
        ("caught by an example", str(whole.killed)),
        ("proved to change no answer", str(whole.excused)),
        ("caught by none", str(whole.survived)),
        *((("not tried, the time was up", str(whole.not_tried)),) if whole.not_tried else ()),
        by=0,
    )
    page.line(f"Score: {whole.score:.1%}")


def _payer(payer: str, counts: Counts, tried: bool) -> tuple[str, ...]:
    said = f"{counts.killed} of {counts.killed + counts.survived + counts.not_tried} caught"
    return payer, f"{counts.score:.1%}", said if tried else f"{said}, as recorded"


def _show_survivor(tried: Tried, page: Page) -> None:
    page.verbatim(f"{tried.where}: {tried.rule}: no example fails where")
    page.line(tried.mistake, by=2)
    if tried.missing is None:
        page.line("The solver found no case to show; look at the rule yourself.", by=2)
    else:
        page.line(f"Add beside {tried.missing.rule}:", by=2)
        for line in as_yaml(tried.missing):
            page.verbatim(line, by=4)
    page.line()


def as_yaml(missing: MissingExample) -> tuple[str, ...]:
    """The example as it is written beside its rule; its name is the maintainer's to find."""
    from engine.language.canonical import lines_of

    example: dict[str, object] = {"name": "say in a sentence what this case shows", "given": dict(missing.given)}
    return lines_of([example | {"expect": {"applies": missing.applies}}])


def mutation_json(found: Mapping[str, Mutation], counts: Mapping[str, Counts]) -> dict[str, object]:
    return {
        **_counted(sum(counts.values(), start=Counts())),
        "payers": {payer: _counted(one) | {"tried": payer in found} for payer, one in counts.items()},
        "survivors": [
            {
                "rule": tried.rule,
                "mistake": tried.mistake,
                "file": tried.where.file,
                "line": tried.where.line,
                "add": "\n".join(as_yaml(tried.missing)) if tried.missing else None,
            }
            for mutation in found.values()
            for tried in mutation.tried
            if tried.fate == "survived"
        ],
    }


def _counted(counts: Counts) -> dict[str, object]:
    return {
        "score": round(counts.score, 4),
        "killed": counts.killed,
        "excused": counts.excused,
        "survived": counts.survived,
        "not_tried": counts.not_tried,
    }
