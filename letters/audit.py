"""The last look before a letter goes out: a sentence, a figure or a date that rests on nothing stops it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from engine.decision import Decision, Finding
from engine.icd10cm import description
from engine.problems import Problem
from engine.treatment import PlannedTreatment
from letters import particulars
from letters.case_facts import known_facts
from letters.criteria import citation
from letters.evidence import paper_evidence
from letters.letter import LETTERHEAD, Letter, Part, Text, statements, titles
from letters.sentences import SENTENCE_END, sentences
from letters.words import MONTHS, SPANISH_MONTHS, in_letter

_LONG_DATE = re.compile(rf"({'|'.join(MONTHS)}) (\d{{1,2}}), (\d{{4}})")
_SPANISH_DATE = re.compile(rf"(\d{{1,2}}) de ({'|'.join(SPANISH_MONTHS)}) de (\d{{4}})")
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NUMBER_WORD = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|dozen|half)\b",
    re.IGNORECASE,
)
_CODE_SYSTEM = "ICD-10-CM"
_OF_THE_PATIENT = re.compile(r"\b(?:patient|member|beneficiary|client|s?he|his|hers?|him|pacientes?)\b", re.IGNORECASE)
_LONGEST_TITLE = 80


def audit(
    letter: Letter, treatment: PlannedTreatment, decision: Decision, enclosed: Sequence[str] = ()
) -> tuple[Problem, ...]:
    """Everything in the letter that the case and the decision's findings do not carry; empty for a sound letter.

    ``enclosed``: the kinds of the letters that go along with it.
    """
    evidence = carried(letter, treatment, decision, enclosed)
    problems = [problem for part in letter.parts for problem in _part(part, evidence)]
    problems += _text(letter.running_head, "running-head", evidence)
    return tuple(dict.fromkeys(problems))


def carried(
    letter: Letter, treatment: PlannedTreatment, decision: Decision, enclosed: Sequence[str] = ()
) -> Mapping[str, str]:
    """Everything that the letter may rest on, by name, with its words."""
    return {
        **paper_evidence(treatment, decision, enclosed),
        **particulars.evidence(letter.kind, treatment, decision, letter.dated),
        **_evidence(letter, treatment, decision),
    }


def figures(text: str) -> frozenset[str]:
    """The numbers and dates of a text, a date the same however it is written."""
    text = text.replace(_CODE_SYSTEM, "")
    dates = {f"{year}-{MONTHS.index(month) + 1:02}-{int(day):02}" for month, day, year in _LONG_DATE.findall(text)}
    dates |= {f"{year}-{SPANISH_MONTHS.index(month) + 1:02}-{int(day):02}"
              for day, month, year in _SPANISH_DATE.findall(text)}  # fmt: skip
    rest = _SPANISH_DATE.sub(" ", _LONG_DATE.sub(" ", text))
    dates.update(_ISO_DATE.findall(rest))
    return frozenset(dates) | frozenset(_NUMBER.findall(_ISO_DATE.sub(" ", rest)))


def _evidence(letter: Letter, treatment: PlannedTreatment, decision: Decision) -> Mapping[str, str]:
    """What may be rested on: each known fact, finding, figure of the decision and code text, with its words."""
    evidence = {path: in_letter(value) for path, value in known_facts(treatment).items()}
    evidence |= {finding.rule: _finding_text(finding) for finding in decision.findings}
    evidence |= {gap.path: f"[missing: {gap.path}]" for gap in letter.gaps}
    evidence["today"] = in_letter(letter.dated)
    evidence["decision.payer_title"] = decision.payer_title or ""
    for number, line in enumerate(decision.lines, 1):
        for name, value in (("label", line.label), ("minutes", line.minutes), ("units", line.units)):
            if value is not None:
                evidence[f"decision.lines.{number}.{name}"] = in_letter(value)
    for number, code in enumerate(treatment.diagnoses or (), 1):
        evidence[f"icd-10-cm.diagnoses.{number}"] = description(code) or ""
    for document in decision.documents:
        for rule in document.why:
            evidence[rule] = f"{evidence.get(rule, '')} {document.title}"
    return evidence


def _finding_text(finding: Finding) -> str:
    facts = (str(value) for _, value in finding.facts if value is not None)
    return " ".join([finding.message, citation(finding.source), *facts])


def _part(part: Part, evidence: Mapping[str, str]) -> Iterator[Problem]:
    if part.name == LETTERHEAD:  # the practice's stationery: its own numbers stand there as they are printed
        return
    for block in part.blocks:
        for text in statements(block):
            yield from _text(text, part.name, evidence)
            yield from (_unsupported(part, sentence) for sentence in sentences(text) if _states(part, sentence))
        for title in titles(block):
            yield from _text(title, part.name, evidence)
            if len(str(title)) > _LONGEST_TITLE or (SENTENCE_END.search(f"{title} ") and not title.rests_on):
                yield Problem(
                    "unsupported-sentence", f"{part.name}: a heading or label only names what follows: {title}"
                )


def _states(part: Part, sentence: Text) -> bool:
    """Whether a sentence says something and rests on nothing; in a formal part, something of the patient."""
    words = str(sentence)
    if sentence.rests_on or not any(letter.isalnum() for letter in words):
        return False
    return not part.formal or _OF_THE_PATIENT.search(words) is not None


def _unsupported(part: Part, sentence: Text) -> Problem:
    return Problem(
        "unsupported-sentence",
        f"{part.name}: no fact and no finding carries this sentence: {sentence}",
        hint="Quote the fact that it rests on, or take it out of the template.",
    )


def _text(text: Text, part: str, evidence: Mapping[str, str]) -> Iterator[Problem]:
    """What a text rests on must exist, and each of its figures must stand there."""
    for name in text.rests_on:
        if name not in evidence:
            yield Problem("unknown-evidence", f"{part}: rests on {name}, which neither case nor decision has", key=name)
    for run in text.runs:
        names = run.rests_on or text.rests_on
        ground = " ".join(evidence.get(name, "") for name in names)
        loose = figures(run.text) - figures(ground)
        if not run.rests_on:
            spelled = {word.lower() for word in _NUMBER_WORD.findall(run.text)}
            loose |= spelled - {word.lower() for word in _NUMBER_WORD.findall(ground)}
        for figure in sorted(loose):
            yield Problem("unsupported-figure", f"{part}: the figure {figure} is in no fact that the text rests on")
