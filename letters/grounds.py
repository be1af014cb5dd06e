"""What a sentence of a letter rests on, told to whoever reads it beside the letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.decision import Decision
from engine.treatment import PlannedTreatment
from letters.audit import carried
from letters.case_facts import known_facts
from letters.criteria import citation
from letters.letter import Letter
from letters.words import displayed

GroundKind = Literal["fact", "clause", "missing", "decision"]


@dataclass(frozen=True, slots=True)
class Ground:
    """A fact of the case by its path, a clause by its rule, a fact that is missing, or what was decided of the case.

    ``text``: the fact's value, the clause in plain words, or what was decided; ``cited``: the clause's source.
    """

    kind: GroundKind
    name: str
    text: str
    cited: str = ""


def grounds(
    letter: Letter, treatment: PlannedTreatment, decision: Decision, enclosed: Sequence[str] = ()
) -> Mapping[str, Ground]:
    """Everything that the letter may rest on, by the name that its texts give."""
    facts = known_facts(treatment)
    found = {
        name: Ground("decision", name, words) for name, words in carried(letter, treatment, decision, enclosed).items()
    }
    found |= {path: Ground("fact", path, displayed(path, value)) for path, value in facts.items()}
    found |= {
        finding.rule: Ground("clause", finding.rule, finding.message, citation(finding.source))
        for finding in decision.findings
    }
    return found | {gap.path: Ground("missing", gap.path, gap.question) for gap in letter.gaps}
