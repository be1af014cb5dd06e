"""Looks at rules, signed, and what payers said otherwise than a rule; rows are added and never changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

REVIEW, CONTRADICTION = "precertain_rule_review", "precertain_contradiction"


def upgrade() -> None:
    op.create_table(
        REVIEW,
        _sequence(),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("text_sha256", sa.String(), nullable=False),
        sa.Column("verified", sa.Date(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("signature", sa.String(), nullable=False),
    )
    op.create_table(
        CONTRADICTION,
        _sequence(),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("said_by", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("who", sa.String(), nullable=True),
    )
    for table in (REVIEW, CONTRADICTION):
        op.create_index(f"ix_{table}_rule", table, ["rule"])
        dialect = op.get_bind().dialect.name
        if dialect == "sqlite":
            _append_only_sqlite(table)
        elif dialect == "postgresql":
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION precertain_append_only()"
            )


def _sequence() -> sa.Column[int]:
    return sa.Column(
        "sequence", sa.Integer(), sa.ForeignKey("precertain_log.sequence"), primary_key=True, autoincrement=False
    )


def _append_only_sqlite(table: str) -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
    op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
    # INSERT OR REPLACE deletes without firing the delete trigger.
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE sequence = NEW.sequence) {refuse}"
    )
