"""What the template of one kind of paper may speak of besides the case: each value a quote with what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from engine.decision import Decision
from engine.facts.dictionary import Who
from engine.treatment import PlannedTreatment
from letters.case_facts import known_facts
from letters.context import Node
from letters.criteria import attachments, citation
from letters.diagnoses import diagnosis_text
from letters.disclosure import ending, initials
from letters.evidence import ask_name
from letters.field_sheets import SheetField, sheet_for
from letters.kinds import KINDS, request_kind
from letters.language import Language
from letters.quotes import Ledger, Quote
from letters.requirements import gaps, who_knows
from letters.summary import Said, summarize
from letters.words import Scalar, counted, displayed, in_letter

BLANK = "_" * 18
_ASK: Mapping[Who, str] = {
    "payer": "Ask the payer", "patient": "Ask the patient", "clinician": "Ask the clinician",
    "chart": "Look in our files",
}  # fmt: skip
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
    entries = _Entries(treatment, decision, dated)
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


class _Entries:
    """What is written in a field: the fact, each entry of a list, or a blank with the question and whom to ask."""

    def __init__(self, treatment: PlannedTreatment, decision: Decision, dated: date) -> None:
        self._treatment = treatment
        self._decision = decision
        self._facts = known_facts(treatment)
        self._dated = dated

    def of(self, field: SheetField) -> Iterator[tuple[str, tuple[str, ...]]]:
        match field.fact:
            case "today":
                yield in_letter(self._dated), ("today",)
            case "coverage.payer":
                yield self._decision.payer_title or self._treatment.coverage.payer, _PAYER
            case "lines":
                yield from (self._service(number) for number in range(1, len(self._treatment.lines) + 1))
            case str(fact) if fact in self._facts:
                yield displayed(fact, self._facts[fact]), (fact,)
            case str(fact) if any(path.startswith(f"{fact}.") for path in self._facts):
                yield from self._listed(fact)
            case _:
                yield f"{BLANK}\n{_ASK[field.who]}: {field.ask}", (ask_name(field),)

    def _service(self, number: int) -> tuple[str, tuple[str, ...]]:
        line, path = self._decision.lines[number - 1], f"lines.{number}"
        said = {
            f"{path}.code": line.code,
            f"decision.{path}.label": line.label,
            f"decision.{path}.minutes": counted(line.minutes, "minute") if line.minutes is not None else None,
            f"decision.{path}.units": counted(line.units, "unit") if line.units is not None else None,
        }
        known = {name: text for name, text in said.items() if text}
        return "; ".join(known.values()), tuple(known)

    def _listed(self, fact: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        number = 1
        while entry := {path: self._facts[path] for path in self._facts if _within(path, f"{fact}.{number}")}:
            text = _diagnosis(entry, number) if fact == "diagnoses" else _entry(entry, f"{fact}.{number}")
            yield text, (*entry, *((f"icd-10-cm.diagnoses.{number}",) if fact == "diagnoses" else ()))
            number += 1


_PAYER = ("coverage.payer", "decision.payer_title")


def _within(path: str, entry: str) -> bool:
    return path == entry or path.startswith(f"{entry}.")


def _diagnosis(entry: Mapping[str, Scalar], number: int) -> str:
    code = str(entry[f"diagnoses.{number}"])
    return " ".join(part for part in (code, diagnosis_text(code)) if part)


def _entry(entry: Mapping[str, Scalar], path: str) -> str:
    """A goal or a measure in one line: its parts in their order, each with its name where the value needs it."""
    parts = {name.removeprefix(f"{path}."): in_letter(value) for name, value in entry.items()}
    return "; ".join(f"{_NAMED[name]} {text}" if name in _NAMED else text for name, text in parts.items())


_NAMED = {"measure": "measure:", "baseline": "baseline:", "target": "target:", "by": "by", "of": "out of", "on": "on"}


def _checklist(treatment: PlannedTreatment, decision: Decision, ledger: Ledger) -> dict[str, Node]:
    letter = KINDS[request_kind(decision)]
    missing = gaps(letter, treatment)
    nothing: dict[str, Node] = {"nothing": ledger.quote(_NOTHING_MISSING, "request.complete")}
    asked_for = {document.title for document in decision.documents}
    others = [paper for paper in attachments(decision, known_facts(treatment)) if paper.title not in asked_for]
    return {
        "letter": ledger.quote(letter.title, "request.letter"),
        "sentence": ledger.quote(decision.sentence, "decision.sentence"),
        **(nothing if not missing and not decision.questions else {}),
        "papers": [
            {
                "title": ledger.quote(paper.title, *paper.why),
                "status": ledger.quote(_STATUS[paper.status], f"decision.documents.{paper.id}"),
            }
            for paper in decision.documents
        ]
        + [
            {
                "title": ledger.quote(paper.title, *paper.rests_on),
                "status": ledger.quote(_STATUS["on_file"], *paper.rests_on),
            }
            for paper in others
        ],
        "due": [
            {
                "title": ledger.quote(deadline.title, f"decision.deadlines.{deadline.id}"),
                "day": ledger.quote(deadline.due, f"decision.deadlines.{deadline.id}"),
            }
            for deadline in decision.deadlines
            if deadline.due is not None
        ],
        "missing": [
            *(_question(gap.question, f"ask.{gap.path}", who_knows(gap.path), ledger) for gap in missing),
            *(_question(asked.ask, f"decision.questions.{number}", asked.who, ledger)  # type: ignore[arg-type]
              for number, asked in enumerate(decision.questions, 1)),
        ],
    }  # fmt: skip


def _question(ask: str, name: str, who: Who, ledger: Ledger) -> Quote:
    return ledger.quote(f"{_ASK[who]}: {ask}", name)


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
