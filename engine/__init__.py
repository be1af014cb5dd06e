"""precertain as a library: decide a planned treatment by dated, cited payer rules, without the command or a database."""

from __future__ import annotations

from engine.decide import check
from engine.decision import Decision
from engine.language.load import Library, load_rulesets
from engine.problems import Problem, Span, UserError
from engine.treatment import PlannedTreatment

__all__ = ["Decision", "Library", "PlannedTreatment", "Problem", "Span", "UserError", "check", "load_rulesets"]
