"""The good-faith estimate: expected charges of the planned visits, for patients who pay themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from engine.decision import Deadline, Decision
from engine.treatment import PlannedTreatment
from letters.clauses import clause_evidence, clause_names
from letters.context import Node
from letters.letter import Gap
from letters.quotes import Ledger
from letters.requirements import charge_gaps
from letters.words import counted, in_letter, money

DOCUMENT = "good_faith_estimate"
MOST_WEEKS = 52
"""One estimate covers services that recur over at most twelve months (45 CFR 149.610, from memory)."""

_CLAUSES = ("gfe_estimate_only", "gfe_more_services", "gfe_dispute", "gfe_no_contract")


def gaps(treatment: PlannedTreatment) -> Iterator[Gap]:
    """Each line without a charge."""
    return charge_gaps(treatment, range(1, len(treatment.lines) + 1))


def evidence(treatment: PlannedTreatment, decision: Decision) -> Mapping[str, str]:
    """What the estimate rests on besides the case and the findings: the charges summed, and when it is due."""
    found = {f"estimate.{name}": money(amount) for name, amount in _amounts(treatment).items()}
    if due := _due(decision):
        found[f"decision.deadlines.{due.id}"] = f"{due.title} {in_letter(due.due) if due.due else ''}"
    return {**found, **clause_evidence(_CLAUSES)}


def names(treatment: PlannedTreatment, decision: Decision, ledger: Ledger) -> Mapping[str, Node]:
    """For templates: ``estimate`` with its lines and totals, each where known, and the clauses on the estimate."""
    amounts = _amounts(treatment)
    paths = [f"diagnoses.{number}" for number in range(1, len(treatment.diagnoses or ()) + 1)]
    estimate: dict[str, Node] = {
        name: ledger.quote(money(amounts[name]), f"estimate.{name}") for name in ("visit", "course") if name in amounts
    }
    if paths:
        estimate["diagnoses"] = ledger.quote(", ".join(treatment.diagnoses or ()), *paths)
    estimate["lines"] = [_line(number, treatment, decision, ledger) for number in range(1, len(treatment.lines) + 1)]
    if (due := _due(decision)) and due.due:
        estimate["due"] = ledger.quote(due.due, f"decision.deadlines.{due.id}")
    return {"estimate": estimate, **clause_names(_CLAUSES, ledger)}


def notes(treatment: PlannedTreatment) -> Iterator[str]:
    """What whoever hands the estimate over has still to do."""
    if treatment.provider.address is None:
        yield "An estimate names the place of the visits: write it in, or give provider.address."
    if treatment.plan_of_care.visits is None:
        yield "No number of visits is planned (plan_of_care.visits): the estimate is for one visit."


def _amounts(treatment: PlannedTreatment) -> Mapping[str, Decimal]:
    """The charges by line, of a visit and of all planned visits, each where known."""
    visits, found = treatment.plan_of_care.visits, dict[str, Decimal]()
    for number, line in enumerate(treatment.lines, 1):
        if line.charge is not None:
            found[f"lines.{number}.charge"] = line.charge
            if visits is not None:
                found[f"lines.{number}.course"] = line.charge * visits
    charges = [line.charge for line in treatment.lines if line.charge is not None]
    if len(charges) == len(treatment.lines):
        found["visit"] = sum(charges, Decimal(0))
        if visits is not None:
            found["course"] = found["visit"] * visits
    return found


def _line(number: int, treatment: PlannedTreatment, decision: Decision, ledger: Ledger) -> Node:
    judged, amounts = decision.lines[number - 1], _amounts(treatment)
    line: dict[str, Node] = {"code": ledger.quote(judged.code, f"lines.{number}.code")}
    if judged.label is not None:
        line["label"] = ledger.quote(judged.label, f"lines.{number}.code", f"decision.lines.{number}.label")
    if (quantity := _quantity(number, decision)) is not None:
        line["quantity"] = ledger.quote(*quantity)
    for name in ("charge", "course"):
        path = f"lines.{number}.{name}"
        if path in amounts:
            line[name] = ledger.quote(money(amounts[path]), f"estimate.{path}")
    if "charge" not in line:
        line["charge"] = ledger.quote(f"[missing: lines.{number}.charge]", f"lines.{number}.charge")
    return line


def _quantity(number: int, decision: Decision) -> tuple[str, ...] | None:
    """Units and minutes of a visit as far as known, with what they rest on."""
    line, said, rests_on = decision.lines[number - 1], list[str](), list[str]()
    for name, noun in (("units", "unit"), ("minutes", "minute")):
        value = getattr(line, name)
        if value is not None:
            said.append(counted(value, noun))
            rests_on.append(f"decision.lines.{number}.{name}")
    return (", ".join(said), *rests_on) if said else None


def _due(decision: Decision) -> Deadline | None:
    return next((deadline for deadline in decision.deadlines if deadline.id == DOCUMENT), None)
