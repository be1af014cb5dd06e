"""The board of deadlines through HTTP, and each person's calendar feed of it: whose it is, and how long."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from icalendar import Calendar
from starlette.testclient import TestClient

from tests.web.conftest import PASSWORD, english_words, send
from tests.web.front_desk import GRANT, PATIENT, Made, add_all, book, move
from tests.web.test_pages import holds_to_the_rules_of_every_page


@pytest.fixture
def due(signed_in: TestClient) -> Made:
    """A request that ought to have been sent long ago."""
    return add_all(signed_in, evaluation_on="2026-10-01", plan_ends_on="2026-12-20")


def _address(shown: str) -> str:
    found = re.search(r'value="http://testserver(/calendar/[^"]+\.ics)"', shown)
    assert found, shown
    return found[1]


def test_what_is_overdue_is_said_in_words_with_the_way_to_it(signed_in: TestClient, due: Made) -> None:
    shown = signed_in.get("/deadlines")
    rows = [row for row in shown.text.split("<tr") if f'href="{due.patient}"' in row]
    assert rows
    late = next(row for row in rows if "late" in row.split(">")[0])
    assert "overdue" in late
    assert re.search(r"\d+ overdue\.", shown.text)
    assert any(f'href="{due.authorization}"' in row for row in rows)
    holds_to_the_rules_of_every_page(shown.text)


def test_the_board_is_narrowed_by_kind_and_widened_by_days(signed_in: TestClient, due: Made) -> None:
    granted = add_all(signed_in).authorization
    move(signed_in, granted, "submitted")
    move(signed_in, granted, "approved", **GRANT)
    week, year = (signed_in.get(f"/deadlines?days={days}").text.count("<tr") for days in (7, 365))
    assert week < year
    every = signed_in.get("/deadlines?days=365").text
    kinds = re.findall(r'href="/deadlines\?days=365&amp;kind=(\w+)"', every)
    by_kind = [signed_in.get(f"/deadlines?days=365&kind={kind}").text.count('<th scope="row">') for kind in kinds]
    assert sum(by_kind) == every.count('<th scope="row">')
    assert 0 in by_kind
    assert "kind=nonsense" not in signed_in.get("/deadlines?kind=nonsense&days=5").text


def test_the_feed_is_a_calendar_without_names_for_whoever_has_its_address(
    signed_in: TestClient, due: Made, browsers: Callable[[], TestClient]
) -> None:
    address = _address(send(signed_in, "/deadlines", "/deadlines/feed").text)
    elsewhere = browsers()
    answer = elsewhere.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert any("M. E." in event["summary"] or "ME" in event["summary"] for event in events)
    assert not any(word in answer.text for word in PATIENT["name"].split())
    assert elsewhere.head(address).status_code == 200
    assert address not in signed_in.get("/deadlines").text, "shown once"
    assert elsewhere.get(address.replace(".ics", "x.ics")).status_code == 404


def test_a_renewed_address_ends_the_old_one_and_a_withdrawn_one_ends(signed_in: TestClient, due: Made) -> None:
    old = _address(send(signed_in, "/deadlines", "/deadlines/feed").text)
    new = _address(send(signed_in, "/deadlines", "/deadlines/feed").text)
    assert [signed_in.get(one).status_code for one in (old, new)] == [404, 200]
    send(signed_in, "/deadlines", "/deadlines/feed/withdraw")
    assert signed_in.get(new).status_code == 404


@pytest.mark.parametrize(("way", "fields"), [("lock", {}), ("role", {"role": "maintainer"}), ("remove", {})])
def test_the_feed_of_who_may_see_no_patient_any_more_ends(
    signed_in: TestClient, due: Made, browsers: Callable[[], TestClient], way: str, fields: dict[str, str]
) -> None:
    send(signed_in, "/people", name="Kim Invented", role="front_desk", password=PASSWORD, again=PASSWORD)
    kim = browsers()
    send(kim, "/sign-in", name="Kim Invented", password=PASSWORD)
    address = _address(send(kim, "/deadlines", "/deadlines/feed").text)
    assert kim.get(address).status_code == 200
    send(signed_in, "/people/2", f"/people/2/{way}", **fields)
    assert kim.get(address).status_code == 404


def test_who_follows_the_calendar_is_recorded_as_a_view(signed_in: TestClient, due: Made) -> None:
    address = _address(send(signed_in, "/deadlines", "/deadlines/feed").text)
    patient = due.patient.rsplit("/", 1)[1]
    before = signed_in.get(f"/audit?patient={patient}").text.count("viewed: calendar")
    signed_in.get(address)
    assert signed_in.get(f"/audit?patient={patient}").text.count("viewed: calendar") == before + 1


CLOCK = "The plan&#39;s decision on a standard request"
IN_SPANISH = "Decisión del plan sobre una solicitud estándar"


def test_a_clock_is_told_by_its_title_and_a_day_stays_on_one_line(signed_in: TestClient) -> None:
    made = add_all(signed_in)
    move(signed_in, made.authorization, "submitted")
    for path in ("/deadlines?days=365", made.patient):
        shown = signed_in.get(path).text
        assert f'<span title="medicare-advantage/standard_decision">{CLOCK}</span>' in shown
        assert '<time datetime="2026-11-10">Tue 2026-11-10</time>' in shown
        assert ">medicare-advantage/" not in shown


def test_a_day_within_a_sentence_stays_on_one_line_too(signed_in: TestClient) -> None:
    made = add_all(signed_in)
    move(signed_in, made.authorization, "submitted")
    move(signed_in, made.authorization, "approved", **GRANT | {"granted__visits": "1"})
    for day in ("2026-12-01", "2026-12-08"):
        book(signed_in, made.patient, day)
    shown = signed_in.get("/deadlines?days=365").text
    assert 'Nothing is left for the visit of <time datetime="2026-12-08">2026-12-08</time>' in shown


def test_the_board_is_wholly_spanish(signed_in: TestClient, untranslated: list[str]) -> None:
    made = add_all(signed_in)
    move(signed_in, made.authorization, "submitted")
    signed_in.headers["accept-language"] = "es"
    shown = signed_in.get("/deadlines?days=365").text
    assert f">{IN_SPANISH}</span>" in shown
    assert '<time datetime="2026-11-10">mar 10 nov 2026</time>' in shown
    assert ">Vence la decisión de la aseguradora</td>" in shown
    assert not untranslated
    assert not english_words(shown)
