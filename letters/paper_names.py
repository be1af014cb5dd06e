"""What the template of one kind of paper may speak of besides the case: each value a quote with what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from engine.decision import Decision
from engine.treatment import PlannedTreatment
from letters.case_facts import known_facts
from letters.context import Node
from letters.criteria import attachments, citation
from letters.disclosure import ending, initials
from letters.field_sheets import sheet_for
from letters.kinds import KINDS, request_kind
from letters.language import Language
from letters.quotes import Ledger, Quote
from letters.requirements import gaps, who_knows
from letters.sheet_entries import WHOM_TO_ASK, Entries
from letters.summary import Said, summarize
from letters.words import in_letter

_NOTHING_MISSING = "Nothing: the letter has every fact that it needs, and no question is open."
_STATUS = {"on_file": "on file", "missing": "missing", "unknown": "not known"}


def paper_names(
    kind: str,
    treatment: PlannedTreatment,
    decision: Decision,
    ledger: Ledger,
    dated: date,
    language: Language,
    enclosed: Sequence[str],
) -> Mapping[str, Node]:
    """The names that only this kind's templates have; none for a letter."""
    match kind:
        case "fax-cover":
            return {"fax": _fax(treatment, decision, ledger, enclosed)}
        case "field-sheet":
            return {"sheet": _sheet(treatment, decision, ledger, dated)}
        case "checklist":
            return {"checklist": _checklist(treatment, decision, ledger)}
        case "home-practice":
            texts = ("home_program", "caregiver_training")
            return {"practice": {name: list(_lines(f"necessity.{name}", treatment, ledger)) for name in texts}}
        case "patient-summary":
            return {"summary": _summary(treatment, decision, ledger, language)}
        case _:
            return {}


def _fax(treatment: PlannedTreatment, decision: Decision, ledger: Ledger, enclosed: Sequence[str]) -> dict[str, Node]:
    papers = attachments(decision, known_facts(treatment))
    titles: list[Node] = [ledger.quote(KINDS[kind].title, f"enclosed.{kind}") for kind in enclosed]
    titles += [ledger.quote(paper.title, *paper.rests_on) for paper in papers]
    fax: dict[str, Node] = {"enclosed": titles, "count": ledger.quote(len(titles), "enclosed")}
    if (short := initials(treatment.patient.name or "")) is not None:
        fax["initials"] = ledger.quote(short, "patient.initials")
    if (end := ending(treatment.coverage.member_id or "")) is not None:
        fax["member_id_ending"] = ledger.quote(end, "coverage.member_id.ending")
    return fax


def _sheet(treatment: PlannedTreatment, decision: Decision, ledger: Ledger, dated: date) -> dict[str, Node]:
    sheet = sheet_for(treatment)
    entries = Entries(treatment, decision, dated)
    return {
        "order": ledger.quote(sheet.title, "field-sheet"),
        "published": "yes" if sheet.published else "",
        "sources": [ledger.quote(citation(source), "field-sheet") for source in sheet.sources],
        "groups": [
            {
                "title": group.title,
                "fields": [
                    {"label": field.label, "value": ledger.quote(text, *rests_on)}
                    for field in group.fields
                    for text, rests_on in entries.of(field)
                ],
            }
            for group in sheet.groups
        ],
    }


def _checklist(treatment: PlannedTreatment, decision: Decision, ledger: Ledger) -> dict[str, Node]:
    letter = KINDS[request_kind(decision)]
    checklist: dict[str, Node] = {
        "letter": ledger.quote(letter.title, "request.letter"),
        "sentence": ledger.quote(decision.sentence, "decision.sentence"),
        "papers": list(_papers(treatment, decision, ledger)),
        "due": list(_due(decision, ledger)),
    }
    missing: list[Node] = [
        _question(gap.question, f"ask.{gap.path}", who_knows(gap.path), ledger) for gap in gaps(letter, treatment)
    ]
    for number, asked in enumerate(decision.questions, 1):
        missing.append(_question(asked.ask, f"decision.questions.{number}", asked.who, ledger))
    return {**checklist, "missing": missing or [ledger.quote(_NOTHING_MISSING, "request.complete")]}


def _papers(treatment: PlannedTreatment, decision: Decision, ledger: Ledger) -> Iterator[Node]:
    """Each paper that the payer asks for with its status, then the others that are on file."""
    for document in decision.documents:
        status = ledger.quote(_STATUS[document.status], f"decision.documents.{document.id}")
        yield {"title": ledger.quote(document.title, *document.why), "status": status}
    asked_for = {document.title for document in decision.documents}
    for paper in attachments(decision, known_facts(treatment)):
        if paper.title not in asked_for:
            status = ledger.quote(_STATUS["on_file"], *paper.rests_on)
            yield {"title": ledger.quote(paper.title, *paper.rests_on), "status": status}


def _due(decision: Decision, ledger: Ledger) -> Iterator[Node]:
    for deadline in decision.deadlines:
        if deadline.due is not None:
            name = f"decision.deadlines.{deadline.id}"
            yield {"title": ledger.quote(deadline.title, name), "day": ledger.quote(deadline.due, name)}


def _question(ask: str, name: str, who: str, ledger: Ledger) -> Quote:
    return ledger.quote(f"{WHOM_TO_ASK[who]}: {ask}", name)


def _lines(path: str, treatment: PlannedTreatment, ledger: Ledger) -> Iterator[Node]:
    """Each line of a text as a quote of its own."""
    text = known_facts(treatment).get(path)
    if text is not None:
        yield from (ledger.quote(line, path) for line in in_letter(text).split("\n") if line.strip())


def _summary(treatment: PlannedTreatment, decision: Decision, ledger: Ledger, language: Language) -> dict[str, Node]:
    def quoted(said: Said) -> Quote:
        return ledger.quote(said.text, *said.rests_on)

    summary = summarize(treatment, decision, language)
    facts = known_facts(treatment)
    named: dict[str, Node] = {name: dict(language.groups[name]) for name in ("labels", "headings")}
    named["day"] = ledger.quote(language.date(treatment.date_of_service), "date_of_service")
    named["notice"] = language.notice
    named["services"] = [
        {
            "code": ledger.quote(in_letter(facts[service.code]), service.code),
            **({"label": quoted(service.label)} if service.label else {}),
            "covered": quoted(service.covered),
        }
        for service in summary.services
    ]
    for name in ("coverage", "authorization", "pay", "open"):
        named[name] = [quoted(said) for said in getattr(summary, name)]
    if "provider.phone" in facts:
        said = language.call.format(phone=in_letter(facts["provider.phone"]))
        named["call"] = ledger.quote(said, "provider.phone")
    return named
