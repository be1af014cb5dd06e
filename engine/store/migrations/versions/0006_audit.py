"""Who saw or changed which patient; and what was erased, which alone lets a row beside the log be changed: its content
made empty. What is left of an erased entry, its tombstone vouches for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

AUDIT, ERASED = "precertain_audit", "precertain_erased"
HOLDING_CONTENT = (
    "precertain_check",
    "precertain_letter",
    "precertain_answer",
    "precertain_record",
    "precertain_visit_event",
)


def upgrade() -> None:
    op.create_table(
        AUDIT,
        _sequence(),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("patient_id", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("covers", sa.String(), nullable=True),
    )
    for column in ("who", "patient_id"):
        op.create_index(f"ix_{AUDIT}_{column}", AUDIT, [column])
    op.create_table(
        ERASED,
        _sequence(),
        sa.Column("tombstone", sa.Integer(), sa.ForeignKey("precertain_log.sequence"), nullable=False),
        sa.Column("remains", sa.String(), nullable=False),
    )
    op.create_index(f"ix_{ERASED}_tombstone", ERASED, ["tombstone"])
    dialect = op.get_bind().dialect.name
    if dialect == "sqlite":
        for table in (AUDIT, ERASED):
            _append_only_sqlite(table)
        for table in HOLDING_CONTENT:
            op.execute(f"DROP TRIGGER {table}_no_update")
            op.execute(
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN NEW.sequence <> OLD.sequence "
                f"OR NOT EXISTS (SELECT 1 FROM {ERASED} WHERE sequence = OLD.sequence) {_refuse(table)}"
            )
    elif dialect == "postgresql":
        for table in (AUDIT, ERASED):
            _append_only_postgresql(table, "UPDATE OR DELETE OR TRUNCATE")
        op.execute(
            "CREATE FUNCTION precertain_erased_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF NEW.sequence <> OLD.sequence OR NOT EXISTS (SELECT 1 FROM {ERASED} WHERE sequence = OLD.sequence) "
            "THEN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END IF; RETURN NEW; END $$"
        )
        for table in HOLDING_CONTENT:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
            _append_only_postgresql(table, "DELETE OR TRUNCATE")
            op.execute(
                f"CREATE TRIGGER {table}_erased_only BEFORE UPDATE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION precertain_erased_only()"
            )


def _sequence() -> sa.Column[int]:
    return sa.Column(
        "sequence", sa.Integer(), sa.ForeignKey("precertain_log.sequence"), primary_key=True, autoincrement=False
    )


def _refuse(table: str) -> str:
    return f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"


def _append_only_sqlite(table: str) -> None:
    op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {_refuse(table)}")
    op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {_refuse(table)}")
    # INSERT OR REPLACE deletes without firing the delete trigger.
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE sequence = NEW.sequence) {_refuse(table)}"
    )


def _append_only_postgresql(table: str, refused: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE {refused} ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION precertain_append_only()"
    )
