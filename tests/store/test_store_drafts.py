"""A draft's versions carry its tables with its YAML, and what is recorded of each covers both."""

from __future__ import annotations

import pytest

from engine.language.authored_files import AuthoredFiles, TableFile
from engine.store import Conflict
from engine.store.repository import Store
from tests.store.visit_writer import MORNING

CODES, LIMITS = TableFile("codes.csv", b"code\n97535\n"), TableFile("limits.xlsx", bytes(range(256)))
FILES = AuthoredFiles(b"id: own-plan\n", (CODES, LIMITS))


def _hashes(store: Store) -> list[str]:
    """What the audit entries tell of the versions, the first first."""
    return [str(entry.detail).rpartition(" ")[2] for entry in reversed(store.audit.trail())]


def test_a_version_holds_its_tables_byte_for_byte_and_the_next_one_its_own(store: Store) -> None:
    begun = store.drafts.begin("own-plan", FILES, who="Lee", at=MORNING)
    assert begun is not None
    assert store.drafts.find("own-plan") == begun
    assert begun.files == FILES
    fewer = AuthoredFiles(FILES.yaml, (TableFile("codes.csv", b"code\n97530\n"),))
    store.drafts.save("own-plan", fewer, "proposed", read_at=1, who="Kim", at=MORNING)
    newest = store.drafts.newest("own-plan")
    assert newest is not None
    assert (newest.version, newest.files) == (2, fewer)
    assert [one.version for one in store.drafts.history("own-plan")] == [2, 1]
    assert [(one.version, one.state) for one in store.drafts.all()] == [(2, "proposed")]


def test_who_saves_second_changes_neither_yaml_nor_tables(store: Store) -> None:
    store.drafts.begin("own-plan", FILES, who="Lee", at=MORNING)
    store.drafts.save("own-plan", FILES, "draft", read_at=1, who="Kim", at=MORNING)
    other = AuthoredFiles(b"id: other\n", (TableFile("codes.csv", b"code\n"),))
    with pytest.raises(Conflict):
        store.drafts.save("own-plan", other, "draft", read_at=1, who="Lee", at=MORNING)
    found = store.drafts.find("own-plan")
    assert found is not None
    assert found.files == FILES


def test_what_is_recorded_of_a_version_differs_where_a_table_does(store: Store) -> None:
    alone = AuthoredFiles(FILES.yaml)
    renamed = AuthoredFiles(FILES.yaml, (TableFile("code.csv", CODES.content),))
    shifted = AuthoredFiles(FILES.yaml, (TableFile("codes.csv", CODES.content[:-1]),))
    store.drafts.begin("own-plan", alone, who="Lee", at=MORNING)
    for read_at, files in enumerate((AuthoredFiles(FILES.yaml, (CODES,)), renamed, shifted, alone), start=1):
        store.drafts.save("own-plan", files, "draft", read_at=read_at, who="Lee", at=MORNING)
    *differing, last = _hashes(store)
    assert len(set(differing)) == 4
    assert last == differing[0]
    assert store.verify() == ()
