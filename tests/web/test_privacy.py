"""A patient's data on the screen: given out and deleted by the administrator, recorded, and never in a URL or a log."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from httpx import Response
from starlette.testclient import TestClient

from engine.store import open_store
from engine.tracking.packets import Packet
from engine.tracking.records import AuthorizationRecord, Patient
from engine.treatment import PlannedTreatment
from tests.store.visit_writer import MORNING, a_booking, an_episode
from tests.web.conftest import send
from tests.web.test_roles import ROUTES

NAME = "Zebedee Quillfeather"
PAGE = "/patients/p1/data"
CASE = PlannedTreatment.model_validate(
    {
        "coverage": {"payer": "self-pay"}, "patient": {"name": NAME}, "provider": {"discipline": "OT"},
        "lines": [{"code": "97530"}], "date_of_service": "2026-12-01",
    },
    strict=False,
)  # fmt: skip


@pytest.fixture
def holding(signed_in: TestClient, database: Path) -> TestClient:
    with open_store(f"sqlite:///{database}") as store:
        authorization = AuthorizationRecord(id="a1", episode_id="p1-ot")
        patient = Patient(id="p1", name=NAME)
        packet = Packet(id="k1", kind="appeal", case=CASE, episode_id="p1-ot", authorization_id="a1")
        store.tracking.add(patient, an_episode("p1-ot", "p1"), authorization, packet, who="Lee", at=MORNING)
        store.tracking.append(a_booking("v1", "p1"))
    return signed_in


def _actions(holding: TestClient) -> list[str]:
    return re.findall(r"<td[^>]*>Robin Sample</td>\s*<td[^>]*>([^<]*)</td>", holding.get("/audit?patient=p1").text)


def test_what_is_held_is_given_out_and_that_is_recorded(holding: TestClient) -> None:
    answer = send(holding, PAGE, f"{PAGE}/export")
    assert json.loads(answer.content)["records"][0]["content"]["name"] == NAME
    assert "attachment" in answer.headers["content-disposition"]
    assert _actions(holding)[:2] == ["exported", "viewed"]


def test_a_patient_is_deleted_on_purpose_only_and_nothing_is_left(holding: TestClient, database: Path) -> None:
    refused = send(holding, PAGE, f"{PAGE}/delete", why="", again="p2")
    assert (refused.status_code, "Say why" in refused.text, "Type the patient" in refused.text) == (422, True, True)
    assert holding.get(PAGE).status_code == 200
    send(holding, PAGE, f"{PAGE}/delete", why="asked for in writing", again="p1")
    assert holding.get(PAGE).status_code == 404
    assert "deleted: asked for in writing" in _actions(holding)
    with open_store(f"sqlite:///{database}") as store:
        assert store.verify() == ()
    assert not any(b"Quillfeather" in file.read_bytes() for file in database.parent.glob("precertain.db*"))


def test_what_cannot_be_recorded_is_not_shown(holding: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = holding.get(PAGE)
    assert shown.status_code == 200
    desk = holding.app.state.desk  # type: ignore[attr-defined]
    with desk.store._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
        connection.connection.driver_connection.execute("COMMIT")
    refused = holding.get(PAGE)
    assert refused.status_code == 503
    assert "Not shown, because who sees a patient must be recorded" in refused.text
    assert "Versions of the patient" not in refused.text


KNOWN = {
    "patient_id": "p1", "episode_id": "p1-ot", "authorization_id": "a1", "visit_id": "v1", "person_id": "1",
    "packet_id": "k1", "on": "2026-12-01",
}  # fmt: skip


def _every_page(holding: TestClient) -> Iterator[tuple[str, Response]]:
    """Each route that is opened, with the ids of the patient in it, and what it answers."""
    for route in sorted({path for method, path in ROUTES if method == "GET"}):
        path = route.replace("{payer}", "self-pay")
        for part, value in KNOWN.items():
            path = path.replace(f"{{{part}}}", value)
        yield route, holding.get(re.sub(r"{[^}]*}", "p1", path))


def test_no_page_puts_a_patients_name_into_a_url_or_a_log(
    holding: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    named = 0
    with caplog.at_level(logging.DEBUG):
        for path, answer in _every_page(holding):
            named += NAME in answer.text
            urls = [
                *re.findall(r'(?:href|src|action)="([^"]*)"', answer.text),
                *(str(one.url) for one in answer.history),
            ]
            for url in (*urls, str(answer.url), answer.headers.get("content-disposition", "")):
                assert "quillfeather" not in unquote_plus(url).casefold(), path
    assert "quillfeather" not in caplog.text.casefold()
    assert caplog.records, "what is asked for was logged"
    assert named, "the patient was on some page"


def test_every_page_that_shows_a_patient_records_the_view(holding: TestClient) -> None:
    audit, recorded, naming = holding.app.state.desk.store.audit, 0, set()  # type: ignore[attr-defined]
    for route, answer in _every_page(holding):
        new = [one for one in audit.trail(patient_id="p1") if one.sequence > recorded]
        if NAME in answer.text:
            naming.add(route)
            assert {one.what for one in new} & {"viewed", "listed"}, route
            assert {one.who for one in new if one.what in ("viewed", "listed")} == {"Robin Sample"}, route
        recorded = max([recorded, *(one.sequence for one in new)])
    assert {"/patients", "/patients/{patient_id}", "/deadlines", "/packets/{packet_id}"} <= naming
