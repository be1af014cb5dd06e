"""Drafts of rulesets in versions, each version and step an entry of the audit trail. Nothing is overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal, cast

from sqlmodel import Session, col, func, select

from engine.store.audit import AuditAction, append_audit
from engine.store.entries import Opened
from engine.store.records import Conflict
from engine.store.screen_tables import DraftRow

DraftState = Literal["draft", "proposed", "released"]
_STEPS: dict[DraftState, AuditAction] = {
    "draft": "rules drafted", "proposed": "rules proposed", "released": "rules released",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """A ruleset as somebody left it; versions count from 1. ``at`` is UTC."""

    ruleset: str
    version: int
    state: DraftState
    who: str
    at: datetime
    content: bytes


class Drafts:
    """The drafts of an open store. Methods raise StoreError; what returned is on disk."""

    def __init__(self, reading: Opened, appending: Opened) -> None:
        self._reading = reading
        self._appending = appending

    def save(self, ruleset: str, content: bytes, state: DraftState, *, read_at: int, who: str, at: datetime) -> Draft:
        """A new version, by the version it was made from, 0 for the first. Raises Conflict where there is a later."""
        with self._appending() as session:
            newest = _newest(session, ruleset)
            if newest is not None and newest.version != read_at:
                raise Conflict("draft", newest.who, newest.at)
            version = read_at + 1
            at = at.astimezone(UTC)
            session.add(DraftRow(ruleset=ruleset, version=version, state=state, who=who, at=at, content=content))
            detail = f"{ruleset}, version {version} of the draft, {sha256(content).hexdigest()[:12]}"
            append_audit(session, _STEPS[state], None, who, at, detail)
            return Draft(ruleset, version, state, who, at, content)

    def find(self, ruleset: str) -> Draft | None:
        """The newest version; None where there is no draft."""
        with self._reading() as session:
            row = _newest(session, ruleset)
            return _draft(row) if row else None

    def history(self, ruleset: str) -> tuple[Draft, ...]:
        """Every version, the newest first."""
        query = select(DraftRow).where(DraftRow.ruleset == ruleset).order_by(col(DraftRow.version).desc())
        with self._reading() as session:
            return tuple(_draft(row) for row in session.exec(query))

    def all(self) -> tuple[Draft, ...]:
        """The newest version of each, by ruleset."""
        newest = select(func.max(DraftRow.id)).group_by(DraftRow.ruleset)
        query = select(DraftRow).where(col(DraftRow.id).in_(newest)).order_by(DraftRow.ruleset)
        with self._reading() as session:
            return tuple(_draft(row) for row in session.exec(query))

    def went_back(self, detail: str, *, who: str, at: datetime) -> None:
        """That the release before answers again."""
        with self._appending() as session:
            append_audit(session, "rules went back", None, who, at, detail)


def _newest(session: Session, ruleset: str) -> DraftRow | None:
    query = select(DraftRow).where(DraftRow.ruleset == ruleset).order_by(col(DraftRow.version).desc()).limit(1)
    return session.exec(query).first()


def _draft(row: DraftRow) -> Draft:
    return Draft(row.ruleset, row.version, cast("DraftState", row.state), row.who, row.at, row.content)
