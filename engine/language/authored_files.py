"""A ruleset as its maintainer keeps it: the YAML, and the tables beside it that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from engine.language.authored import TABLE_FILE_NAME
from engine.language.table_files import KEYS
from engine.source import read_yaml


@dataclass(frozen=True, slots=True)
class TableFile:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class AuthoredFiles:
    """``tables``: in the order of their names."""

    yaml: bytes
    tables: tuple[TableFile, ...] = ()

    def table(self, name: str) -> bytes | None:
        """The file of that name; None where there is none."""
        return next((table.content for table in self.tables if table.name == name), None)

    @property
    def sha256(self) -> str:
        """Of the YAML alone where no table stands beside it."""
        made = sha256(self.yaml)
        for table in self.tables:
            made.update(f"\0{table.name}\0{len(table.content)}\0".encode() + table.content)
        return made.hexdigest()


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that a table is read from. ``key``: where the YAML names it, as problems say it."""

    name: str
    table: str
    key: str


@lru_cache(maxsize=16)
def named_files(yaml: bytes) -> tuple[NamedFile, ...] | None:
    """The files that its tables name, whatever else is wrong with it; None where it is no YAML."""
    documents = read_yaml(yaml, "").documents
    if not documents:
        return None
    found = documents[0].data.get("tables") if isinstance(documents[0].data, Mapping) else None
    return tuple(_named(found)) if isinstance(found, Mapping) else ()


def _named(tables: Mapping[str, object]) -> Iterator[NamedFile]:
    for name, table in tables.items():
        for key in KEYS:
            file = table.get(key) if isinstance(table, Mapping) else None
            if isinstance(file, str) and is_table_file(file):
                yield NamedFile(file, name, f"tables.{name}.{key}")


def is_table_file(name: str) -> bool:
    """Whether a table beside a ruleset may be called so."""
    return re.fullmatch(TABLE_FILE_NAME, name) is not None


def read_files(path: Path) -> AuthoredFiles:
    """The ruleset's file and those that it names and that are there."""
    yaml = path.read_bytes()
    names = sorted({one.name for one in named_files(yaml) or () if path.with_name(one.name).is_file()})
    return AuthoredFiles(yaml, tuple(TableFile(name, path.with_name(name).read_bytes()) for name in names))
