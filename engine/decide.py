"""``check``: a planned treatment in, a decision out. Pure: the same case, rulesets and day give the same bytes."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date

import orjson

from engine.appeals import with_appeal
from engine.assess import Assessment, assess
from engine.decision import (
    Answer,
    AuthorizationAnswer,
    Deadline,
    Decision,
    DocumentNeeded,
    LineDecision,
    Question,
    RulesetUsed,
)
from engine.facts.base import Facts, Setting, gather
from engine.findings import assumptions, findings
from engine.headline import Standing, headline, review_before_visit, sentence, strictest_headline
from engine.inference.patterns import TRUE
from engine.inference.rule_engine import RuleEngine
from engine.language.load import Library
from engine.language.rules import ANSWERS, Dimension, Ruleset
from engine.modifiers import LineModifiers, edits, line_modifiers, pair_edits
from engine.paper import authorization_due, deadlines, documents
from engine.paperwork import Decided
from engine.settle import FEW_PROBES, Settlement, combinations, settle
from engine.treatment import Coverage, PlannedTreatment
from engine.visit_cost import THRESHOLD, visit_cost
from engine.visit_units import LineClaim, line_claim, unit_summary

MOST_CHART_COMBINATIONS = 400
PAYER_QUESTIONS: dict[Dimension, tuple[str, str]] = {
    "coverage": ("coverage", "Does the plan cover these services for this patient?"),
    "authorization": ("authorization", "Do these services need authorization, and from which visit on?"),
    "telehealth": ("telehealth", "Does the plan accept these services by telehealth?"),
    "provider": ("provider", "May this person furnish these services under the plan?"),
}


def check(
    treatment: PlannedTreatment,
    library: Library,
    *,
    today: date,
    strict: bool = False,
    probes: int = FEW_PROBES,
    explained: bool = True,
    gathered: Facts | None = None,
) -> Decision:
    """Decide one planned treatment by the rules in force on its date of service.

    ``today`` is the day the question is asked, unless the case names one; ``probes`` how many completions of the case
    the search for the fewest questions may try. Not ``explained``: the same answers without the check's id, findings
    and assumptions, for whoever decides very many cases. ``gathered``: the case's facts on that day under its first
    coverage, where they are at hand. Raises UserError where a ruleset is broken.
    """
    asked = treatment.today or today
    facts = gathered or facts_for(treatment, treatment.coverage, library, asked, strict)
    primary = _decide(facts, library, asked, strict, probes, explained)
    primary = with_appeal(primary, treatment.denial, library.engine(treatment.coverage.payer).ruleset.clocks)
    if treatment.coverage.secondary is None:
        return primary
    facts = facts_for(treatment, treatment.coverage.secondary, library, asked, strict)
    secondary = _decide(facts, library, asked, strict, probes, explained)
    return replace(primary, secondary=secondary)


def _decide(facts: Facts, library: Library, today: date, strict: bool, probes: int, explained: bool) -> Decision:
    treatment, coverage = facts.treatment, facts.coverage
    engine = library.engine(coverage.payer)
    ruleset = engine.ruleset
    assessment, visits = assess(engine, facts, engine.fire)
    answers, questions, settlement = _settled(engine, facts, assessment, probes)
    paper = documents(engine, facts, assessment)
    whole_plan = bool(visits) and not facts.value("episode.visit_number").is_known
    answers["coverage"] = _with_paper(answers["coverage"], paper)
    standing = Standing(assessment, visits, whole_plan, paper, answers)
    word = _headline(engine, facts, standing, questions, settlement)
    request_by = authorization_due(engine, facts, assessment)
    due = deadlines(engine, facts, assessment, request_by, before_visit=review_before_visit(engine, standing))
    pairs = pair_edits(engine, facts, assessment)
    marks = tuple(line_modifiers(engine, facts, assessment, at, pairs) for at in range(len(treatment.lines)))
    claims = [line_claim(facts, at, mark.certain) for at, mark in enumerate(marks)]
    threshold = ruleset.figures.get(THRESHOLD)
    cost, amounts = visit_cost(facts, [claim.lines for claim in claims], marks, assessment, threshold)
    claims = [claim._replace(lines=lines) for claim, lines in zip(claims, amounts, strict=True)]
    used = (*ruleset.used, *library.rates.files(coverage.payer))
    codes = tuple(line.code for line in treatment.lines)
    imported = _imported(ruleset, facts)
    decided = Decided(paper, answers["authorization"], pairs, marks)
    return Decision(
        id=treatment.id,
        check_id=_check_id(treatment, coverage, used, imported, today, strict) if explained else "",
        payer=coverage.payer,
        payer_title=ruleset.title if ruleset.payer else None,
        date_of_service=treatment.date_of_service,
        today=today,
        headline=word,
        said=sentence(engine, standing, word, questions, due, codes, today),
        coverage=Answer(answers["coverage"], _why(assessment, "coverage")),
        authorization=_authorization(engine, facts, assessment, standing, request_by),
        telehealth=Answer(answers["telehealth"], _why(assessment, "telehealth")),
        provider=Answer(answers["provider"], _why(assessment, "provider")),
        lines=tuple(_line(facts, assessment, at, marks[at], standing, claims[at]) for at in range(len(codes))),
        units=unit_summary(facts),
        edits=edits(facts, pairs),
        documents=paper,
        deadlines=due,
        cost=cost,
        assumptions=assumptions(engine, facts, assessment) if explained else (),
        questions=questions,
        fewest_questions=settlement.fewest,
        findings=findings(engine, facts, assessment, decided) if explained else (),
        secondary=None,
        rulesets=(*used, *imported),
    )


def documents_wanted(treatment: PlannedTreatment, library: Library, *, today: date) -> tuple[DocumentNeeded, ...]:
    """The papers that ``check`` would name; no question is looked for, which takes most of the time of an open case."""
    facts = facts_for(treatment, treatment.coverage, library, today, strict=False)
    engine = library.engine(treatment.coverage.payer)
    assessment, _ = assess(engine, facts, engine.fire)
    return documents(engine, facts, assessment)


def facts_for(treatment: PlannedTreatment, coverage: Coverage, library: Library, today: date, strict: bool) -> Facts:
    """The case as the payer's rules see it."""
    ruleset = library.engine(coverage.payer).ruleset
    setting = Setting(
        library.reference, ruleset.unit_rule, ruleset.tables, ruleset.uses_edits, ruleset.fee_schedule, library.rates
    )
    return gather(treatment, coverage, setting, today=today, strict=strict)


def _imported(ruleset: Ruleset, facts: Facts) -> tuple[RulesetUsed, ...]:
    """The imported editions that the decision rests on."""
    on, reference = facts.date_of_service, facts.setting.reference
    return reference.imported_used(
        on, edits=ruleset.uses_edits, fees=ruleset.fee_schedule, diagnoses=bool(facts.treatment.diagnoses)
    )


def _settled(
    engine: RuleEngine, facts: Facts, assessment: Assessment, probes: int
) -> tuple[dict[Dimension, str], tuple[Question, ...], Settlement]:
    """Each answer, the questions that settle the open ones, and how far they do."""
    answers = {dimension: assessment.answer(dimension) for dimension in ANSWERS}
    settlement = settle(engine, facts, assessment, probes)
    answers.update(settlement.answers)
    asked = [Question(path, fact.ask, fact.who, settlement.settles[path]) for path, fact in settlement.needed]
    helped = {dimension for dimensions in settlement.settles.values() for dimension in dimensions}
    silent = [name for name in assessment.open if name not in settlement.answers and name not in helped]
    told = [Question(*PAYER_QUESTIONS[dimension], "payer", (dimension,)) for dimension in silent]
    return answers, (*asked, *told), settlement


def _with_paper(coverage: str, paper: tuple[DocumentNeeded, ...]) -> str:
    if coverage == "covered" and any(document.status != "on_file" for document in paper):
        return "conditional"
    return coverage


def _headline(
    engine: RuleEngine, facts: Facts, standing: Standing, questions: tuple[Question, ...], settlement: Settlement
) -> str:
    """Where only our own chart leaves it open: the strictest headline that any chart entry would give."""
    word = headline(engine, standing)
    if word != "call_payer" or not settlement.complete or any(question.who != "chart" for question in questions):
        return word
    completed = combinations(engine, facts, settlement.needed, MOST_CHART_COMBINATIONS)
    if completed is None:
        return word
    return strictest_headline([_headline_of(engine, case) for case in completed])


def _headline_of(engine: RuleEngine, facts: Facts) -> str:
    assessment, visits = assess(engine, facts, engine.probe)
    paper = documents(engine, facts, assessment)
    answers = {dimension: assessment.answer(dimension) for dimension in ANSWERS}
    answers["coverage"] = _with_paper(answers["coverage"], paper)
    whole_plan = bool(visits) and not facts.value("episode.visit_number").is_known
    return headline(engine, Standing(assessment, visits, whole_plan, paper, answers))


def _why(assessment: Assessment, dimension: Dimension) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for line in assessment.lines for name in line.bounds[dimension].why))


def _authorization(
    engine: RuleEngine, facts: Facts, assessment: Assessment, standing: Standing, due: Deadline | None
) -> AuthorizationAnswer:
    answer = standing.answers["authorization"]
    why = assessment.authorization.why
    if standing.whole_plan:
        why = tuple(dict.fromkeys((*_certain(engine, assessment), *why)))
    effects = [engine.ruleset.by_id[name].effect for name in why]
    weeks = next((effect.within_weeks for effect in effects if effect and effect.within_weeks), None)
    on_file = facts.coverage.authorization
    number = on_file.number if on_file not in (None, "none") else None  # type: ignore[union-attr]
    return AuthorizationAnswer(answer, why, number, due.due if due else None, weeks, standing.visits)


def _certain(engine: RuleEngine, assessment: Assessment) -> tuple[str, ...]:
    """The rules that certainly decide the authorization of some visit of the plan."""
    return tuple(
        rule.id
        for rule in engine.ruleset.deciding["authorization"]
        if any(line.states.get(rule.id) == TRUE for line in assessment.lines)
    )


def _line(
    facts: Facts, assessment: Assessment, at: int, marks: LineModifiers, standing: Standing, claim: LineClaim
) -> LineDecision:
    line, judged = facts.treatment.lines[at], assessment.lines[at]
    entry = facts.setting.reference.codes.get(line.code)
    why = tuple(dict.fromkeys(name for dimension in ANSWERS for name in judged.bounds[dimension].why))
    return LineDecision(
        code=line.code,
        label=entry.label if entry else None,
        minutes=claim.minutes,
        units=claim.units,
        answer=_with_paper(judged.answer, standing.documents),
        reason=judged.reason,
        authorization=judged.bounds["authorization"].answer,
        modifiers=claim.modifiers,
        possible_modifiers=marks.possible,
        claim_lines=claim.lines,
        why=why,
    )


def _check_id(
    treatment: PlannedTreatment,
    coverage: Coverage,
    used: tuple[RulesetUsed, ...],
    imported: tuple[RulesetUsed, ...],
    today: date,
    strict: bool,
) -> str:
    content: dict[str, object] = {
        "case": orjson.Fragment(treatment.model_dump_json(exclude_none=True)),
        "payer": coverage.payer,
        "rulesets": [ruleset.sha256 for ruleset in used],
        "today": today.isoformat(),
        "strict": strict,
    }
    if imported:
        content["imported"] = [edition.as_json() for edition in imported]
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
