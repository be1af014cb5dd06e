"""A form that is sent after the session has ended: nothing typed is lost to its person, or shown to another."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from httpx import Response
from starlette.testclient import TestClient

from tests.web.conftest import NAME, PASSWORD, Clock, send
from tests.web.test_pages import holds_to_the_rules_of_every_page

TYPED = {"name": "Zebedee Quillfeather", "birth_date": "1950-02-03"}


@pytest.fixture
def asked(signed_in: TestClient, clock: Clock) -> Response:
    """A new patient, sent half an hour later: the page that asks to sign in."""
    token = re.search(r'name="form_token" value="([^"]*)"', signed_in.get("/patients/new").text)
    assert token
    clock.goes_on(minutes=31)
    return signed_in.post("/patients/new", data=TYPED | {"form_token": token[1]})


def _hidden(page: Response) -> dict[str, str]:
    form = page.text[page.text.index("<main") :]
    return {name: html.unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form)}


def _sign_in(client: TestClient, page: Response, name: str = NAME, password: str = PASSWORD, **more: str) -> Response:
    return client.post("/sign-in", data=_hidden(page) | {"name": name, "password": password} | more)


def test_it_is_offered_again_to_the_same_person_and_saved_once(signed_in: TestClient, asked: Response) -> None:
    assert (asked.status_code, "not saved yet" in asked.text) == (401, True)
    assert "Quillfeather" not in asked.text, "who else is at the machine reads nothing"
    wrong = _sign_in(signed_in, asked, password="wrong")
    assert wrong.status_code == 401
    offered = _sign_in(signed_in, wrong)
    assert offered.status_code == 200
    holds_to_the_rules_of_every_page(offered.text)
    assert TYPED.items() <= _hidden(offered).items()
    assert "Nobody is here yet" in signed_in.get("/patients").text
    saved = signed_in.post("/patients/new", data=_hidden(offered))
    assert saved.status_code == 200
    assert "<h1>Zebedee Quillfeather</h1>" in saved.text
    assert signed_in.get("/patients").text.count("Zebedee Quillfeather</a>") == 1


def test_another_person_is_not_offered_it(
    signed_in: TestClient, asked: Response, browsers: Callable[[], TestClient]
) -> None:
    admin = browsers()
    send(admin, "/sign-in", name=NAME, password=PASSWORD)
    send(admin, "/people", name="Kim Invented", role="front_desk", password=PASSWORD, again=PASSWORD)
    entered = _sign_in(signed_in, asked, "Kim Invented")
    assert entered.url.path == "/check"
    assert "Quillfeather" not in entered.text


def test_what_was_tampered_with_or_is_too_old_is_not_offered(
    signed_in: TestClient, asked: Response, clock: Clock
) -> None:
    kept = _hidden(asked)["kept"]
    assert _sign_in(signed_in, asked, kept=kept[:-3] + "AAA").url.path == "/check"
    clock.goes_on(hours=13)
    assert _sign_in(signed_in, signed_in.get("/check"), kept=kept).url.path == "/check"


def test_what_no_page_of_that_session_gave_is_not_kept(signed_in: TestClient, clock: Clock) -> None:
    clock.goes_on(minutes=31)
    asked = signed_in.post("/patients/new", data=TYPED | {"form_token": "forged"})
    assert "so it was not saved" in asked.text
    assert "kept" not in _hidden(asked)
