"""The log, the checks and the letters; all three take rows and never change one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TABLES = ("precertain_log", "precertain_check", "precertain_letter")


def upgrade() -> None:
    op.create_table(
        "precertain_log",
        sa.Column("sequence", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("check_id", sa.String(), nullable=False),
        sa.Column("payer", sa.String(), nullable=False),
        sa.Column("headline", sa.String(), nullable=False),
        sa.Column("date_of_service", sa.Date(), nullable=False),
        sa.Column("rulesets", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False, unique=True),
        sa.Column("hash", sa.String(), nullable=False),
    )
    op.create_index("ix_precertain_log_check_id", "precertain_log", ["check_id"])
    op.create_table(
        "precertain_check",
        _sequence(),
        sa.Column("case_json", sa.LargeBinary(), nullable=False),
        sa.Column("decision_json", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "precertain_letter",
        _sequence(),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("draft", sa.Boolean(), nullable=False),
    )
    dialect = op.get_bind().dialect.name
    if dialect == "sqlite":
        _append_only_sqlite()
    elif dialect == "postgresql":
        _append_only_postgresql()


def _sequence() -> sa.Column[int]:
    return sa.Column(
        "sequence", sa.Integer(), sa.ForeignKey("precertain_log.sequence"), primary_key=True, autoincrement=False
    )


def _append_only_sqlite() -> None:
    for table in TABLES:
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
        # INSERT OR REPLACE deletes without firing the delete trigger.
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE sequence = NEW.sequence) {refuse}"
        )


def _append_only_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION precertain_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION precertain_append_only()"
        )
