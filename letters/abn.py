"""The ABN worksheet: what goes into the blanks of the official form. The form's own sentences are not written here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from engine.decision import Decision, Finding, LineDecision
from engine.facts.dictionary import FACTS
from engine.findings import INFERRED
from engine.notices import load_abn
from engine.treatment import PlannedTreatment
from letters.clauses import REFERENCE, clause_evidence, clause_names
from letters.context import Node
from letters.criteria import citation
from letters.letter import Gap
from letters.quotes import Ledger, Quote
from letters.requirements import charge_gaps
from letters.words import counted, in_letter, money

REASON = "necessity.expected_denial"
_NEVER_COVERED = "GY"
_NOT_BILLED = ("bundled", "invalid_code")
_CLAUSES = ("abn_before_visit", "abn_original_medicare", "abn_blanks")


def is_owed(treatment: PlannedTreatment) -> bool:
    """Whether the clinician wrote why Medicare is not expected to pay."""
    return bool((treatment.necessity.expected_denial or "").strip())


def is_courtesy(treatment: PlannedTreatment, decision: Decision) -> bool:
    """Whether a line is one that Medicare never covers, so that a notice would be a courtesy."""
    return not is_owed(treatment) and any(_NEVER_COVERED in line.modifiers for line in decision.lines)


def services(treatment: PlannedTreatment, decision: Decision) -> tuple[int, ...]:
    """The lines that the notice is about, counted from 1: where none is owed, those that Medicare never covers."""
    numbered = [(number, line) for number, line in enumerate(decision.lines, 1) if line.reason not in _NOT_BILLED]
    if is_courtesy(treatment, decision):
        numbered = [(number, line) for number, line in numbered if _NEVER_COVERED in line.modifiers]
    return tuple(number for number, _ in numbered)


def gaps(treatment: PlannedTreatment, decision: Decision) -> Iterator[Gap]:
    """The reason, and a charge for each line whose cost nothing tells."""
    if not is_owed(treatment) and not is_courtesy(treatment, decision):
        yield Gap(REASON, FACTS[REASON].ask)
    if _cost(treatment, decision) is None:
        yield from charge_gaps(treatment, services(treatment, decision))


def evidence(treatment: PlannedTreatment, decision: Decision, dated: date) -> Mapping[str, str]:
    """What the worksheet rests on besides the case and the findings."""
    form = load_abn(REFERENCE)
    blanks = " ".join(f"{blank.letter} {blank.label} {blank.by}" for blank in form.blanks)
    found = {"abn.form": f"{form.form} {form.title} {blanks}", "abn.cost": _cost(treatment, decision) or ""}
    if edition := form.edition_on(dated):
        found["abn.edition"] = f"{in_letter(edition.expires)} {citation(edition.source)}"
    return {**found, **clause_evidence(_clauses(treatment, decision))}


def names(treatment: PlannedTreatment, decision: Decision, ledger: Ledger, dated: date) -> Mapping[str, Node]:
    """For templates: ``abn`` with the form and what goes into its blanks, and the clauses on the notice."""
    form = load_abn(REFERENCE)
    abn: dict[str, Node] = {
        "form": ledger.quote(f"{form.title}, Form {form.form}", "abn.form"),
        "blanks": {blank.letter: ledger.quote(blank.label, "abn.form") for blank in form.blanks},
        "service": _service(treatment, decision, ledger),
        "cost": _cost_quote(treatment, decision, ledger),
    }
    if is_owed(treatment):
        abn["reason"] = ledger.quote(treatment.necessity.expected_denial or "", REASON)
    elif never := _never_covered(treatment, decision):
        reasons = [found.message.removesuffix(INFERRED) for found in never]
        abn["reason"] = ledger.quote("\n".join(reasons), *(found.rule for found in never))
    if edition := form.edition_on(dated):
        abn["expires"] = ledger.quote(edition.expires, "abn.edition")
        abn["edition_source"] = ledger.quote(citation(edition.source), "abn.edition")
    return {"abn": abn, **clause_names(_clauses(treatment, decision), ledger, _asking(treatment, decision))}


def _clauses(treatment: PlannedTreatment, decision: Decision) -> tuple[str, ...]:
    return ("abn_courtesy", *_CLAUSES) if is_courtesy(treatment, decision) else _CLAUSES


def _asking(treatment: PlannedTreatment, decision: Decision) -> tuple[Finding, ...]:
    """The rules by which the notice is given."""
    papers = [rule for document in decision.documents if document.id == "abn" for rule in document.why]
    asking = tuple(finding for finding in decision.findings if finding.rule in papers)
    return asking or _never_covered(treatment, decision)


def _never_covered(treatment: PlannedTreatment, decision: Decision) -> tuple[Finding, ...]:
    """The rules that exclude the lines of the notice from the benefit."""
    why = [rule for number in services(treatment, decision) for rule in decision.lines[number - 1].why]
    if not is_courtesy(treatment, decision):
        return ()
    return tuple(found for found in decision.findings if found.rule in why and found.rule in decision.coverage.why)


def _service(treatment: PlannedTreatment, decision: Decision, ledger: Ledger) -> Quote:
    """Each service in plain words with its code and its minutes, on a line of its own."""
    said: list[str] = []
    rests_on: list[str] = []
    for number in services(treatment, decision):
        line = decision.lines[number - 1]
        said.append(f"{line.label} ({line.code})" if line.label else line.code)
        rests_on += [f"lines.{number}.code", *([f"decision.lines.{number}.label"] if line.label else [])]
        if line.minutes is not None:
            said[-1] += f", {counted(line.minutes, 'minute')} a visit"
            rests_on.append(f"decision.lines.{number}.minutes")
    return ledger.quote("\n".join(said), *rests_on)


def _cost_quote(treatment: PlannedTreatment, decision: Decision, ledger: Ledger) -> Quote:
    if cost := _cost(treatment, decision):
        return ledger.quote(cost, "abn.cost")
    missing = [gap.path for gap in charge_gaps(treatment, services(treatment, decision))]
    return ledger.quote("\n".join(f"[missing: {path}]" for path in missing), *missing)


def _cost(treatment: PlannedTreatment, decision: Decision) -> str | None:
    """What a visit costs: by the practice's charges, else by the fee schedule, which prices what may be covered."""
    about = services(treatment, decision)
    charged = _total([treatment.lines[number - 1].charge for number in about])
    if charged is not None:
        return f"{money(charged)} for each visit (the practice's charge)"
    allowed = _total([_allowed(decision.lines[number - 1]) for number in about])
    if allowed is not None and not is_courtesy(treatment, decision):
        return f"{money(allowed)} for each visit (the amount of Medicare's fee schedule)"
    return None


def _allowed(line: LineDecision) -> Decimal | None:
    return _total([Decimal(claim.allowed) if claim.allowed else None for claim in line.claim_lines])


def _total(amounts: Sequence[Decimal | None]) -> Decimal | None:
    """None where one of the amounts is not known, or there is none."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(amounts) else None
