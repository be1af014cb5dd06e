"""The command letter: a letter about a case, in the format of the file's ending."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.record import Asked, now, record
from cli.session import CaseFile, Rulesets, Today, day_asked, library, read_one
from engine import check as decide
from engine.store import LetterRecord

Draft = Annotated[bool, typer.Option("--draft", help="Write it with facts missing, marked DRAFT, the gaps listed.")]
Templates = Annotated[
    Path | None,
    typer.Option(
        "--templates",
        metavar="DIR",
        envvar="PRECERTAIN_TEMPLATES",
        help="A folder with the practice's own parts, such as letterhead.j2; they replace the bundled ones.",
    ),
]
_KINDS = (
    "prior-authorization, medical-necessity, organization-determination, appeal, abn, good-faith-estimate, "
    "fax-cover, field-sheet, checklist, home-practice or patient-summary."
)


def letter(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=_KINDS)],
    case: CaseFile,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", help="Its ending names the format: .md .txt .html .pdf .docx."),
    ],
    draft: Draft = False,
    templates: Templates = None,
    language: Annotated[
        str, typer.Option("--language", metavar="en|es", help="Language of a patient-summary: English or Spanish.")
    ] = "en",
    today: Today = None,
    rulesets: Rulesets = None,
) -> None:
    """Write a letter of facts of the case and clauses of cited rules; where a required fact is missing, list it."""
    from letters import write_letter

    day, treatment = day_asked(today), read_one(case).treatment
    decision = decide(treatment, library(rulesets), today=day)
    written = write_letter(
        kind, treatment, decision, output, today=day, draft=draft, templates=templates, language=language
    )
    print(f"Wrote {written.path}" + (" (DRAFT)" if written.draft else ""))
    for note in written.notes:
        print(f"Note: {note}", file=sys.stderr)
    for gap in written.gaps:
        print(f"Still missing: {gap.path}: {gap.question}", file=sys.stderr)
    entry = LetterRecord(
        check_id=decision.check_id,
        kind=written.kind,
        file_name=written.path.name,
        sha256=written.sha256,
        format=written.format,
        draft=written.draft,
        at=now(),
    )
    record([Asked(treatment, False, decision)], entry)
