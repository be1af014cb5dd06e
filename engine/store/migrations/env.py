"""Run by Alembic inside the caller's transaction: a migration is there whole or not at all."""

from __future__ import annotations

from alembic import context

from engine.store.newest import VERSION_TABLE

context.configure(connection=context.config.attributes["connection"], version_table=VERSION_TABLE)
context.run_migrations()
