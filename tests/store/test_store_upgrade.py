"""A database of every released schema, with each kind of row that it knew, is brought up to date and loses none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData
from sqlmodel import SQLModel, create_engine

from engine.store import open_store, schema
from engine.store.chain import GENESIS, entry_hash, vouched
from engine.store.people import People
from engine.store.record_tables import (
    AuditRow,
    ContradictionRow,
    ErasedRow,
    RecordRow,
    RuleReviewRow,
    VisitEventRow,
)
from engine.store.screen_tables import ColumnsRow, DraftRow, DraftTableRow, FeedRow, SessionRow, UploadRow, UserRow
from engine.store.tables import AnswerRow, Beside, CheckRow, LetterRow, LogRow
from engine.tracking.records import Patient
from tests.store.store_writer import an_answer
from tests.store.visit_writer import MORNING, a_booking, a_patient

CONFIG = Config()
CONFIG.set_main_option("script_location", str(schema.MIGRATIONS))
RELEASED = sorted(one.revision for one in ScriptDirectory.from_config(CONFIG).walk_revisions())
AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """An entry of the log as the version that made ``since`` wrote it, with what stands beside it."""

    since: str
    kind: str
    about: str
    beside: Sequence[Beside]


def _entries() -> tuple[Entry, ...]:
    """In the order of the versions, so that a log of each is the beginning of the next one's."""
    patient, booking = a_patient("p1"), a_booking("v1", "p1")
    record = {"kind": "patient", "record_id": "p1", "version": 1, "who": "Lee", "content": _json(patient)}
    event = {"event_id": booking.id, "visit_id": "v1", "patient_id": "p1", "who": "Lee", "content": _json(booking)}
    letter = {"kind": "appeal", "file_name": "a.pdf", "sha256": "ab" * 32, "format": "pdf", "draft": True}
    answer = {"fact": "coverage.in_network", "value": "yes", "said_by": "Lee", "reference": "R-1"}
    gone = {"who": "Robin", "what": "deleted", "patient_id": "p2", "detail": "asked for", "covers": None}
    look = {
        "rule": "self-pay/estimate",
        "text_sha256": "cd" * 32,
        "verified": AT.date(),
        "who": "Lee",
        "signature": "ef",
    }
    otherwise = {"rule": "self-pay/estimate", "said": "none is needed", "said_by": "Lee"}
    return (
        Entry("0001", "check", "old", [CheckRow(sequence=1, case_json=b"{}", decision_json=b"{}")]),
        Entry("0001", "letter", "old", [LetterRow(sequence=2, **letter)]),
        Entry("0002", "answer", "old", [AnswerRow(sequence=3, **answer)]),
        Entry("0004", "record", "p1", [RecordRow(sequence=4, **record)]),
        Entry("0004", "event", "p1", [VisitEventRow(sequence=5, **event)]),
        Entry("0006", "check", "gone", [CheckRow(sequence=6, case_json=b"", decision_json=b"")]),
        Entry("0006", "audit", "p2", [AuditRow(sequence=7, **gone)]),
        Entry("0009", "review", "self-pay/estimate", [RuleReviewRow(sequence=8, **look)]),
        Entry("0009", "contradiction", "old", [ContradictionRow(sequence=9, **otherwise)]),
    )


def _json(record: Any) -> bytes:
    return record.model_dump_json(exclude_none=True).encode()  # type: ignore[no-any-return]


SCREEN: tuple[tuple[str, SQLModel], ...] = (
    ("0003", UserRow(id=1, name="Robin", name_key="robin", role="administrator", password_hash="x", created_at=AT)),
    ("0003", SessionRow(token_hash="t", user_id=1, seen_at=AT, ends_at=AT + timedelta(hours=12))),
    ("0005", FeedRow(user_id=1, token_hash="f", made_at=AT)),
    ("0007", UploadRow(id="u1", user_id=1, at=AT, name="day.csv", content=b"a,b", mapping=b"{}")),
    ("0007", ColumnsRow(headers_hash="h", at=AT, mapping=b"{}")),
    ("0010", DraftRow(id=1, ruleset="self-pay", version=1, state="draft", who="Robin", at=AT, content=b"id: self-pay")),
    ("0011", DraftTableRow(draft=1, name="codes.csv", content=b"code\n97535\n")),
)


def _rows(revision: str) -> Iterator[SQLModel]:
    """Every row of a database of that version; of its log, chained."""
    previous, left = GENESIS, []
    for number, entry in enumerate((one for one in _entries() if one.since <= revision), start=1):
        log = LogRow(
            sequence=number, kind=entry.kind, at=AT, check_id=entry.about, payer="self-pay", headline="book",
            date_of_service=date(2026, 11, 2), rulesets=[], previous_hash=previous, hash="",
        )  # fmt: skip
        for row in entry.beside:
            if isinstance(row, AuditRow):
                row.covers = vouched(left)
        log.hash = previous = entry_hash(log, *entry.beside)
        yield log
        yield from entry.beside
        if entry.about == "gone":  # what is hashed of it is what a deletion left
            left.append((number, log.hash))
    for sequence, remains in left:
        yield ErasedRow(sequence=sequence, tombstone=sequence + 1, remains=remains)
    yield from (row for since, row in SCREEN if since <= revision)


def _write(connection: Connection, rows: Sequence[SQLModel]) -> None:
    """With the columns that the tables of that version have."""
    tables = MetaData()
    tables.reflect(connection)
    for row in rows:
        table = tables.tables[row.__tablename__]  # type: ignore[index]
        columns = type(row).__table__.columns  # type: ignore[attr-defined]
        values = {one.name: getattr(row, one.name) for one in table.columns if one.name in columns}
        connection.execute(table.insert().values(values))


def _stored(url: str, kinds: set[type[SQLModel]]) -> dict[str, int]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            kind.__name__: len(connection.execute(kind.__table__.select()).all())  # type: ignore[attr-defined]
            for kind in kinds
        }
    engine.dispose()
    return found


@pytest.mark.parametrize("revision", RELEASED)
def test_a_database_of_an_older_version_is_brought_up_to_date_with_all_its_rows(url: str, revision: str) -> None:
    rows = list(_rows(revision))
    engine = create_engine(url)
    with engine.begin() as connection:
        command.upgrade(_on(connection), revision)
        known = {name for name in _tables(connection) if name != schema.VERSION_TABLE}
        assert known == {row.__tablename__ for row in rows}, "each table of that version has a row"
        _write(connection, rows)
    engine.dispose()
    with open_store(url) as store:
        assert store.verify() == ()
        assert store.find_check("old").decision_json == b"{}"
        store.record_answers(an_answer("old"))
        if revision >= "0004":
            assert store.tracking.find(Patient, "p1").record == a_patient("p1")
            assert list(store.tracking.events()) == [a_booking("v1", "p1")]
        else:
            store.tracking.add(a_patient("p1"), who="Lee", at=MORNING)
        assert store.verify() == ()
    written = [type(row).__name__ for row in rows]
    now = _stored(url, {type(row) for row in rows})
    assert all(now[kind] >= written.count(kind) for kind in now)
    if revision >= "0003":
        _require_people_of(url, revision)


def _require_people_of(url: str, revision: str) -> None:
    people = People.open(url)
    robin = people.whose("t", AT + timedelta(minutes=1))
    assert robin is not None
    assert (robin.name, robin.locked, robin.must_change) == ("Robin", False, False)
    assert people.feeds.whose("f") == (1 if revision >= "0005" else None)
    people.close()


def test_the_hash_of_an_entry_of_any_kind_is_what_it_ever_was() -> None:
    *_, last = (row for row in _rows("0010") if isinstance(row, LogRow))
    assert last.hash == "330a44565182791fdfec102d3f76fcd9c2c39503736b4d4a29f7b745eb907f42"


def _on(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    return config


def _tables(connection: Connection) -> set[str]:
    tables = MetaData()
    tables.reflect(connection)
    return set(tables.tables)
