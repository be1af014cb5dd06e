"""The calendar feeds of people, by the hash of the secret in their address."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "precertain_feed",
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("precertain_user.id"), primary_key=True, autoincrement=False),
        sa.Column("token_hash", sa.String(), nullable=False, unique=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    )
