"""Versions of patients, episodes and authorizations, and what happened to visits; rows are added and never changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

RECORD, VISIT_EVENT = "precertain_record", "precertain_visit_event"
KEYS = {
    RECORD: "kind = NEW.kind AND record_id = NEW.record_id AND version = NEW.version",
    VISIT_EVENT: "event_id = NEW.event_id",
}


def upgrade() -> None:
    op.create_table(
        RECORD,
        _sequence(),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("kind", "record_id", "version"),
    )
    op.create_table(
        VISIT_EVENT,
        _sequence(),
        sa.Column("event_id", sa.String(), nullable=False, unique=True),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    for column in ("visit_id", "patient_id"):
        op.create_index(f"ix_{VISIT_EVENT}_{column}", VISIT_EVENT, [column])
    dialect = op.get_bind().dialect.name
    for table, key in KEYS.items():
        if dialect == "sqlite":
            _append_only_sqlite(table, key)
        elif dialect == "postgresql":
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION precertain_append_only()"
            )


def _sequence() -> sa.Column[int]:
    return sa.Column(
        "sequence", sa.Integer(), sa.ForeignKey("precertain_log.sequence"), primary_key=True, autoincrement=False
    )


def _append_only_sqlite(table: str, key: str) -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
    op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
    # INSERT OR REPLACE deletes without firing the delete trigger.
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE sequence = NEW.sequence OR ({key})) {refuse}"
    )
