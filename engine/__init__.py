"""precertain as a library: planned treatments decided by dated, cited payer rules, without command or database."""

from __future__ import annotations

from engine.decide import check
from engine.decision import Decision
from engine.language.load import Library, load_rulesets
from engine.problems import Problem, Span, UserError
from engine.treatment import PlannedTreatment

__all__ = ["Decision", "Library", "PlannedTreatment", "Problem", "Span", "UserError", "check", "load_rulesets"]
