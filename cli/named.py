"""The ruleset or the payers that a command names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from engine import Decision, Library, Problem, UserError
from engine.language.rules import Ruleset

_NEARLY = 0.85
"""How alike an id is to another that it is taken to be misspelt of, from 0 to 1."""


def ruleset_named(library: Library, name: str) -> Ruleset:
    """By a ruleset's or a payer's id. Raises UserError where nothing is called so."""
    found = library.ruleset(name) if name in library.listed else library.for_payer(name)
    if found is not None:
        return found
    near = get_close_matches(name, library.listed, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(library.listed)}"
    raise UserError([Problem("unknown-ruleset", f"no ruleset is called {name!r}", hint=hint)])


def payers_named(library: Library, name: str | None) -> tuple[str, ...]:
    """The payer of that name; all where none is named. Raises UserError."""
    if name is None:
        return library.payers
    payer = ruleset_named(library, name).payer
    if payer is None:
        extending = f"name a payer that extends it, such as {library.payers[0]}"
        raise UserError([Problem("unknown-ruleset", f"{name} answers for no payer of its own", hint=extending)])
    return (payer,)


def misspelt(library: Library, decisions: Iterable[Decision]) -> Iterator[Problem]:
    """Of the payers for whom no ruleset answered, those whose id is nearly that of one with a ruleset."""
    for payer in dict.fromkeys(decision.payer for decision in decisions if decision.payer_title is None):
        if near := get_close_matches(payer, library.payers, n=1, cutoff=_NEARLY):
            yield Problem("payer-misspelt", f"no ruleset answers for {payer!r}", hint=f"did you mean {near[0]}?")
