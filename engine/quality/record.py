"""The record of the last mutation run, by which the next one tries only rulesets whose text changed since."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, NonNegativeInt, TypeAdapter, ValidationError

from engine.files import write_whole
from engine.language.load import Library
from engine.problems import Problem, UserError
from engine.quality.mutation import Counts


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    sha256: str
    killed: NonNegativeInt
    excused: NonNegativeInt
    survived: NonNegativeInt
    score: float

    @property
    def counts(self) -> Counts:
        return Counts(killed=self.killed, excused=self.excused, survived=self.survived)


_ROWS = TypeAdapter(dict[str, _Row])


def fingerprint(library: Library, payer: str) -> str:
    """The SHA-256 of all files that a payer's rules stand in, each by its own."""
    ruleset = library.for_payer(payer)
    digests = sorted(used.sha256 for used in ruleset.used) if ruleset else []
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def unchanged(path: Path, library: Library) -> dict[str, Counts]:
    """The counts of the payers whose rules are the text that the record is of. Raises UserError where it is no
    record."""
    try:
        rows = _ROWS.validate_json(path.read_bytes())
    except OSError as error:
        hint = "--record writes one"
        raise UserError([Problem("unreadable", f"{path}: {error.strerror or error}", hint=hint)]) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        message = f"{path} is no record of mutations: {f'{where}: ' if where else ''}{first['msg']}"
        raise UserError([Problem("unreadable", message, hint="--record writes it anew")]) from None
    return {
        payer: row.counts
        for payer, row in rows.items()
        if payer in library.payers and row.sha256 == fingerprint(library, payer)
    }


def record(path: Path, library: Library, counts: Mapping[str, Counts]) -> None:
    """Write the counts of payers that were tried to the end, each with the fingerprint of its rules."""
    rows = {
        payer: _Row(sha256=fingerprint(library, payer), killed=one.killed, excused=one.excused, survived=one.survived,
                    score=round(one.score, 4))
        for payer, one in sorted(counts.items())
        if not one.not_tried
    }  # fmt: skip
    write_whole(path, _ROWS.dump_json(rows, indent=2) + b"\n")
