"""Where the database is: the user's data folder unless a URL says otherwise."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from engine.store.records import StoreError
from engine.store.sqlite_file import default_file, ensure_file


def named(url: str | None) -> URL:
    """The database's URL; its folder is made where it is the user's data folder. Raises StoreError."""
    if url is not None:
        return _parse(url)
    return URL.create("sqlite", database=str(default_file()))


def locate(url: str | None) -> URL:
    """The database's URL; an SQLite file that does not exist yet is created. Raises StoreError."""
    located = named(url)
    if path_or_none := sqlite_file(located):
        ensure_file(path_or_none)
    return located


def _parse(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        # The text is not repeated: it may hold a password.
        raise StoreError(
            "The database URL cannot be read. Write it like sqlite:////folder/precertain.db "
            "or postgresql+psycopg://user:password@host/name."
        ) from None


def sqlite_file(url: URL) -> Path | None:
    """The file that this URL names; none for another database, one in memory, or SQLite's own file: syntax."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database.startswith((":memory:", "file:")):
        return None
    return Path(url.database)
