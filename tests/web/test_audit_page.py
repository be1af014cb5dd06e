"""What was recorded of patients is found by person, patient and day; what cannot be recorded is not shown."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from engine.store import open_store
from tests.store.visit_writer import MORNING, a_patient


@pytest.fixture
def recorded(signed_in: TestClient, database: Path) -> TestClient:
    with open_store(f"sqlite:///{database}") as store:
        store.tracking.add(a_patient("p1"), a_patient("p2"), who="Lee", at=MORNING)
        store.audit.seen("viewed", ["p1"], who="Kim", at=MORNING + timedelta(days=1))
        store.audit.seen("listed", [f"q{number}" for number in range(60)], who="Sam", at=MORNING - timedelta(days=2))
    return signed_in


def _rows(shown: str) -> list[str]:
    return [" ".join(re.sub("<[^>]*>", " ", row).split()) for row in re.findall(r"<tr>(.*?)</tr>", shown, re.DOTALL)][
        1:
    ]


def test_the_trail_is_read_by_patient_by_person_and_by_day(recorded: TestClient) -> None:
    by_patient = _rows(recorded.get("/audit?patient=p1").text)
    assert [row.split(" ", 2)[2] for row in by_patient] == ["Kim viewed p1", "Lee changed: patient, version 1 p1"]
    assert len(_rows(recorded.get("/audit?who=Lee").text)) == 2
    assert len(_rows(recorded.get("/audit?day=2026-11-25").text)) == 1
    assert "Nothing is recorded that fits" in recorded.get("/audit?patient=p1&day=2026-11-20").text
    wrong = recorded.get("/audit?day=yesterday")
    assert (wrong.status_code, "not a day" in wrong.text) == (422, True)


def test_a_long_trail_is_read_page_by_page_to_its_end(recorded: TestClient) -> None:
    seen, at = [], "/audit"
    while at:
        shown = recorded.get(at).text
        seen += _rows(shown)
        onward = re.search(r'href="([^"]*before=[^"]*)"', shown)
        at = onward[1].replace("&amp;", "&") if onward else ""
    assert len(seen) == len(set(seen)) == 64
