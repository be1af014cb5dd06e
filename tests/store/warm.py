"""What a process that uses a store would first spend its time on: its imports, and the tables' models made ready."""

from __future__ import annotations

import psycopg  # noqa: F401

from engine.store import open_store
from tests.store import restorer, store_writer, visit_writer  # noqa: F401

with open_store("sqlite://") as _store:
    _store.record_check(store_writer.a_check("warm"))
    _store.verify()
