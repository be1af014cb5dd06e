"""What is wrong with a field, beside it: what was typed, why it cannot stand, and the nearest right thing."""

from __future__ import annotations

from markupsafe import Markup

from engine.problems import Problem
from web.languages import N_, capital, gettext, in_english, said

NEEDED = N_("This is needed.")


def told(problem: Problem, given: str | None, hint: str | None = None) -> str:
    """In the language of the page; ``hint``: instead of the problem's own, which is English."""
    if problem.code == "missing-key":
        return gettext(NEEDED)
    why = said(problem.said or problem.message)
    why = gettext("“%(given)s” %(why)s.", given=given, why=why) if given else gettext("This %(why)s.", why=why)
    hint = hint or (in_english(capital(problem.hint)) if problem.hint else None)
    return Markup("{} {}").format(why, hint) if hint else why
