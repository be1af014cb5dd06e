"""What was answered to the questions of a check; like the others, a table that takes rows and never changes one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TABLE = "precertain_answer"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column(
            "sequence", sa.Integer(), sa.ForeignKey("precertain_log.sequence"), primary_key=True, autoincrement=False
        ),
        sa.Column("fact", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("said_by", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
    )
    dialect = op.get_bind().dialect.name
    if dialect == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
        op.execute(f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE} {refuse}")
        op.execute(f"CREATE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE} {refuse}")
        op.execute(
            f"CREATE TRIGGER {TABLE}_no_replace BEFORE INSERT ON {TABLE} "
            f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE sequence = NEW.sequence) {refuse}"
        )
    elif dialect == "postgresql":
        op.execute(
            f"CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
            "FOR EACH STATEMENT EXECUTE FUNCTION precertain_append_only()"
        )
