"""What such a claim is commonly denied for, told before the visit: at most one warning a risk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from engine.assess import Assessment
from engine.decision import DocumentNeeded, FactValue, Finding, Source
from engine.facts.base import Facts
from engine.message import Message, Part, Several, Within
from engine.modifiers import LineModifiers, PairEdit
from engine.own_findings import AboutPaper, own_finding
from engine.paperwork.wording import listed, listing
from engine.problems import Problem, UserError
from engine.reference import TablePart, load_reference, read_table

RiskName = Literal["documentation", "necessity", "modifiers", "authorization", "authorization_exceeded", "over_use"]
NOBODY_DENIES = "self-pay"
_ASKED = ("notify", "auto_approved", "review_required")
NECESSITY = {
    "functional_limitation": "the functional limitation",
    "prior_level": "the prior level",
    "current_level": "the current level",
    "skilled_need": "the need for a therapist's skill",
}


@dataclass(frozen=True, slots=True)
class Risk:
    """A common denial. ``reason_codes`` are the claim adjustment reason codes (CARC) by which a payer may tell it."""

    title: str
    reason_codes: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided before the findings are written: papers, authorization's answer, edits and modifiers."""

    documents: tuple[DocumentNeeded, ...]
    authorization: str
    pairs: tuple[PairEdit, ...]
    marks: tuple[LineModifiers, ...]


class _Risk(TablePart):
    title: str
    reason_codes: tuple[str, ...]
    source: str


class _Risks(TablePart):
    risks: dict[RiskName, _Risk]


@lru_cache(maxsize=8)
def load_risks(folder: Path) -> Mapping[RiskName, Risk]:
    """The table in ``denial_risks.yaml`` of that folder. Raises UserError with everything that is wrong with it."""
    sources = load_reference(folder).sources
    table, document = read_table(folder / "denial_risks.yaml", _Risks)
    problems = [
        Problem(
            "unknown-source", f"no source is called {risk.source!r}", document.span(("risks", name)), f"risks.{name}"
        )
        for name, risk in table.risks.items()
        if risk.source not in sources
    ]
    if missing := [name for name in get_args(RiskName) if name not in table.risks]:
        place = document.span(("risks",))
        problems.append(Problem("missing-key", f"nothing is said of {listed(missing)}", place, "risks"))
    if problems:
        raise UserError(problems)
    return {name: Risk(risk.title, risk.reason_codes, sources[risk.source]) for name, risk in table.risks.items()}


def risk_findings(facts: Facts, assessment: Assessment, decided: Decided) -> Iterator[Finding]:
    """The risks of a claim that some payer will judge; where all is refused already, that is the answer."""
    if assessment.refused or facts.coverage.payer == NOBODY_DENIES:
        return
    yield from _documentation(facts, decided)
    yield from _necessity(facts)
    yield from _modifiers(facts, decided)
    yield from _authorization(facts, decided)
    yield from _over_use(facts, decided)


def _documentation(facts: Facts, decided: Decided) -> Iterator[Finding]:
    if absent := [paper for paper in decided.documents if paper.status != "on_file"]:
        titles = listing([Message(paper.title) for paper in absent])
        said = Message("not on file, as far as is known: %(papers)s", {"papers": titles})
        read = tuple((f"documents.{paper.id}", False if paper.status == "missing" else None) for paper in absent)
        yield _risk(facts, "precertain/risk-documentation", "documentation", said, read)


def _necessity(facts: Facts) -> Iterator[Finding]:
    unsaid = [part for part in NECESSITY if not (getattr(facts.treatment.necessity, part) or "").strip()]
    if unsaid:
        named = listing([Message(NECESSITY[part]) for part in unsaid])
        said = Message("not written down: %(parts)s", {"parts": named})
        read = tuple((f"necessity.{part}", None) for part in unsaid)
        yield _risk(facts, "precertain/risk-necessity", "necessity", said, read)


def _risk(
    facts: Facts, rule: AboutPaper, name: RiskName, said: Part, read: tuple[tuple[str, FactValue], ...]
) -> Finding:
    risk = load_risks(facts.setting.reference.folder)[name]
    values: dict[str, Part] = {"risk": Within(risk.title), "codes": listing(risk.reason_codes, "or"), "said": said}
    return own_finding(rule, Message("Denial risk, %(risk)s (reason code %(codes)s): %(said)s.", values), read)


def _modifiers(facts: Facts, decided: Decided) -> Iterator[Finding]:
    lines = facts.treatment.lines
    open_pairs = [pair for pair in decided.pairs if pair.resolution == "modifier_if_separate"]
    if open_pairs:
        codes = dict.fromkeys((lines[pair.second].code, lines[pair.first].code) for pair in open_pairs)
        named = [Message("%(second)s beside %(first)s", {"second": one, "first": other}) for one, other in codes]
        said = Message(
            "paid only for time of its own: %(pairs)s; find that out before a modifier goes on",
            {"pairs": listing(named)},
        )
        read = tuple(dict.fromkeys((facts.path("line.separate_time", pair.second), None) for pair in open_pairs))
        yield _risk(facts, "precertain/risk-modifiers", "modifiers", said, read)


def _authorization(facts: Facts, decided: Decided) -> Iterator[Finding]:
    if decided.authorization not in _ASKED:
        return
    rule: AboutPaper = "precertain/risk-authorization"
    if facts.coverage.authorization in (None, "none"):
        notice = Message("the payer wants a notice, and none is on file")
        review = Message("the payer wants an authorization, and none is on file")
        said = notice if decided.authorization == "notify" else review
        yield _risk(facts, rule, "authorization", said, (("coverage.authorization", False),))
    else:
        said = Message("what is on file does not cover the visit: compare its days, visits, units and codes")
        yield _risk(facts, rule, "authorization_exceeded", said, (("coverage.authorization", True),))


def _over_use(facts: Facts, decided: Decided) -> Iterator[Finding]:
    """Visits planned beyond those left, as far as both are known, and a yearly threshold that is certainly passed."""
    said: list[Part] = []
    left, planned = facts.value("coverage.visits_left"), facts.treatment.plan_of_care.visits or 1
    ahead = max(1, planned - (facts.treatment.episode.visit_number or 1) + 1)
    if left.is_known and isinstance(left.known, int) and ahead > left.known:
        values = {"ahead": ahead, "left": max(0, left.known)}
        said.append(Message("visits still planned: %(ahead)s, left in the benefit: %(left)s", values))
    if any("KX" in mark.certain for mark in decided.marks):
        said.append(
            Message("the visit passes the yearly threshold, so the record must show that the care is necessary")
        )
    if said:
        yield _risk(facts, "precertain/risk-over-use", "over_use", Several(tuple(said), "; "), ())
