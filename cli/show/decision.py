"""A decision for the front desk: the verdict, what to do by when, why with sources, and what is not known."""

from __future__ import annotations

from collections.abc import Iterator

from cli.show.citations import Citations
from cli.show.cost import show_cost, tell_patient
from cli.show.page import Page
from cli.show.words import (
    ANSWERS,
    HEADLINES,
    REASONS,
    RESOLUTIONS,
    STATUS,
    STYLES,
    WHO,
    count,
    day,
    visits,
)
from engine.decision import Decision, Finding, LineDecision
from engine.own_findings import ABOUT_PAPER


def show(decision: Decision, page: Page) -> None:
    """Print a decision, and under it what a second coverage says."""
    _show(decision, page, None)


def _show(decision: Decision, page: Page, told: frozenset[str] | None) -> None:
    """``told``: of a second coverage, the warnings about the paper that the first one told already."""
    page.line(HEADLINES[decision.headline], STYLES[decision.headline])
    page.line(decision.sentence)
    if second := decision.secondary:
        name = second.payer_title or second.payer
        page.line(f"Second payer, {name}: {HEADLINES[second.headline]}. {second.sentence}")
    page.line()
    page.line(_subject(decision))
    _do(decision, page)
    cited = Citations()
    _claim(decision, cited, page)
    if told is None:
        tell_patient(decision, page)
    _why(decision, cited, page)
    warnings = _warnings(decision)
    if fresh := [text for text in warnings if text not in (told or ())]:
        page.heading("Before you send it")
        page.items(*fresh)
    _unknown(decision, page)
    cited.show(page)
    page.line()
    page.line(f"Check {decision.check_id}, by " + _rulesets(decision), "dim")
    if decision.secondary is not None:
        page.line()
        page.line("SECOND COVERAGE", "bold")
        _show(decision.secondary, page, frozenset(warnings))


def _subject(decision: Decision) -> str:
    named = [decision.payer_title or f"{decision.payer} (no ruleset)", f"visit of {day(decision.date_of_service)}"]
    if decision.id:
        named.append(decision.id)
    return " · ".join(named)


def _rulesets(decision: Decision) -> str:
    if not decision.rulesets:
        return "no ruleset"
    return ", ".join(f"{used.id} {used.version} ({used.sha256[:8]})" for used in decision.rulesets)


def _do(decision: Decision, page: Page) -> None:
    """What is due, earliest first, and the papers that are not on file."""
    rows: list[tuple[str, ...]] = []
    dated = sorted((item for item in decision.deadlines if item.due), key=lambda item: str(item.due))
    for item in dated:
        late = " (that day is past)" if item.due and item.due < decision.today else ""
        rows.append((f"by {day(item.due)}" if item.due else "", item.title + late))
    rows += [("date open", item.title) for item in decision.deadlines if item.due is None]
    rows += [
        ("paper", f"{document.title}: {STATUS[document.status]}")
        for document in decision.documents
        if document.status != "on_file"
    ]
    if rows:
        page.heading("Do")
        page.rows(*rows)


def _claim(decision: Decision, cited: Citations, page: Page) -> None:
    page.heading("On the claim")
    rows = [row for line in decision.lines for row in _claim_rows(line)]
    page.rows(*rows)
    for line in decision.lines:
        if line.possible_modifiers:
            for mark in line.possible_modifiers:
                page.line(f"{line.code} may also take {mark.modifier} ({mark.fact} decides): {mark.condition}", by=2)
    for edit in decision.edits:
        page.line(f"{edit.column1} with {edit.column2}: {RESOLUTIONS[edit.resolution]}.", by=2)
    _units(decision, page)
    if decision.cost is not None:
        numbers = "".join(f" [{cited.number(source)}]" for source in decision.cost.sources if source.level != "own")
        show_cost(decision.cost, numbers, page)


def _claim_rows(line: LineDecision) -> Iterator[tuple[str, str, str, str]]:
    label = line.label or "no label of ours"
    if line.answer == "not_covered":
        label += f" — not covered: {REASONS.get(line.reason or '', 'see below')}"
    if not line.claim_lines:
        units = "units open" if line.units is None else count(line.units, "unit")
        yield line.code, units, " ".join(line.modifiers) or "-", label
    for claim in line.claim_lines:
        yield line.code, count(claim.units, "unit"), " ".join(claim.modifiers) or "-", label


def _units(decision: Decision, page: Page) -> None:
    units = decision.units
    if len({alternative.lines for alternative in units.alternatives}) < 2 and units.rule is None:
        return
    for alternative in units.alternatives:
        shared = ", ".join(f"{line.code} {line.units if line.units is not None else '?'}" for line in alternative.lines)
        said = "also allowed" if units.rule else f"by the {alternative.rule} rule"
        page.line(f"Units {said}: {shared}.", by=2)


def _why(decision: Decision, cited: Citations, page: Page) -> None:
    page.heading("Why")
    authorization = decision.authorization
    said = ANSWERS[authorization.answer]
    if authorization.visits and len({part.answer for part in authorization.visits}) > 1:
        said = visits(authorization.visits)
    answers = (
        ("Coverage", ANSWERS[decision.coverage.answer], decision.coverage.why),
        ("Authorization", said, authorization.why),
        ("Telehealth", ANSWERS[decision.telehealth.answer], decision.telehealth.why),
        ("Provider", ANSWERS[decision.provider.answer], decision.provider.why),
    )
    told: set[str] = set()
    by_rule = {finding.rule: finding for finding in decision.findings}
    for name, answer, why in answers:
        page.line(f"{name}: {answer}", by=2)
        reasons = [by_rule[rule] for rule in why if rule in by_rule]
        told.update(finding.rule for finding in reasons)
        page.items(*(_message(finding, cited) for finding in reasons), by=4)
    rest = [finding for finding in decision.findings if finding.rule not in told and _of_note(finding)]
    if rest:
        page.line("Also", by=2)
        page.items(*(_message(finding, cited) for finding in rest), by=4)


def _of_note(finding: Finding) -> bool:
    return finding.certainty == "certain" and finding.rule not in ABOUT_PAPER


def _warnings(decision: Decision) -> list[str]:
    return [finding.message for finding in decision.findings if finding.rule in ABOUT_PAPER]


def _message(finding: Finding, cited: Citations) -> str:
    stale = " A later edition should exist by now: check it." if finding.stale else ""
    possible = "" if finding.certainty == "certain" else "Perhaps: "
    mark = "" if finding.source.level == "own" else f" [{cited.number(finding.source)}]"
    return f"{possible}{finding.message}{stale}{mark}"


def _unknown(decision: Decision, page: Page) -> None:
    if decision.questions:
        page.heading("Not known")
        page.rows(*((f"ask {WHO[question.who]}", question.ask) for question in decision.questions))
    if decision.assumptions:
        page.heading("Presumed")
        page.items(*(f"{item.fact}: {item.presumed}. {item.check}" for item in decision.assumptions))
