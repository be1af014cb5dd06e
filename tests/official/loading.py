"""Files written and loaded as a person would."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from engine.official.editions import Edition
from engine.official.importing import import_edition
from engine.official.registry import KINDS
from engine.official.tables import OfficialTables
from engine.store.official import OfficialStore

TODAY = date(2026, 11, 24)
PAIRS = (
    ("97140", "97124", "20010101", "20010101", "9"),
    ("97150", "97535", "20180101", "*", "0"),
    ("97530", "97116", "20200101", "20201231", "1"),
    ("97530", "97535", "20250401", "20261130", "1"),
    ("97535", "97164", "19950101", "*", "1"),
)
"""Pairs that no edit is bundled for, or another one, and that no bundled edit can stand in for."""


def file_of(folder: Path) -> Path:
    """The file of the store in a test's folder."""
    return folder / "data" / "reference.db"


def written(folder: Path, name: str, content: bytes) -> Path:
    """A file, in an archive with others where the name is one of a member: ``a.zip/a.txt``."""
    archive, _, member = name.rpartition(".zip/")
    if not archive:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path
    path = folder / f"{archive}.zip"
    with ZipFile(path, "a", ZIP_DEFLATED) as opened:
        opened.writestr(member, content)
    return path


def load(store: OfficialStore, kind: str, *paths: Path, first: date | None = None) -> Edition:
    return import_edition(KINDS[kind], paths, store, today=TODAY, first=first)


def tables(store: OfficialStore) -> OfficialTables:
    return OfficialTables(store)


def rows(store: OfficialStore, kind: str) -> list[tuple[object, ...]]:
    """All rows of the kind's one edition."""
    [edition] = [edition for edition in store.editions() if edition.kind == kind]
    return list(store.find(edition))
