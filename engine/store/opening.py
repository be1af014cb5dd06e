"""A database opened and brought up to date: what every part of the store begins with."""

from __future__ import annotations

from sqlalchemy import URL, Engine

from engine.store.connection import connect, plain_errors
from engine.store.location import locate
from engine.store.schema import bring_up_to_date


def opened(url: str | None) -> tuple[URL, Engine]:
    """The database's URL and its engine. Raises StoreError."""
    located = locate(url)
    engine = connect(located)
    with plain_errors(located):
        bring_up_to_date(engine)
    return located, engine
