"""A packet that was sent: the days that start the payer's clock, and the authorization that follows them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from engine.store import open_store
from engine.tracking.records import AuthorizationRecord
from tests.web.conftest import token_of
from tests.web.packet_room import COMPLETE, finish, save_packet, say_days, stored_packet


def _authorization(database: Path, id: str) -> AuthorizationRecord:
    with open_store(f"sqlite:///{database}") as store:
        return store.tracking.find(AuthorizationRecord, id).record


@pytest.mark.usefixtures("tracked")
def test_the_day_it_was_received_starts_the_payers_clock_and_moves_the_authorization(
    signed_in: TestClient, database: Path, packet: str
) -> None:
    finish(signed_in, packet)
    answer = say_days(signed_in, packet, sent="2026-11-23", received="2026-11-24", tracked="a1")
    assert answer.status_code == 200
    assert '<time datetime="2026-12-01">' in answer.text.split('id="days"')[1]
    assert "written down by Robin Sample" in answer.text
    moved = _authorization(database, "a1")
    assert (moved.state, moved.submitted_on) == ("submitted", date(2026, 11, 24))
    assert stored_packet(database, packet).state == "sent"
    sooner = say_days(signed_in, packet, sent="2026-11-23", received="2026-11-24", tracked="a1", expedited="yes")
    assert '<time datetime="2026-11-27">' in sooner.text.split('id="days"')[1]


@pytest.mark.usefixtures("tracked")
def test_an_authorization_is_made_where_there_is_none(signed_in: TestClient, database: Path, packet: str) -> None:
    finish(signed_in, packet)
    unsent = say_days(signed_in, packet, tracked="new:p1-ot")
    assert "needed for a new authorization" in unsent.text
    say_days(signed_in, packet, sent="2026-11-23", tracked="new:p1-ot")
    linked = stored_packet(database, packet).authorization_id
    assert linked is not None
    made = _authorization(database, linked)
    assert (made.state, made.submitted_on, made.requested.visits) == ("submitted", date(2026, 11, 23), 12)
    assert made.codes == ("97535", "97530")
    assert _authorization(database, "a1").state == "draft"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"received": "2026-11-24"}, "The day it was sent is needed first."),
        ({"sent": "2026-11-25"}, "2026-11-25 is still to come"),
        ({"sent": "2026-11-24", "received": "2026-11-23"}, "before it was sent on 2026-11-24"),
        ({"sent": "yesterday"}, "is not a date such as 2026-11-24"),
        ({"sent": "2026-11-24", "tracked": "a9"}, "is not one of the payer"),
    ],
)
def test_days_out_of_order_are_told_and_nothing_is_saved(
    signed_in: TestClient, database: Path, packet: str, days: dict[str, str], said: str
) -> None:
    finish(signed_in, packet)
    answer = say_days(signed_in, packet, **days)
    assert answer.status_code == 422
    assert said in answer.text
    assert stored_packet(database, packet).state == "final"


def test_a_draft_is_not_sent(signed_in: TestClient, database: Path, packet: str) -> None:
    data = {"form_token": token_of(signed_in.get(packet)), "read_at": "1", "sent": "2026-11-24"}
    answer = signed_in.post(f"{packet}/days", data=data)
    assert "A draft is not sent." in answer.text
    assert stored_packet(database, packet).state == "open"


def test_a_payer_without_a_published_clock_is_to_be_asked(signed_in: TestClient, packet: str) -> None:
    save_packet(signed_in, packet, "final", **COMPLETE | {"coverage.payer": "Zebra Mutual"})
    answer = say_days(signed_in, packet, sent="2026-11-24")
    assert "By when the payer decides is not known." in answer.text
    assert "ask the payer, and note who said so" in answer.text
