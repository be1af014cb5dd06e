"""The patients' room through HTTP: records, moves, counts, two people at one record, and what goes to the log."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from engine.store import open_store
from engine.tracking.records import AuthorizationRecord, Patient
from tests.web.conftest import NAME, PASSWORD, Clock, send
from tests.web.front_desk import (
    EPISODE,
    GRANT,
    add_all,
    add_patient,
    book,
    cells,
    hidden,
    move,
    say,
    values,
    visit_on,
)
from tests.web.test_pages import holds_to_the_rules_of_every_page


@pytest.fixture
def kim(signed_in: TestClient, browsers: Callable[[], TestClient]) -> TestClient:
    """A second person, at a browser of her own."""
    send(signed_in, "/people", name="Kim Invented", role="front_desk", password=PASSWORD, again=PASSWORD)
    other = browsers()
    send(other, "/sign-in", name="Kim Invented", password=PASSWORD)
    return other


def test_a_patient_is_found_by_the_beginning_of_a_name_and_nothing_of_it_is_in_an_address(
    signed_in: TestClient, kim: TestClient
) -> None:
    patient = add_patient(signed_in, name="Élodie Example")
    add_patient(signed_in, name="Clover Sample")
    found = send(kim, "/patients", search="exam elo")
    assert "Élodie Example</a>" in found.text
    assert "Clover" not in found.text
    assert (found.url.path, found.url.query) == ("/patients", b"")
    assert "Clover Sample</a>" in send(kim, "/patients", search="1950-02-03 clov").text
    assert "Nobody fits" in send(kim, "/patients", search="nobody").text
    assert not re.search("lodie|example|1950", patient, re.IGNORECASE)
    addresses = re.findall(r'(?:href|action)="([^"]*)"', found.text + kim.get(patient).text)
    assert not any(re.search("lodie|1950", address) for address in addresses)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "This is needed."),
        ({"birth_date": "1950-02-30"}, "“1950-02-30” is no day that there is."),
        ({"birth_date": "1750-02-03"}, "is not a date between 1880 and 2199"),
    ],
)
def test_a_patient_with_something_wrong_is_told_at_the_field_and_keeps_what_was_typed(
    signed_in: TestClient, changed: dict[str, str], said: str
) -> None:
    fields = {"name": "Mary Example", "birth_date": "1950-02-03"} | changed
    answer = send(signed_in, "/patients/new", **fields)
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)
    assert all(f'value="{text}"' in answer.text for text in fields.values() if text)
    assert "Nobody is here yet" in signed_in.get("/patients").text
    holds_to_the_rules_of_every_page(answer.text)


def test_an_episode_is_edited_and_discharged_and_its_payer_may_be_misspelt(signed_in: TestClient) -> None:
    made = add_all(signed_in)
    answer = send(signed_in, f"{made.episode}/edit", read_at="1", **EPISODE | {"payer": "Aetna", "discipline": ""})
    assert answer.status_code == 422
    assert "Did you mean Aetna" in answer.text
    page = send(signed_in, f"{made.episode}/discharge", read_at="1", discharged_on="2026-11-20")
    assert "discharged on 2026-11-20" in page.text
    assert "Send the authorization request" not in page.text, "nothing is due after it"
    assert "Visits a week: 1 → 2" in send(
        signed_in, f"{made.episode}/edit", read_at="2", **EPISODE | {"visits_per_week": "2"}
    ).text  # fmt: skip


def test_an_authorization_goes_only_where_it_may_and_says_requested_against_granted(
    signed_in: TestClient, database: Path
) -> None:
    made = add_all(signed_in)
    page = signed_in.get(made.authorization)
    assert cells(page, "Visits") == ["12", "not said", "0", "0", "not known", "not known"]
    assert set(re.findall(r'<option value="(\w+)"', page.text)) == {"submitted", "contact_payer", "cancelled"}
    refused = move(signed_in, made.authorization, "approved", **GRANT)
    assert refused.status_code == 422
    assert "that is draft does not become approved" in refused.text
    move(signed_in, made.authorization, "submitted")
    page = move(signed_in, made.authorization, "partial", **GRANT)
    assert cells(page, "Visits") == ["12", "4", "0", "0", "4", "4"]
    assert "State: Submitted → Partly approved" in page.text
    page = move(signed_in, made.authorization, "cancelled")
    assert "a new request is a new authorization" in page.text
    assert f'action="{made.authorization}/state"' not in page.text
    with open_store(f"sqlite:///{database}") as store:
        saved = store.tracking.history(AuthorizationRecord, made.authorization.rsplit("/", 1)[1])
    assert [(one.record.state, one.who) for one in saved] == [
        ("draft", NAME), ("submitted", NAME), ("partial", NAME), ("cancelled", NAME),
    ]  # fmt: skip


def test_visits_count_it_down_kept_and_booked_apart_to_the_run_out_and_the_last_day_to_ask(
    signed_in: TestClient, clock: Clock
) -> None:
    made = add_all(signed_in)
    move(signed_in, made.authorization, "submitted")
    move(signed_in, made.authorization, "approved", **GRANT)
    for day, did in (("2026-11-10", "kept"), ("2026-11-17", "kept"), ("2026-11-19", "no_show"), ("2026-12-01", "")):
        clock.goes_on(seconds=1)
        book(signed_in, made.patient, day)
        if did:
            clock.goes_on(seconds=1)
            assert say(signed_in, made.patient, day, did).status_code == 200
    page = signed_in.get(made.authorization)
    assert cells(page, "Visits") == ["12", "4", "2", "1", "2", "1"]
    assert "Tue 2026-12-15, by the visits granted" in page.text
    assert "Last day to ask for more: 2026-12-08" in page.text
    assert cells(page, r"Tue 2026-11-24 \(today\)") == ["2", "2"]
    assert cells(page, r"Tue 2026-12-08 \(projected\)") == ["", "0"]
    assert re.search(r'<path class="kept" d="M[\d.]+ [\d.]+(H[\d.]+V[\d.]+)+"/>', page.text)
    holds_to_the_rules_of_every_page(page.text)
    holds_to_the_rules_of_every_page(signed_in.get(made.patient).text)


def test_a_visit_is_not_kept_before_its_day_and_is_corrected_as_an_event(signed_in: TestClient, clock: Clock) -> None:
    made = add_all(signed_in)
    page = book(signed_in, made.patient, "2026-12-01")
    visit = visit_on(page, "2026-12-01")
    assert 'value="kept"' not in page.text
    form = signed_in.get(f"{visit}/correct")
    clock.goes_on(minutes=1)
    fields = values(form) | {"day": "2026-11-20", "status": "kept", "lines": "97530:2 97535", "episode_id": ""}
    page = signed_in.post(f"{visit}/correct", data=fields)
    assert cells(page, "Fri 2026-11-20 09:00")[:2] == ["Kept", "97530 (2 units), 97535"]
    assert "Visit corrected" in page.text
    wrong = signed_in.post(f"{visit}/correct", data=fields | {"lines": "nonsense", "read_at": "2"})
    assert wrong.status_code == 422
    assert "is not a CPT or HCPCS code" in wrong.text


def test_the_second_of_two_at_one_record_sees_both_versions_and_keeps_what_he_typed(
    signed_in: TestClient, kim: TestClient, clock: Clock
) -> None:
    made = add_all(signed_in)
    mine, theirs = (values(client.get(f"{made.authorization}/edit")) for client in (signed_in, kim))
    clock.goes_on(minutes=5)
    kim.post(f"{made.authorization}/edit", data=theirs | {"requested.visits": "10", "number": "K-7"})
    told = signed_in.post(f"{made.authorization}/edit", data=mine | {"requested.visits": "16"})
    assert told.status_code == 409
    assert re.search(r"Kim Invented\s+saved it on 2026-11-24", told.text)
    assert cells(told, "Visits requested") == ["12", "10", "16"]
    assert cells(told, "The payer's number") == ["not known", "K-7", "as you opened it"]
    kept = values(told)
    assert (kept["requested.visits"], kept["number"], kept["read_at"]) == ("16", "K-7", "2")
    holds_to_the_rules_of_every_page(told.text)
    assert cells(kim.get(made.authorization), "Visits")[0] == "10", "nothing was overwritten"
    signed_in.post(f"{made.authorization}/edit", data=kept)
    assert cells(kim.get(made.authorization), "Visits")[0] == "16"


def test_the_second_who_moves_an_authorization_is_told_what_it_became(signed_in: TestClient, kim: TestClient) -> None:
    made = add_all(signed_in)
    stale = hidden(signed_in.get(made.authorization))
    move(kim, made.authorization, "cancelled")
    told = move(signed_in, made.authorization, "submitted", read_at=stale)
    assert told.status_code == 409
    assert cells(told, "State") == ["Draft", "Cancelled", "Submitted"]
    assert "Kim Invented" in told.text


def test_the_second_who_says_what_became_of_a_visit_is_told(
    signed_in: TestClient, kim: TestClient, clock: Clock
) -> None:
    made = add_all(signed_in)
    page = book(signed_in, made.patient, "2026-11-20")
    stale = hidden(signed_in.get(made.patient))
    clock.goes_on(minutes=1)
    say(kim, made.patient, "2026-11-20", "cancelled")
    clock.goes_on(minutes=1)
    visit = visit_on(page, "2026-11-20")
    token = hidden(signed_in.get(made.patient), "form_token")
    told = signed_in.post(visit, data={"form_token": token, "read_at": stale, "did": "kept"})
    assert told.status_code == 409
    assert cells(told, "Status") == ["Booked", "Cancelled", "Kept"]
    assert f'action="{visit}/correct"' in told.text
    assert "Cancelled" in cells(kim.get(made.patient), "Fri 2026-11-20 09:00")[0]
    clock.goes_on(minutes=1)
    signed_in.post(f"{visit}/correct", data=values(told) | {"status": "kept"})
    assert "Kept" in cells(kim.get(made.patient), "Fri 2026-11-20 09:00")[0]


def test_every_view_and_change_of_a_patient_is_in_the_audit_log(
    signed_in: TestClient, kim: TestClient, database: Path
) -> None:
    made = add_all(signed_in)
    kim.get(made.authorization)
    kim.get("/patients")
    patient_id = made.patient.rsplit("/", 1)[1]
    with open_store(f"sqlite:///{database}") as store:
        trail = store.audit.trail(patient_id=patient_id)
        assert [one.what for one in trail if one.who == "Kim Invented"] == ["listed", "viewed"]
        assert sum(one.what == "changed" for one in trail if one.who == NAME) == 3
        assert store.verify() == ()
        assert store.tracking.find(Patient, patient_id).record.name == "Mary Example"


def test_check_this_visit_opens_the_check_with_what_is_tracked(signed_in: TestClient, clock: Clock) -> None:
    made = add_all(signed_in)
    move(signed_in, made.authorization, "submitted")
    move(signed_in, made.authorization, "approved", **GRANT)
    clock.goes_on(seconds=1)
    book(signed_in, made.patient, "2026-12-01")
    form = re.search(r'<form method="post" action="/check">(.*?)</form>', signed_in.get(made.patient).text, re.DOTALL)
    assert form
    fields = dict(re.findall(r'name="([^"]*)" value="([^"]*)"', form[1]))
    assert fields["date_of_service"] == "2026-12-01"
    answer = signed_in.post("/check", data=fields)
    assert answer.status_code == 200
    assert "visit of Tue 2026-12-01" in answer.text
    assert 'value="97530"' in answer.text
    assert 'value="1950-02-03"' in answer.text
    assert answer.url.query == b""


@pytest.mark.parametrize(
    "path", ["/patients/nobody", "{patient}/authorizations/nothing", "{patient}/visits/no/correct"]
)
def test_what_is_not_there_or_another_patients_is_not_found(signed_in: TestClient, path: str) -> None:
    made = add_all(signed_in)
    assert signed_in.get(path.format(patient=made.patient)).status_code == 404
    stranger = add_patient(signed_in, name="Clover Sample")
    assert signed_in.get(made.authorization.replace(made.patient, stranger)).status_code == 404


def test_a_form_without_the_version_it_was_read_at_is_refused(signed_in: TestClient) -> None:
    made = add_all(signed_in)
    for read_at in ("", "0", "99", "x"):
        answer = send(signed_in, f"{made.episode}/edit", read_at=read_at, **EPISODE)
        assert answer.status_code == 400
        assert "Open the page again" in answer.text


def test_a_packet_is_begun_from_the_patients_page_of_that_episode(signed_in: TestClient) -> None:
    due = add_all(signed_in)
    add_all(signed_in, payer="Aetna commercial")  # another episode, which the list of episodes has too
    shown = signed_in.get(due.patient).text
    onward = re.search(r'href="(/packets\?episode=([a-z0-9]+)#new)"', shown)
    assert onward
    assert due.episode.endswith(onward[2])
    assert f'<option value="{onward[2]}" selected' in signed_in.get(onward[1]).text
    assert f'href="{due.patient}/data"' in shown


def test_only_an_administrator_is_shown_the_way_to_what_is_held(signed_in: TestClient, kim: TestClient) -> None:
    patient = add_patient(signed_in)
    assert f"{patient}/data" in signed_in.get(patient).text
    assert f"{patient}/data" not in kim.get(patient).text
