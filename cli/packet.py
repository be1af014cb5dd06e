"""The command packet: everything of an authorization request at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.letter import Draft, Templates
from cli.record import Asked, now, record
from cli.session import CaseFile, Rulesets, Today, day_asked, library, read_one
from engine import check as decide
from engine.store import LetterRecord


def packet(
    case: CaseFile,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER_OR_FILE", help="A folder, or one file that ends in .pdf.")
    ],
    draft: Draft = False,
    templates: Templates = None,
    today: Today = None,
    rulesets: Rulesets = None,
) -> None:
    """Write fax cover, letter, field sheet and checklist of a request; where a required fact is missing, list it."""
    from letters.packet import write_packet

    day, treatment = day_asked(today), read_one(case).treatment
    decision = decide(treatment, library(rulesets), today=day)
    written = write_packet(treatment, decision, output, today=day, draft=draft, templates=templates)
    print(f"Wrote {written.path}" + (" (DRAFT)" if written.draft else ""))
    for file in written.files:
        if file.path != written.path:
            print(f"  {file.path.name}")
    for gap in written.gaps:
        print(f"Still missing: {gap.path}: {gap.question}", file=sys.stderr)
    entries = (
        LetterRecord(
            check_id=decision.check_id,
            kind=file.kind,
            file_name=file.path.name,
            sha256=file.sha256,
            format=file.format,
            draft=file.draft,
            at=now(),
        )
        for file in written.files
    )
    record([Asked(treatment, False, decision)], *entries)
