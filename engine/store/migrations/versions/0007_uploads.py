"""Exports waiting to be confirmed, and what was told of columns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "precertain_upload",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("user_id", sa.Integer(), nullable=False, index=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("mapping", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "precertain_columns",
        sa.Column("headers_hash", sa.String(), primary_key=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("mapping", sa.LargeBinary(), nullable=False),
    )
