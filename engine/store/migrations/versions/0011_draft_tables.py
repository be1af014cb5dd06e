"""The tables that a draft of a ruleset keeps in files beside its YAML."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "precertain_draft_table",
        sa.Column("draft", sa.Integer(), sa.ForeignKey("precertain_draft.id"), primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
