"""The reasons that a payer gives for a denial, by reason code, and what answers each in an appeal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, StringConstraints

from engine.decision import Source
from engine.paperwork.risks import RiskName
from engine.problems import Problem, UserError
from engine.reference import TablePart, load_reference, read_table, unknown_sources
from engine.source import Document
from engine.treatment import Documents, PlannedTreatment

# Remittances put a group in front, as in CO-50; remark codes (RARC) begin with a letter of their own, as N115.
_CODE = re.compile(r"\b(?:(?:CO|PR|OA|PI|CR)[ -]*)?0*(\d{1,3}|[A-Z]{1,2}\d{1,4})\b")


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. ``label`` is our own wording, ``argument`` the risk that came true.

    ``needs`` are the facts without which the appeal has no answer, ``documents`` the papers that bear it out.
    """

    code: str
    label: str
    argument: RiskName
    needs: tuple[str, ...]
    documents: tuple[str, ...]
    source: Source


class _Reason(TablePart):
    label: str
    argument: RiskName
    needs: tuple[str, ...]
    documents: tuple[str, ...]
    source: str


class _Reasons(TablePart):
    reasons: dict[Annotated[str, StringConstraints(pattern=r"^[A-Z]{0,2}[1-9][0-9]{0,3}$")], _Reason]


@lru_cache(maxsize=8)
def load_denial_reasons(folder: Path) -> Mapping[str, Reason]:
    """The table in ``denial-reasons.yaml`` of that folder. Raises UserError with everything that is wrong with it."""
    sources = load_reference(folder).sources
    table, document = read_table(folder / "denial-reasons.yaml", _Reasons)
    cited = [(("reasons", code, "source"), reason.source) for code, reason in table.reasons.items()]
    problems = (*unknown_sources(cited, sources, document), *_unknown_facts(table, document))
    if problems:
        raise UserError(problems)
    return {
        code: Reason(code, row.label, row.argument, row.needs, row.documents, sources[row.source])
        for code, row in table.reasons.items()
    }


def codes_in(text: str) -> tuple[str, ...]:
    """The reason codes in what a remittance says, group codes left off: 50 and N115 in ``CO-50, N115``."""
    return tuple(dict.fromkeys(_CODE.findall(text.upper())))


def _unknown_facts(table: _Reasons, document: Document) -> Iterator[Problem]:
    for code, reason in table.reasons.items():
        for at, path in enumerate(reason.needs):
            if not _is_fact(PlannedTreatment, path):
                place = document.span(("reasons", code, "needs", at))
                yield Problem("unknown-fact", f"a case has no fact {path!r}", place, f"reasons.{code}.needs")
        for at, name in enumerate(reason.documents):
            if not _is_fact(Documents, name):
                place = document.span(("reasons", code, "documents", at))
                yield Problem("unknown-fact", f"a case has no paper {name!r}", place, f"reasons.{code}.documents")


def _is_fact(model: type[BaseModel], path: str) -> bool:
    name, _, rest = path.partition(".")
    field = model.model_fields.get(name)
    if field is None or not rest:
        return field is not None
    part = field.annotation
    return isinstance(part, type) and issubclass(part, BaseModel) and _is_fact(part, rest)
