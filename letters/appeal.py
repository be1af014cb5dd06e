"""The appeal of a denial: its reasons, the payer's own rules against them, and the time that is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from engine.appeals import LEVELS, level_named
from engine.decision import Deadline, Decision, Finding
from engine.denial_reasons import Reason, codes_in, load_denial_reasons
from engine.paperwork.risks import RiskName
from engine.paperwork.wording import listed
from engine.treatment import Denial, Documents, PlannedTreatment
from letters.case_facts import known_facts
from letters.clauses import REFERENCE
from letters.context import Node, criterion_names
from letters.criteria import Criterion, Met, citation, covering, met, paper_title, papers_on_file
from letters.quotes import Ledger
from letters.words import in_letter

_NEEDS_NO_REVIEW = ("not_required", "satisfied", "notify", "auto_approved")
_AUTHORIZATION: tuple[RiskName, ...] = ("authorization", "authorization_exceeded")


def reasons(denial: Denial) -> tuple[Reason, ...]:
    """The reasons given, as far as their codes are in the table of denial reasons."""
    table = load_denial_reasons(REFERENCE)
    return tuple(table[code] for code in codes_in(denial.reason_code or "") if code in table)


def needed(treatment: PlannedTreatment) -> tuple[str, ...]:
    """The facts without which the reasons given have no answer."""
    return tuple(dict.fromkeys(path for reason in reasons(treatment.denial) for path in reason.needs))


def evidence(treatment: PlannedTreatment, decision: Decision) -> Mapping[str, str]:
    """What an appeal rests on besides the case and the findings."""
    found = {_name(reason): f"{reason.code} {reason.label} {citation(reason.source)}"
             for reason in reasons(treatment.denial)}  # fmt: skip
    if clock := _clock(treatment.denial, decision):
        due = in_letter(clock.due) if clock.due else ""
        found[f"decision.deadlines.{clock.id}"] = f"{clock.title} {due}"
    for number, line in enumerate(decision.lines, 1):
        found[f"decision.lines.{number}.modifiers"] = ", ".join(line.modifiers)
    return found


def names(treatment: PlannedTreatment, decision: Decision, ledger: Ledger, dated: date) -> Mapping[str, Node]:
    """For templates: ``appeal`` with its ``reasons``, ``points``, ``lines`` and the clock, each where there is one."""
    appeal: dict[str, Node] = {
        "reasons": [
            {"code": ledger.quote(reason.code, _name(reason)), "label": ledger.quote(reason.label, _name(reason)),
             "source": ledger.quote(citation(reason.source), _name(reason))}
            for reason in reasons(treatment.denial)
        ],
        "points": [criterion_names(point, ledger) for point in points(treatment, decision)],
        "lines": list(_claim_lines(treatment, decision, ledger)),
    }  # fmt: skip
    if clock := _clock(treatment.denial, decision):
        name = f"decision.deadlines.{clock.id}"
        appeal["level"] = ledger.quote(clock.title, name)
        if clock.due and clock.due >= dated:
            appeal["due"] = ledger.quote(clock.due, name)
    if any(reason.argument in _AUTHORIZATION for reason in reasons(treatment.denial)):
        appeal["authorization"] = _authorization(treatment, ledger)
    return {"appeal": appeal}


def points(treatment: PlannedTreatment, decision: Decision) -> tuple[Criterion, ...]:
    """The payer's published rules that speak against the reasons given, with the facts that meet them."""
    arguments = [reason.argument for reason in reasons(treatment.denial)]
    rules = [rule for argument in arguments for rule in _against(argument, decision)]
    apart = tuple(_times_apart(treatment, decision)) if "modifiers" in arguments else ()
    return (*met(decision, known_facts(treatment), rules), *apart)


def notes(treatment: PlannedTreatment, decision: Decision, dated: date) -> Iterator[str]:
    """What whoever sends the appeal should know, and the payer need not."""
    yield from _time_notes(treatment.denial, decision, dated)
    given = reasons(treatment.denial)
    known = {reason.code for reason in given}
    if strange := [code for code in codes_in(treatment.denial.reason_code or "") if code not in known]:
        yield f"Nothing is known here of reason code {listed(strange)}: the letter quotes it and states the facts."
    if given and not points(treatment, decision) and not _on_file(treatment, decision):
        yield "No published rule of this payer answers the reason given: the letter states the facts alone."
    enclosed = {paper.id for paper in decision.documents if paper.status == "on_file"}
    enclosed |= {name for name in Documents.model_fields if getattr(treatment.documents, name) is True}
    if lacking := dict.fromkeys(name for reason in given for name in reason.documents if name not in enclosed):
        papers = listed([paper_title(name) for name in lacking])
        yield f"These would bear the appeal out and are not known to be on file: {papers}."


def _time_notes(denial: Denial, decision: Decision, dated: date) -> Iterator[str]:
    clock = _clock(denial, decision)
    if denial.level and clock is None:
        levels = listed([level.replace("_", " ") for level in LEVELS], "or")
        yield (
            f"No published clock of {decision.payer_title or decision.payer} measures this level of appeal: read the "
            f"last day in the denial. A level is called {levels}."
        )
    elif clock and clock.due is None:
        open_days = [path for finding in _findings(decision, clock.why) for path, day in finding.facts if day is None]
        missing = f" without {listed(open_days)}" if open_days else ""
        yield f"The last day of the appeal is not known{missing}: read it in the denial."
    elif clock and clock.due and clock.due < dated:
        yield f"The appeal was due by {clock.due}: the letter names no last day. Send it now, and say why it is late."
    if clock:
        yield from (finding.message for finding in _findings(decision, clock.why))


def _against(argument: RiskName, decision: Decision) -> tuple[str, ...]:
    """The rules that may speak against a reason of that kind."""
    match argument:
        case "necessity":
            return covering(decision) + papers_on_file(decision)
        case "documentation":
            return papers_on_file(decision)
        case "over_use":
            return covering(decision)
        case "authorization" | "authorization_exceeded":
            answer = decision.authorization
            return answer.why if answer.answer in _NEEDS_NO_REVIEW else ()
        case "modifiers":
            return ()


def _times_apart(treatment: PlannedTreatment, decision: Decision) -> Iterator[Criterion]:
    """The edits between codes of the visit whose second service has a time of its own."""
    for edit in decision.edits:
        if edit.resolution != "modifier":
            continue
        apart = tuple(
            Met(f"{line.code} beside {edit.column1}: an interval or encounter of its own",
                (f"lines.{number}.code", f"lines.{number}.separate_time", *_places(treatment, edit.column1)))
            for number, line in enumerate(treatment.lines, 1)
            if line.code == edit.column2 and line.separate_time
        )  # fmt: skip
        yield from (Criterion(finding, apart) for finding in _findings(decision, edit.why))


def _places(treatment: PlannedTreatment, code: str) -> Iterator[str]:
    yield from (f"lines.{number}.code" for number, line in enumerate(treatment.lines, 1) if line.code == code)


def _claim_lines(treatment: PlannedTreatment, decision: Decision, ledger: Ledger) -> Iterator[Node]:
    """The lines with the modifiers that the payer's rules put on them, where modifiers are the reason."""
    if not any(reason.argument == "modifiers" for reason in reasons(treatment.denial)):
        return
    for number, line in enumerate(decision.lines, 1):
        if line.modifiers:
            marks = ledger.quote(", ".join(line.modifiers), f"decision.lines.{number}.modifiers")
            yield {"code": ledger.quote(line.code, f"lines.{number}.code"), "modifiers": marks}


def _authorization(treatment: PlannedTreatment, ledger: Ledger) -> dict[str, Node]:
    """The authorization on file, as far as it is known."""
    path = "coverage.authorization."
    return {
        name.removeprefix(path): ledger.quote(value, name)
        for name, value in known_facts(treatment).items()
        if name.startswith(path) and not name.startswith(f"{path}codes")
    }


def _on_file(treatment: PlannedTreatment, decision: Decision) -> bool:
    """Whether an authorization on file covers the visit; that it does is no rule of the payer's."""
    return decision.authorization.answer == "satisfied" and treatment.coverage.authorization is not None


def _clock(denial: Denial, decision: Decision) -> Deadline | None:
    level = level_named(denial.level or "")
    return next((deadline for deadline in decision.deadlines if deadline.id == level), None)


def _findings(decision: Decision, rules: tuple[str, ...]) -> Iterator[Finding]:
    yield from (finding for finding in decision.findings if finding.rule in rules)


def _name(reason: Reason) -> str:
    return f"denial-reasons.{reason.code}"
