"""What a letter shows of the decision: the plan's rules with the facts that meet them, and the papers attached."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from engine.decision import Decision, Finding, Source
from engine.facts.dictionary import describe
from letters.words import Scalar, counted, date_text, displayed, long_date

_FAVOURABLE = ("covered", "conditional")
_NO_ATTACHMENTS = ("good_faith_estimate", "abn")
_TITLES = {
    "evaluation": "Evaluation",
    "plan_of_care": "Plan of care",
    "physician_order": "Physician's order",
    "progress_report": "Progress report",
    "treatment_notes": "Treatment notes",
}
_LABELS = {
    "provider.discipline": "Discipline",
    "provider.credential": "Credential",
    "site.place_of_service": "Place of service",
    "line.code": "Code",
    "line.purpose": "Purpose of the treatment",
}
_SPAN_OF_DAYS = re.compile(r"(?:business )?days from (\S+) to (\S+)")


@dataclass(frozen=True, slots=True)
class Met:
    """One fact of the case, in words, that meets a rule."""

    text: str
    rests_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Criterion:
    finding: Finding
    met: tuple[Met, ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    title: str
    rests_on: tuple[str, ...]


def criteria(decision: Decision, facts: Mapping[str, Scalar]) -> tuple[Criterion, ...]:
    """The plan's certain, published rules on coverage, authorization and papers that the case's own facts meet."""
    answering = covering(decision) + papers_on_file(decision)
    if decision.authorization.answer != "unknown":
        answering += decision.authorization.why
    return met(decision, facts, answering)


def covering(decision: Decision) -> tuple[str, ...]:
    """The rules by which the treatment is covered, once its papers are in place; none where it is not."""
    return decision.coverage.why if decision.coverage.answer in _FAVOURABLE else ()


def papers_on_file(decision: Decision) -> tuple[str, ...]:
    """The rules that ask for a paper that is on file."""
    return tuple(name for document in decision.documents if document.status == "on_file" for name in document.why)


def met(decision: Decision, facts: Mapping[str, Scalar], rules: Collection[str]) -> tuple[Criterion, ...]:
    """Those of the rules that apply certainly, are published and are met by the case's own facts."""
    papers = {name: document.id for document in decision.documents if document.status == "on_file"
              for name in document.why}  # fmt: skip
    found = (
        Criterion(finding, tuple(_met(finding, papers.get(finding.rule), facts)))
        for finding in decision.findings
        if finding.rule in rules and finding.certainty == "certain" and finding.source.level != "own"
    )
    return tuple(criterion for criterion in found if criterion.met)


def _met(finding: Finding, paper: str | None, facts: Mapping[str, Scalar]) -> Iterator[Met]:
    if paper is not None and f"documents.{paper}" in facts:
        yield Met(_capital(describe(f"documents.{paper}").meaning), (f"documents.{paper}",))
    for name, value in finding.facts:
        span = _SPAN_OF_DAYS.fullmatch(name)
        if value is None:
            continue
        if span and all(end in facts for end in span.groups()):
            start, end = (describe(path).meaning for path in span.groups())
            days = counted(int(value), "day")
            yield Met(f"{_capital(start)} to {end}: {days}", (*span.groups(), finding.rule))
        elif name in facts and (label := _label(name)):
            stated = label if facts[name] is True else f"{label}: {displayed(name, facts[name])}"
            yield Met(stated, (name,))


def _label(path: str) -> str | None:
    name = re.sub(r"^lines\.[0-9]+\.", "line.", path)
    try:
        return _LABELS.get(name) or _capital(describe(name).meaning)
    except KeyError:
        return None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def citation(source: Source) -> str:
    """Publisher, title, section and dates, as far as they are known."""
    named = ", ".join(part for part in (source.publisher, source.title, source.section) if part)
    published = f"published {date_text(source.published)}" if source.published else None
    verified = f"verified {long_date(source.verified)}" if source.verified else None
    dates = "; ".join(part for part in (published, verified) if part)
    return f"{named} ({dates})" if dates else named


def paper_title(name: str) -> str:
    """The title of a paper of the case, such as ``progress_report``."""
    return _TITLES.get(name, _capital(name.replace("_", " ")))


def attachments(decision: Decision, facts: Mapping[str, Scalar]) -> tuple[Attachment, ...]:
    """The papers that are on file by the decision or by the case; none other."""
    found: dict[str, Attachment] = {}
    for document in decision.documents:
        if document.status == "on_file" and document.id not in _NO_ATTACHMENTS:
            found[document.id] = Attachment(document.title, document.why)
    for name, title in _TITLES.items():
        if facts.get(f"documents.{name}") is True and name not in found:
            found[name] = Attachment(title, (f"documents.{name}",))
    return tuple(found.values())
