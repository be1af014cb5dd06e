"""Whom an administrator locked out, and whose password was given for once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    for name in ("locked", "must_change"):
        op.add_column("precertain_user", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
