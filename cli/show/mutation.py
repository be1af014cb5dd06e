"""What became of the mistakes, with the examples to add."""

from __future__ import annotations

from cli.show.page import Page
from engine.quality.mutation import MissingExample, Mutation, Tried


def show_mutation(found: Mutation) -> None:
    page = Page()
    for tried in found.tried:
        if tried.fate == "survived":
            _show_survivor(tried, page)
    page.rows(
        ("caught by an example", str(found.count("killed"))),
        ("proved to change no answer", str(found.count("excused"))),
        ("caught by none", str(found.count("survived"))),
        *((("not tried, the time was up", str(found.count("not tried"))),) if found.count("not tried") else ()),
        by=0,
    )
    page.line(f"Score: {found.score:.1%}")


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


def mutation_json(found: Mutation) -> dict[str, object]:
    return {
        "score": round(found.score, 4),
        "killed": found.count("killed"),
        "excused": found.count("excused"),
        "survived": found.count("survived"),
        "not_tried": found.count("not tried"),
        "survivors": [
            {
                "rule": tried.rule,
                "mistake": tried.mistake,
                "file": tried.where.file,
                "line": tried.where.line,
                "add": "\n".join(as_yaml(tried.missing)) if tried.missing else None,
            }
            for tried in found.tried
            if tried.fate == "survived"
        ],
    }
