"""The button of the other language without scripts: what was typed stands in the page as it is drawn anew, unsaved."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from httpx import Response
from starlette.testclient import TestClient

from engine.store import open_store
from engine.tracking.records import Patient
from tests.web.conftest import NAME, Clock, send, token_of
from tests.web.front_desk import add_all, book, visit_on
from tests.web.packet_room import finish, say_days

Opened = Callable[[TestClient], str]
TYPED = "Invented & half typed"


def _patient(client: TestClient) -> str:
    return add_all(client).patient


def _visit(client: TestClient) -> str:
    patient = _patient(client)
    book(client, patient, "2026-12-01")
    return visit_on(client.get(patient), "2026-12-01")


def _draft(client: TestClient) -> str:
    return send(client, "/workbench", ruleset="self-pay").url.path


def _packets(client: TestClient) -> str:
    add_all(client)
    return "/packets"


FORMS: dict[str, tuple[Opened, str]] = {
    "a new patient": (lambda client: "/patients/new", "name"),
    "a patient": (lambda client: f"{_patient(client)}/edit", "name"),
    "a new episode": (lambda client: f"{_patient(client)}/episodes/new", "payer"),
    "a new visit": (lambda client: f"{_patient(client)}/visits/new", "lines"),
    "a corrected visit": (lambda client: f"{_visit(client)}/correct", "lines"),
    "what the payer granted": (lambda client: add_all(client).authorization, "number"),
    "a new payer": (lambda client: "/payers/new", "policy"),
    "a draft": (_draft, "content"),
    "a new person": (lambda client: "/people", "name"),
    "a new packet": (_packets, "lines.1.code"),
    "the filters of the audit": (lambda client: "/audit", "patient"),
    "a look at a rule": (lambda client: "/rules/review/medicare-benefit/plan-of-care", "note"),
}


def press(client: TestClient, shown: Response, **typed: str) -> Response:
    """The language button as a browser presses it, with its form as it is filled in."""
    button = re.search(
        r'<button[^>]*name="language" value="(\w+)"[^>]* form="([\w-]+)" formaction="([^"]*)"', shown.text
    )
    assert button, shown.text
    form = re.search(rf'<form[^>]* id="{button[2]}".*?</form>', shown.text, re.DOTALL)
    assert form, shown.text
    fields = dict(re.findall(r'<input[^>]*? name="([^"]*)"[^>]*? value="([^"]*)"', form[0]))
    for name, options in re.findall(r'<select[^>]* name="([^"]*)".*?>(.*?)</select>', form[0], re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    sent = {name: html.unescape(value) for name, value in fields.items()} | typed | {"language": button[1]}
    return client.post(button[3], data=sent)


@pytest.mark.parametrize("form", FORMS)
def test_what_was_typed_is_kept_and_not_saved(signed_in: TestClient, form: str) -> None:
    opened, field = FORMS[form]
    _kept_and_not_saved(signed_in, opened(signed_in), field)


@pytest.mark.parametrize(("form", "field"), [("edit", "name"), ("episodes/new", "payer"), ("visits/new", "lines")])
def test_so_it_is_where_an_id_was_brought_along(
    signed_in: TestClient, database: Path, clock: Clock, form: str, field: str
) -> None:
    brought = "Chart..7:a_B-"
    with open_store(f"sqlite:///{database}") as store:
        store.tracking.add(Patient(id=brought, name="Mary Example"), who=NAME, at=clock())
    _kept_and_not_saved(signed_in, f"/patients/{brought}/{form}", field)


def _kept_and_not_saved(client: TestClient, path: str, field: str) -> None:
    before = client.get(path)
    shown = press(client, before, **{field: TYPED})
    assert shown.status_code == 200
    assert '<html lang="es">' in shown.text
    assert "Invented &amp; half typed" in shown.text
    again = press(client, shown, **{field: f"{TYPED} twice"})
    assert '<html lang="en">' in again.text
    assert "Invented &amp; half typed twice" in again.text
    assert client.get(path).text == before.text, "nothing was saved"


@pytest.mark.parametrize(
    "onward",
    ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "/./", "/..//elsewhere.example",
     "/a//elsewhere.example", "a:b", "javascript:alert(1)", "/patients?a=b", ""],
)  # fmt: skip
def test_a_form_is_sent_on_to_our_own_pages_only(signed_in: TestClient, onward: str) -> None:
    brought = {"form_token": token_of(signed_in.get("/check")), "language": "es", "onward": onward, "name": TYPED}
    answer = signed_in.post("/language", data=brought, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize("form", [*FORMS, "a check"])
def test_enter_presses_the_first_button_of_a_form_which_is_no_language(signed_in: TestClient, form: str) -> None:
    shown = signed_in.get(FORMS[form][0](signed_in) if form in FORMS else "/check").text
    (first, of), (second, _) = re.findall(r'(<button[^>]* form="([^"]*)"[^>]*>)', shown)[:2]
    assert 'name="language"' in second
    assert ('name="do" value="save"' in first) if form == "a draft" else ("name=" not in first)
    assert "formaction" not in first
    assert f' form="{of}"' in second


def test_the_facts_of_a_letter_are_kept_too(signed_in: TestClient, packet: str) -> None:
    shown = press(signed_in, signed_in.get(packet), **{"provider.name": TYPED})
    assert shown.status_code == 200
    assert '<html lang="es">' in shown.text
    assert 'value="Invented &amp; half typed"' in shown.text
    assert TYPED not in html.unescape(signed_in.get(packet).text)


def test_what_the_payer_said_otherwise_is_kept_too(signed_in: TestClient) -> None:
    case = {"coverage__payer": "Self-pay", "lines__1__code": "97530", "date_of_service": "2026-12-01"}
    found = re.search(r'name="check_id" value="(\w+)"', send(signed_in, "/check", **case).text)
    assert found
    said = {"otherwise.check_id": found[1], "otherwise.said": TYPED}
    wrong = send(signed_in, "/check", "/check/contradict", **said)
    assert wrong.status_code == 422
    shown = press(signed_in, wrong, **said)
    assert shown.status_code == 200
    assert '<html lang="es">' in shown.text
    assert "Invented &amp; half typed" in shown.text


def test_a_person_who_is_let_in_is_kept_but_no_password(signed_in: TestClient) -> None:
    typed = {"name": TYPED, "role": "clinician", "password": "words of an invented kind", "again": "words of an in"}
    shown = press(signed_in, signed_in.get("/people"), **typed)
    assert '<option value="clinician" selected>' in shown.text
    assert "words of an in" not in shown.text
    assert "Escriba la contraseña otra vez" in shown.text
    assert 'name="once" value="yes" checked' in shown.text
    unticked = {"form_token": token_of(shown), "language": "es", "name": TYPED}
    shown = signed_in.post("/people", data=unticked)
    assert 'name="once" value="yes">' in shown.text
    assert "Escriba la contraseña otra vez" not in shown.text


def test_a_password_of_ones_own_is_not_sent_along(signed_in: TestClient) -> None:
    shown = signed_in.get("/account").text
    [button] = re.findall(r'<button[^>]*name="language"[^>]*>', shown)
    assert "form=" not in button
    language = next(form for form in re.findall(r"<form.*?</form>", shown, re.DOTALL) if button in form)
    assert 'type="password"' not in language


def test_the_days_of_a_packet_are_kept_too(signed_in: TestClient, packet: str, tracked: str) -> None:
    finish(signed_in, packet)
    before = signed_in.get(packet)
    typed = {"sent": "2026-11-20", "received": "soon", "expedited": "yes", "tracked": f"new:{tracked}"}
    shown = press(signed_in, before, **typed)
    assert (shown.status_code, '<html lang="es">' in shown.text) == (200, True)
    assert 'name="sent" type="date" value="2026-11-20"' in shown.text
    assert 'name="received" type="date" value="soon"' in shown.text
    assert 'name="expedited" value="yes" checked' in shown.text
    assert f'<option value="new:{tracked}" selected>' in shown.text
    again = press(signed_in, shown, **typed)
    assert '<html lang="en">' in again.text
    assert signed_in.get(packet).text == before.text, "nothing was saved"


def test_what_is_chosen_beside_wrong_days_stays(signed_in: TestClient, packet: str, tracked: str) -> None:
    finish(signed_in, packet)
    wrong = say_days(signed_in, packet, sent="soon", expedited="yes", tracked=f"new:{tracked}")
    assert wrong.status_code == 422
    assert 'name="expedited" value="yes" checked' in wrong.text
    assert f'<option value="new:{tracked}" selected>' in wrong.text


def test_the_filters_of_the_audit_stand_in_its_address(signed_in: TestClient) -> None:
    shown = send(signed_in, "/audit", who=NAME, patient=" p1 ", day="")
    assert (shown.url.path, dict(shown.url.params)) == ("/audit", {"who": NAME, "patient": "p1"})
    assert "form_token" not in str(shown.url)
