"""Drafts of rulesets in versions, each version and step an entry of the audit trail. Nothing is overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, cast

from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select

from engine.language.authored_files import AuthoredFiles, TableFile
from engine.store.audit import AuditAction, append_audit
from engine.store.entries import Opened
from engine.store.records import Conflict
from engine.store.screen_tables import DraftRow, DraftTableRow

DraftState = Literal["draft", "proposed", "released", "discarded"]
_STEPS: dict[DraftState, AuditAction] = {
    "draft": "rules drafted", "proposed": "rules proposed", "released": "rules released",
    "discarded": "draft discarded",
}  # fmt: skip
_VERSIONS = select(DraftRow).options(defer(DraftRow.content))  # type: ignore[arg-type]
"""Rows without what the versions hold."""


@dataclass(frozen=True, slots=True)
class DraftVersion:
    """That somebody left a ruleset so; versions count from 1. ``at`` is UTC."""

    ruleset: str
    version: int
    state: DraftState
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Draft(DraftVersion):
    """A version with what it holds."""

    files: AuthoredFiles


class Drafts:
    """The drafts of an open store. Methods raise StoreError; what returned is on disk."""

    def __init__(self, reading: Opened, appending: Opened) -> None:
        self._reading = reading
        self._appending = appending

    def begin(self, ruleset: str, files: AuthoredFiles, *, who: str, at: datetime) -> Draft | None:
        """The first version, or the next one after a draft that was discarded; None where there is a draft."""
        with self._appending() as session:
            newest = _newest(session, ruleset)
            if newest is not None and newest.state != "discarded":
                return None
            version = newest.version + 1 if newest else 1
            return _add(session, Draft(ruleset, version, "draft", who, at.astimezone(UTC), files))

    def save(
        self, ruleset: str, files: AuthoredFiles, state: DraftState, *, read_at: int, who: str, at: datetime,
        step: AuditAction | None = None,
    ) -> Draft:  # fmt: skip
        """A new version, by the version it was made from. Raises Conflict where there is a later one, or it was
        discarded.

        ``step``: what is recorded of it, where not what its state tells.
        """
        with self._appending() as session:
            newest = _newest(session, ruleset)
            if newest is not None and (newest.version != read_at or newest.state == "discarded"):
                raise Conflict("draft", newest.who, newest.at)
            return _add(session, Draft(ruleset, read_at + 1, state, who, at.astimezone(UTC), files), step)

    def find(self, ruleset: str) -> Draft | None:
        """The newest version; None where there is no draft, or where it was discarded."""
        newest = self.newest(ruleset)
        return newest if newest and newest.state != "discarded" else None

    def newest(self, ruleset: str) -> Draft | None:
        """The newest version, even one that was discarded."""
        with self._reading() as session:
            row = _newest(session, ruleset)
            return _draft(session, row) if row else None

    def history(self, ruleset: str) -> tuple[DraftVersion, ...]:
        """Every version, the newest first."""
        query = _VERSIONS.where(DraftRow.ruleset == ruleset).order_by(col(DraftRow.version).desc())
        with self._reading() as session:
            return tuple(_version(row) for row in session.exec(query))

    def all(self) -> tuple[DraftVersion, ...]:
        """The newest version of each that was not discarded, by ruleset."""
        newest = select(func.max(DraftRow.id)).group_by(DraftRow.ruleset)
        kept = col(DraftRow.id).in_(newest), col(DraftRow.state) != "discarded"
        query = _VERSIONS.where(*kept).order_by(DraftRow.ruleset)
        with self._reading() as session:
            return tuple(_version(row) for row in session.exec(query))

    def note(self, step: AuditAction, detail: str, *, who: str, at: datetime) -> None:
        """Record a step that makes no version: that the release before answers again."""
        with self._appending() as session:
            append_audit(session, step, None, who, at, detail)


def _newest(session: Session, ruleset: str) -> DraftRow | None:
    query = select(DraftRow).where(DraftRow.ruleset == ruleset).order_by(col(DraftRow.version).desc()).limit(1)
    return session.exec(query).first()


def _add(session: Session, draft: Draft, step: AuditAction | None = None) -> Draft:
    row = DraftRow(
        ruleset=draft.ruleset, version=draft.version, state=draft.state, who=draft.who, at=draft.at,
        content=draft.files.yaml,
    )  # fmt: skip
    session.add(row)
    session.flush()  # which gives the row its id
    assert row.id is not None
    session.add_all(DraftTableRow(draft=row.id, name=one.name, content=one.content) for one in draft.files.tables)
    detail = f"{draft.ruleset}, version {draft.version} of the draft, {draft.files.sha256[:12]}"
    append_audit(session, step or _STEPS[draft.state], None, draft.who, draft.at, detail)
    return draft


def _version(row: DraftRow) -> DraftVersion:
    return DraftVersion(row.ruleset, row.version, cast("DraftState", row.state), row.who, row.at)


def _draft(session: Session, row: DraftRow) -> Draft:
    beside = select(DraftTableRow).where(DraftTableRow.draft == row.id).order_by(DraftTableRow.name)
    files = AuthoredFiles(row.content, tuple(TableFile(one.name, one.content) for one in session.exec(beside)))
    return Draft(row.ruleset, row.version, cast("DraftState", row.state), row.who, row.at, files)
