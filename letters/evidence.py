"""What the papers besides letters rest on: answers of the decision, open questions, and what is shown of a patient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.decision import Decision
from engine.treatment import PlannedTreatment
from letters.case_facts import known_facts
from letters.criteria import attachments, citation
from letters.disclosure import ending, initials
from letters.field_sheets import SheetField, sheet_for
from letters.kinds import KINDS, request_kind
from letters.requirements import gaps
from letters.words import dollars, in_letter


def paper_evidence(treatment: PlannedTreatment, decision: Decision, enclosed: Sequence[str] = ()) -> Mapping[str, str]:
    """Names with their words. ``enclosed``: the kinds of the letters that go along."""
    return dict(_evidence(treatment, decision, enclosed))


def _evidence(treatment: PlannedTreatment, decision: Decision, enclosed: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield from _decided(decision)
    facts = known_facts(treatment)
    yield "patient.initials", initials(treatment.patient.name or "") or ""
    yield "coverage.member_id.ending", ending(treatment.coverage.member_id or "") or ""
    for name in ("copay", "deductible_remaining"):
        if (amount := getattr(treatment.coverage, name)) is not None:
            yield f"coverage.{name}.dollars", dollars(amount)
    for kind in enclosed:
        yield f"enclosed.{kind}", KINDS[kind].title
    yield "enclosed", str(len(enclosed) + len(attachments(decision, facts)))
    sheet = sheet_for(treatment)
    yield "field-sheet", " ".join([sheet.title, *(citation(source) for source in sheet.sources)])
    for group in sheet.groups:
        for field in group.fields:
            if field.fact is None or not any(path == field.fact or path.startswith(f"{field.fact}.") for path in facts):
                yield ask_name(field), field.ask
    letter = KINDS[request_kind(decision)]
    missing = gaps(letter, treatment)
    yield "request.letter", letter.title
    for gap in missing:
        yield f"ask.{gap.path}", gap.question
    if not missing and not decision.questions:
        yield "request.complete", ""


def ask_name(field: SheetField) -> str:
    """What the question in a blank field rests on: that the case does not hold the fact."""
    return f"ask.{field.fact or field.ask}"


def _decided(decision: Decision) -> Iterator[tuple[str, str]]:
    authorization = decision.authorization
    yield "decision.sentence", decision.sentence
    yield "decision.coverage", decision.coverage.answer
    yield "decision.authorization", authorization.answer
    yield "decision.authorization.visits", " ".join(f"{part.first} {part.last}" for part in authorization.visits)
    yield "decision.telehealth", decision.telehealth.answer
    yield "decision.provider", decision.provider.answer
    yield "decision.cost", (decision.cost.patient_share if decision.cost else None) or ""
    yield "decision.questions", ""
    for number, asked in enumerate(decision.questions, 1):
        yield f"decision.questions.{number}", asked.ask
    for number, line in enumerate(decision.lines, 1):
        yield f"decision.lines.{number}.answer", line.answer
    for document in decision.documents:
        yield f"decision.documents.{document.id}", f"{document.title} {document.status}"
    for deadline in decision.deadlines:
        due = in_letter(deadline.due) if deadline.due else ""
        yield f"decision.deadlines.{deadline.id}", f"{deadline.title} {due}"
