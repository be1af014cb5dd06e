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

DraftState = Literal["draft", "proposed", "released", "discarded"]
_STEPS: dict[DraftState, AuditAction] = {
    "draft": "rules drafted", "proposed": "rules proposed", "released": "rules released",
    "discarded": "draft discarded",
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

    def begin(self, ruleset: str, content: bytes, *, who: str, at: datetime) -> Draft | None:
        """The first version, or the next one after a draft that was discarded; None where there is a draft."""
        with self._appending() as session:
            newest = _newest(session, ruleset)
            if newest is not None and newest.state != "discarded":
                return None
            version = newest.version + 1 if newest else 1
            return _add(session, Draft(ruleset, version, "draft", who, at.astimezone(UTC), content))

    def save(
        self, ruleset: str, content: bytes, state: DraftState, *, read_at: int, who: str, at: datetime,
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
            return _add(session, Draft(ruleset, read_at + 1, state, who, at.astimezone(UTC), content), step)

    def find(self, ruleset: str) -> Draft | None:
        """The newest version; None where there is no draft, or where it was discarded."""
        newest = self.newest(ruleset)
        return newest if newest and newest.state != "discarded" else None

    def newest(self, ruleset: str) -> Draft | None:
        """The newest version, even one that was discarded."""
        with self._reading() as session:
            row = _newest(session, ruleset)
            return _draft(row) if row else None

    def history(self, ruleset: str) -> tuple[Draft, ...]:
        """Every version, the newest first."""
        query = select(DraftRow).where(DraftRow.ruleset == ruleset).order_by(col(DraftRow.version).desc())
        with self._reading() as session:
            return tuple(_draft(row) for row in session.exec(query))

    def all(self) -> tuple[Draft, ...]:
        """The newest version of each that was not discarded, by ruleset."""
        newest = select(func.max(DraftRow.id)).group_by(DraftRow.ruleset)
        kept = col(DraftRow.id).in_(newest), col(DraftRow.state) != "discarded"
        query = select(DraftRow).where(*kept).order_by(DraftRow.ruleset)
        with self._reading() as session:
            return tuple(_draft(row) for row in session.exec(query))

    def note(self, step: AuditAction, detail: str, *, who: str, at: datetime) -> None:
        """Record a step that makes no version: that the release before answers again."""
        with self._appending() as session:
            append_audit(session, step, None, who, at, detail)


def _newest(session: Session, ruleset: str) -> DraftRow | None:
    query = select(DraftRow).where(DraftRow.ruleset == ruleset).order_by(col(DraftRow.version).desc()).limit(1)
    return session.exec(query).first()


def _add(session: Session, draft: Draft, step: AuditAction | None = None) -> Draft:
    session.add(
        DraftRow(ruleset=draft.ruleset, version=draft.version, state=draft.state, who=draft.who, at=draft.at,
                 content=draft.content)
    )  # fmt: skip
    detail = f"{draft.ruleset}, version {draft.version} of the draft, {sha256(draft.content).hexdigest()[:12]}"
    append_audit(session, step or _STEPS[draft.state], None, draft.who, draft.at, detail)
    return draft


def _draft(row: DraftRow) -> Draft:
    return Draft(row.ruleset, row.version, cast("DraftState", row.state), row.who, row.at, row.content)
