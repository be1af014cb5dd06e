"""What templates may speak of: the case's known facts and the decision's findings, each value a quote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeAlias

from engine.decision import Decision
from engine.icd10cm import description
from engine.treatment import PlannedTreatment
from letters.case_facts import known_facts
from letters.criteria import Criterion, attachments, citation, criteria
from letters.letter import Gap
from letters.quotes import Ledger, Quote
from letters.words import displayed

Node: TypeAlias = "Quote | str | dict[str, Node] | list[Node]"

_SECTIONS = ("patient", "coverage", "provider", "site", "plan_of_care", "episode", "referral", "necessity", "denial")
_LISTS = ("diagnoses", "plan_of_care.goals")


def context(
    treatment: PlannedTreatment, decision: Decision, ledger: Ledger, dated: date, missing: Sequence[Gap]
) -> Mapping[str, Node]:
    """The names of a template: the keys of the case, ``today``, ``payer``, ``criteria`` and ``attachments``.

    A fact that the case does not have is undefined; a missing required one is a visible gap (drafts only).
    """
    facts = known_facts(treatment)
    quotes = {path: ledger.quote(value, path, text=displayed(path, value)) for path, value in facts.items()}
    for gap in missing:
        if gap.path not in _LISTS:
            quotes[gap.path] = ledger.quote(f"[missing: {gap.path}]", gap.path)
    case = _nested(quotes)
    for name in _SECTIONS:
        case.setdefault(name, {})
    case["lines"] = [_line(number, quotes, decision, ledger) for number in range(1, len(treatment.lines) + 1)]
    codes = enumerate(treatment.diagnoses or (), 1)
    case["diagnoses"] = [_diagnosis(f"diagnoses.{number}", code, quotes, ledger) for number, code in codes]
    case["today"] = ledger.quote(dated, "today")
    case["payer"] = quotes["coverage.payer"]
    if decision.payer_title is not None:
        case["payer"] = ledger.quote(decision.payer_title, "coverage.payer", "decision.payer_title")
    case["criteria"] = [criterion_names(criterion, ledger) for criterion in criteria(decision, facts)]
    case["attachments"] = [ledger.quote(paper.title, *paper.rests_on) for paper in attachments(decision, facts)]
    return case


def criterion_names(criterion: Criterion, ledger: Ledger) -> dict[str, Node]:
    """A rule, its source, and what of the case meets it."""
    rests_on = dict.fromkeys(name for met in criterion.met for name in met.rests_on)
    return {
        "rule": ledger.quote(criterion.finding.message, criterion.finding.rule),
        "source": ledger.quote(citation(criterion.finding.source), criterion.finding.rule),
        "met": ledger.quote("\n".join(met.text for met in criterion.met), *rests_on),
    }


def _line(number: int, quotes: Mapping[str, Quote], decision: Decision, ledger: Ledger) -> dict[str, Node]:
    """A line's code, plain label, minutes and units of a visit; each where known."""
    path, judged = f"lines.{number}", decision.lines[number - 1]
    line: dict[str, Node] = {"code": quotes[f"{path}.code"]}
    for name, decided in (("label", judged.label), ("minutes", judged.minutes), ("units", judged.units)):
        if f"{path}.{name}" in quotes:
            line[name] = quotes[f"{path}.{name}"]
        elif decided is not None:
            line[name] = ledger.quote(decided, f"{path}.code", f"decision.{path}.{name}")
    return line


def _diagnosis(path: str, code: str, quotes: Mapping[str, Quote], ledger: Ledger) -> dict[str, Node]:
    """A diagnosis with its ICD-10-CM text, where the code has one."""
    diagnosis: dict[str, Node] = {"code": quotes[path]}
    text = description(code)
    if text is not None:
        diagnosis["text"] = ledger.quote(text, path, f"icd-10-cm.{path}")
    return diagnosis


def _nested(quotes: Mapping[str, Quote]) -> dict[str, Node]:
    """Paths as nested names; numbered ones as lists."""
    root: dict[str, Node] = {}
    for path, quote in quotes.items():
        *parents, name = path.split(".")
        node = root
        for parent in parents:
            node = node.setdefault(parent, {})  # type: ignore[assignment]  # a path's parent is never a value
        node[name] = quote
    return {name: _listed(node) for name, node in root.items()}


def _listed(node: Node) -> Node:
    if not isinstance(node, dict):
        return node
    parts = {name: _listed(part) for name, part in node.items()}
    return list(parts.values()) if parts and all(name.isdecimal() for name in parts) else parts
