"""The store: appends checks, letters and answers, lists the log, finds a check again, verifies the chain."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, cast

import sqlalchemy
from sqlalchemy import URL, Engine, text
from sqlmodel import Session, col, func, select

from engine.decision import RulesetUsed
from engine.store.chain import breaks
from engine.store.connection import plain_errors, require_intact, wipe, writing
from engine.store.entries import AT_ONCE, append, append_all, chain_end, storable
from engine.store.opening import opened
from engine.store.records import AnswerRecord, ChainBreak, CheckRecord, EntryKind, LetterRecord, LogEntry, StoreError
from engine.store.tables import AnswerRow, CheckRow, LetterRow, LogRow

if TYPE_CHECKING:
    from engine.store.audit import Audit
    from engine.store.drafts import Drafts
    from engine.store.intake import Intake
    from engine.store.patient_data import PatientData
    from engine.store.rule_notes import RuleNotes
    from engine.store.tracking import Tracking
    from engine.store.uploads import Uploads

_SHOWN = 5
"""How many checks an error names when a prefix fits several."""

_RECENT = 1_000
"""How far back a mistyped check id is looked for."""


class Store:
    """An open database. Every method raises StoreError where the database fails; what returned is on disk."""

    def __init__(self, url: URL, engine: Engine) -> None:
        self._url = url
        self._engine = engine

    @classmethod
    def open(cls, url: str | None) -> Store:
        return cls(*opened(url))

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def tracking(self) -> Tracking:
        """Patients, episodes, authorizations and visits."""
        from engine.store.tracking import Tracking  # to record a check these parts are not needed

        return Tracking(self._reading, self._appending)

    @property
    def audit(self) -> Audit:
        """Who saw or changed which patient."""
        from engine.store.audit import Audit

        return Audit(self._reading, self._appending)

    @property
    def patient_data(self) -> PatientData:
        """All that is held of a patient, to be given out or erased."""
        from engine.store.patient_data import PatientData

        return PatientData(self._reading, self._appending)

    @property
    def drafts(self) -> Drafts:
        """Drafts of rulesets."""
        from engine.store.drafts import Drafts

        return Drafts(self._reading, self._appending)

    @property
    def rule_notes(self) -> RuleNotes:
        """Looks at rules, and what payers said otherwise."""
        from engine.store.rule_notes import RuleNotes

        return RuleNotes(self._reading, self._appending)

    def wipe(self) -> None:
        """Overwrite in the file what was erased: nothing of it can be read there any more."""
        with plain_errors(self._url):
            wipe(self._engine)

    @property
    def uploads(self) -> Uploads:
        """Exports that wait to be confirmed."""
        from engine.store.uploads import Uploads

        return Uploads(self._reading, self._appending)

    def record_check(self, *checks: CheckRecord) -> None:
        """All of them or, where it raises, none. The same check may be recorded again."""
        with self._appending() as session:
            append_all(session, (_check_entry(session, check) for check in checks))

    def record_schedule(self, plan: Callable[[], Intake], *, who: str, at: datetime) -> Intake:
        """New patients, visits and their checks, all or none. ``plan`` says which, while nobody else may write."""
        from engine.store.tracking import write_events, write_records

        with self._appending() as session:
            intake = plan()
            write_records(session, intake.patients, who, at)
            append_all(session, (_check_entry(session, check) for check in intake.checks))
            write_events(session, intake.events)
            return intake

    def record_letter(self, letter: LetterRecord) -> None:
        """The check must have been recorded."""
        with self._appending() as session:
            of = _newest(session, letter.check_id)
            if of is None:
                raise StoreError("The letter's check is not recorded: record the check first.")
            log = _next_entry(session, of, "letter", letter.at)
            row = LetterRow(
                sequence=log.sequence,
                kind=letter.kind,
                file_name=storable(letter.file_name),
                sha256=letter.sha256,
                format=letter.format,
                draft=letter.draft,
            )
            append(session, log, row)

    def record_answers(self, *answers: AnswerRecord) -> None:
        """All of them or, where it raises, none. Their check must have been recorded."""
        with self._appending() as session:
            for answer in answers:
                of = _newest(session, answer.check_id)
                if of is None:
                    raise StoreError("The check that was asked about is not recorded: record it first.")
                log = _next_entry(session, of, "answer", answer.at)
                row = AnswerRow(
                    sequence=log.sequence,
                    fact=answer.fact,
                    value=storable(answer.value),
                    said_by=answer.said_by and storable(answer.said_by),
                    reference=answer.reference and storable(answer.reference),
                )
                append(session, log, row)

    def entries(self, limit: int | None = None) -> tuple[LogEntry, ...]:
        """Newest first, ``limit`` at most; who merely saw a patient is in the audit trail."""
        query = (
            select(LogRow, LetterRow.kind, AnswerRow.fact)
            .join(LetterRow, col(LetterRow.sequence) == col(LogRow.sequence), isouter=True)
            .join(AnswerRow, col(AnswerRow.sequence) == col(LogRow.sequence), isouter=True)
            .where(LogRow.kind != "audit")
            .order_by(col(LogRow.sequence).desc())
            .limit(limit)
        )
        with self._reading() as session:
            return tuple(_entry(*found) for found in session.exec(query))

    def find_check(self, check_id: str) -> CheckRecord:
        """The check with this id, or the only one whose id begins so; recorded twice, the newer record."""
        with self._reading() as session:
            if exact := _newest(session, check_id):
                return exact
            ids = _ids_beginning(session, check_id)
            if len(ids) == 1 and (found := _newest(session, ids[0])):
                return found
            if len(ids) > 1:
                more = ", …" if len(ids) > _SHOWN else ""
                raise StoreError(f"Several checks begin with {check_id!r}: {', '.join(ids[:_SHOWN])}{more}. Give more.")
            nearest = get_close_matches(check_id, _recent_ids(session), n=1, cutoff=0.5)
        hint = f"The nearest is {nearest[0]!r}." if nearest else "`precertain log` lists those that are."
        raise StoreError(f"No check {check_id!r} is recorded. {hint}")

    def checks(self, check_ids: Collection[str]) -> dict[str, CheckRecord]:
        """The checks with these ids, each in its newest record."""
        found: dict[str, CheckRecord] = {}
        wanted = tuple(check_ids)
        with self._reading() as session:
            for at in range(0, len(wanted), AT_ONCE):
                named = col(LogRow.check_id).in_(wanted[at : at + AT_ONCE]) & (col(CheckRow.case_json) != b"")
                query = select(LogRow, CheckRow).join(CheckRow, col(CheckRow.sequence) == col(LogRow.sequence))
                for log, check in session.exec(query.where(named).order_by(col(LogRow.sequence))):
                    found[log.check_id] = _record(log, check)
        return found

    def cases_from(self, day: date) -> Iterator[tuple[str, bytes]]:
        """The id and the case of every check for that day of service or a later one, newest first, read as needed."""
        query = (
            select(LogRow.check_id, CheckRow.case_json)
            .join(CheckRow, col(CheckRow.sequence) == col(LogRow.sequence))
            .where(LogRow.date_of_service >= day, CheckRow.case_json != b"")
            .order_by(col(LogRow.sequence).desc())
            .execution_options(yield_per=AT_ONCE)
        )
        with self._reading() as session:
            yield from ((check_id, case) for check_id, case in session.exec(query))

    def number_from(self, day: date) -> int:
        """How many checks there are for that day of service or a later one."""
        query = select(func.count()).select_from(LogRow).where(LogRow.kind == "check", LogRow.date_of_service >= day)
        with self._reading() as session:
            return session.exec(query).one()

    def letters(self) -> tuple[tuple[str, str], ...]:
        """The check and the kind of every letter written, drafts left out, the first first."""
        query = (
            select(LogRow.check_id, LetterRow.kind)
            .join(LetterRow, col(LetterRow.sequence) == col(LogRow.sequence))
            .where(col(LetterRow.draft).is_(False))
            .order_by(col(LogRow.sequence))
        )
        with self._reading() as session:
            return tuple(dict.fromkeys((check_id, kind) for check_id, kind in session.exec(query)))

    def length(self) -> int:
        """How many entries the log has."""
        with self._reading() as session:
            return chain_end(session)[0]

    def verify(self) -> tuple[ChainBreak, ...]:
        """Reads everything and recomputes the chain; empty where all is as it was written.

        A file too damaged to be read through is a StoreError.
        """
        from engine.store.record_tables import BESIDE, ErasedRow

        query = sqlalchemy.select(LogRow, *BESIDE)
        for table in BESIDE:
            query = query.join(table, col(table.sequence) == col(LogRow.sequence), isouter=True)
        query = query.order_by(col(LogRow.sequence)).execution_options(yield_per=200)
        with self._reading() as session:
            require_intact(session.connection(), self._url)
            entries = ((row[0], row[1:]) for row in session.execute(query))
            return (*breaks(entries, session.exec(select(ErasedRow)).all()), *_strays(session))

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with plain_errors(self._url), Session(self._engine) as session:
            yield session

    @contextmanager
    def _appending(self) -> Iterator[Session]:
        """One transaction, the only one that writes; committed to disk when the block ends well."""
        with plain_errors(self._url), writing(self._engine) as engine, Session(engine) as session, session.begin():
            if session.get_bind().dialect.name == "postgresql":
                session.execute(text("LOCK TABLE precertain_log IN EXCLUSIVE MODE"))
            yield session


def _check_entry(session: Session, check: CheckRecord) -> tuple[LogRow, tuple[CheckRow]]:
    log = _next_entry(session, check, "check", check.at)
    return log, (CheckRow(sequence=log.sequence, case_json=check.case_json, decision_json=check.decision_json),)


def _next_entry(session: Session, check: CheckRecord, kind: EntryKind, at: datetime) -> LogRow:
    """The entry at the chain's end, about this check; its hash is still to come."""
    sequence, previous_hash = chain_end(session)
    return LogRow(
        sequence=sequence + 1,
        kind=kind,
        at=at.astimezone(UTC),
        check_id=check.check_id,
        payer=storable(check.payer),
        headline=check.headline,
        date_of_service=check.date_of_service,
        rulesets=[{"id": used.id, "version": used.version, "sha256": used.sha256} for used in check.rulesets],
        previous_hash=previous_hash,
        hash="",
    )


def _entry(log: LogRow, letter_kind: str | None, answered: str | None) -> LogEntry:
    return LogEntry(
        sequence=log.sequence,
        kind=cast("EntryKind", log.kind),
        at=log.at,
        check_id=log.check_id,
        payer=log.payer,
        headline=log.headline,
        date_of_service=log.date_of_service,
        rulesets=_rulesets(log),
        letter_kind=letter_kind,
        answered=answered,
        hash=log.hash,
    )


def _rulesets(log: LogRow) -> tuple[RulesetUsed, ...]:
    return tuple(RulesetUsed(**used) for used in log.rulesets)


def _newest(session: Session, check_id: str) -> CheckRecord | None:
    query = (
        select(LogRow, CheckRow)
        .join(CheckRow, col(CheckRow.sequence) == col(LogRow.sequence))
        .where(LogRow.check_id == check_id, CheckRow.case_json != b"")
        .order_by(col(LogRow.sequence).desc())
        .limit(1)
    )
    found = session.exec(query).first()
    if found is None:
        return None
    return _record(*found)


def _record(log: LogRow, check: CheckRow) -> CheckRecord:
    return CheckRecord(
        check_id=log.check_id,
        at=log.at,
        case_json=check.case_json,
        decision_json=check.decision_json,
        rulesets=_rulesets(log),
        payer=log.payer,
        headline=log.headline,
        date_of_service=log.date_of_service,
    )


def _ids_beginning(session: Session, prefix: str) -> list[str]:
    begins = col(LogRow.check_id).startswith(prefix, autoescape=True)
    query = (
        select(LogRow.check_id)
        .where(begins, LogRow.kind == "check")
        .distinct()
        .order_by(LogRow.check_id)
        .limit(_SHOWN + 1)
    )
    return list(session.exec(query))


def _recent_ids(session: Session) -> list[str]:
    query = select(LogRow.check_id).where(LogRow.kind == "check").order_by(col(LogRow.sequence).desc()).limit(_RECENT)
    return list(session.exec(query))


def _strays(session: Session) -> Iterable[ChainBreak]:
    """What has lost its log entry."""
    from engine.store.record_tables import BESIDE

    for table in BESIDE:
        logged = select(LogRow.sequence)
        for sequence in session.exec(select(table.sequence).where(col(table.sequence).not_in(logged))):
            yield ChainBreak(sequence, "its log entry is missing")
