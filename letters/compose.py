"""A planned treatment and its decision become a letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from engine.decision import Decision
from engine.problems import Problem, UserError
from engine.treatment import PlannedTreatment
from letters import particulars
from letters.audit import audit
from letters.context import context
from letters.kinds import FORMAL_PARTS, RUNNING_HEAD, Kind, kind_named
from letters.language import Language, language_named
from letters.letter import DRAFT, DRAFT_PART, LETTERHEAD, Block, Gap, Heading, Items, Letter, Paragraph, Part, plain
from letters.markup import read_blocks
from letters.paper_names import paper_names
from letters.quotes import Ledger
from letters.refusals import refusal
from letters.requirements import gaps
from letters.templating import PartTemplates


def compose(
    kind: str,
    treatment: PlannedTreatment,
    decision: Decision,
    *,
    today: date,
    draft: bool = False,
    templates: Path | None = None,
    language: str = "en",
    enclosed: Sequence[str] = (),
) -> Letter:
    """The letter of a kind, audited. ``today`` dates it, unless the case names a day.

    ``enclosed`` names the kinds of the letters that go with a fax cover. Raises UserError for each missing required
    fact (not for a draft, which lists them), where the paper is refused for the case, for a language in which the kind
    is not written, and where a practice's own template in the folder ``templates`` is wrong or states what rests on
    nothing.
    """
    chosen = kind_named(kind)
    spoken = _language(chosen, language)
    dated = treatment.today or today
    if refused := refusal(chosen, treatment, decision, dated, draft):
        raise UserError([refused])
    missing = tuple(
        dict.fromkeys((*gaps(chosen, treatment), *particulars.further_gaps(chosen.name, treatment, decision)))
    )
    if missing and not draft:
        raise UserError([_missing(gap) for gap in missing])
    ledger = Ledger()
    names = {
        **context(treatment, decision, ledger, dated, missing),
        **paper_names(chosen.name, treatment, decision, ledger, dated, spoken, enclosed),
        **particulars.names(chosen.name, treatment, decision, ledger, dated),
    }
    source = PartTemplates(chosen, templates, ledger)
    head = read_blocks(source.printed(RUNNING_HEAD, names), ledger)
    written = [(name, read_blocks(source.printed(name, names), ledger)) for name in chosen.parts]
    letter = Letter(
        kind=chosen.name,
        title=chosen.title if spoken.code == "en" else spoken.title,
        dated=dated,
        running_head=next((block.text for block in head if isinstance(block, Paragraph)), plain("")),
        parts=tuple(_parts(written)),
        draft=draft,
        gaps=missing,
        language=spoken.code,
        large=chosen.large,
        notes=particulars.notes(chosen.name, treatment, decision, dated),
    )
    problems = audit(letter, treatment, decision, enclosed)
    if problems:
        raise UserError(problems)
    return _marked(letter) if draft else letter


def _language(kind: Kind, name: str) -> Language:
    language = language_named(name)
    if language.code not in kind.languages:
        told = f"a {kind.name} is not written in the language {name!r}"
        raise UserError([Problem("unknown-language", told, hint=f"Languages: {', '.join(kind.languages)}.")])
    return language


def _missing(gap: Gap) -> Problem:
    return Problem(
        "missing-fact", "the letter needs a fact that the case does not have", key=gap.path, hint=gap.question
    )


def _parts(written: Sequence[tuple[str, tuple[Block, ...]]]) -> Iterator[Part]:
    """The parts that say something; a part of which only the heading is left is left out."""
    for name, blocks in written:
        if any(not isinstance(block, Heading) for block in blocks) or (name == LETTERHEAD and blocks):
            yield Part(name, name in FORMAL_PARTS, blocks)


def _marked(letter: Letter) -> Letter:
    """The draft with its gaps listed in front."""
    blocks: list[Block] = [Paragraph("", plain(DRAFT))]
    if letter.gaps:
        blocks.append(Heading(plain("Still missing")))
        blocks.append(Items(tuple(plain(f"{gap.question} ({gap.path})") for gap in letter.gaps)))
    parts = (Part(DRAFT_PART, True, tuple(blocks)), *letter.parts)
    return replace(letter, parts=parts, draft=True)
