"""Cited clauses of rules and laws, as notices to patients quote them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.decision import Finding
from engine.language.load import BUNDLED
from engine.notices import load_clauses
from letters.context import Node
from letters.criteria import citation
from letters.quotes import Ledger

REFERENCE = BUNDLED / "reference"


def clause_evidence(names: Sequence[str]) -> Mapping[str, str]:
    """What each clause says and where it was read."""
    clauses = load_clauses(REFERENCE)
    return {_name(name): f"{clauses[name].text} {citation(clauses[name].source)}" for name in names}


def clause_names(names: Sequence[str], ledger: Ledger, findings: Sequence[Finding] = ()) -> Mapping[str, Node]:
    """For templates: ``notices``, the findings and the clauses in order, and ``sources``, where each was read, once."""
    clauses = load_clauses(REFERENCE)
    told = [(finding.message, finding.source, finding.rule) for finding in findings]
    told += [(clauses[name].text, clauses[name].source, _name(name)) for name in names]
    read_in: dict[str, list[str]] = {}
    for _, source, rests_on in told:
        read_in.setdefault(citation(source), []).append(rests_on)
    return {
        "notices": [ledger.quote(text, rests_on) for text, _, rests_on in told],
        "sources": [ledger.quote(source, *cited) for source, cited in read_in.items()],
    }


def _name(clause: str) -> str:
    return f"clauses.{clause}"
