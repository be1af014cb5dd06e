from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from tests.databases import postgresql
from tests.web.conftest import LIBRARY, NAME, PASSWORD, Clock, send, token_of
from web.app import create_app
from web.settings import Settings


def test_the_token_of_another_session_does_not_serve(signed_in: TestClient, browsers: Callable[[], TestClient]) -> None:
    other = browsers()
    send(other, "/sign-in", name=NAME, password=PASSWORD)
    theirs = token_of(other.get("/check"))
    assert signed_in.post("/check", data={"form_token": theirs}).status_code == 403


def test_the_first_run_makes_the_administrator_once(visitor: TestClient, browsers: Callable[[], TestClient]) -> None:
    assert "make the administrator" in visitor.get("/check").text
    late = browsers()
    token = token_of(late.get("/first-run"))
    made = send(visitor, "/first-run", name=NAME, password=PASSWORD, again=PASSWORD)
    assert made.url.path == "/check"
    fields = {"form_token": token, "name": "Second", "password": PASSWORD, "again": PASSWORD}
    assert late.post("/first-run", data=fields).status_code == 409
    assert "Second" not in visitor.get("/people").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": NAME, "password": "short", "again": "short"}, "12 to 200 characters"),
        ({"name": NAME, "password": PASSWORD, "again": "another one altogether"}, "not the same password"),
        ({"name": NAME, "password": "a" * 20, "again": "a" * 20}, "too easy to guess"),
        ({"name": "", "password": PASSWORD, "again": PASSWORD}, "1 to 100 characters"),
    ],
)
def test_a_weak_beginning_is_told_and_makes_nobody(visitor: TestClient, fields: dict[str, str], said: str) -> None:
    answer = send(visitor, "/first-run", **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert fields["password"] not in answer.text
    assert "make the administrator" in visitor.get("/check").text


def test_a_password_is_hashed_at_the_cost_that_rfc_9106_recommends() -> None:
    # In a process of its own: within the tests a hash costs as little as may be.
    made = "from web.passwords import hashed; print(hashed('five plain invented words'))"
    told = subprocess.run([sys.executable, "-c", made], capture_output=True, text=True, check=True).stdout
    assert told.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_who_signs_in_gets_a_cookie_that_scripts_and_other_sites_do_not(
    signed_in: TestClient, browsers: Callable[[], TestClient]
) -> None:
    other = browsers()
    other.follow_redirects = False
    answer = send(other, "/sign-in", name=NAME.upper(), password=PASSWORD, onward="//elsewhere.example/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("precertain_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


def test_over_tls_the_cookie_is_secure(tmp_path_factory: pytest.TempPathFactory) -> None:
    url = f"sqlite:///{tmp_path_factory.mktemp('tls')}/precertain.db"
    client = TestClient(create_app(Settings(url, LIBRARY, secure=True, hosts=())), base_url="https://desk.example")
    shown = client.get("/sign-in")
    assert "Secure" in shown.headers["set-cookie"]
    assert shown.headers["strict-transport-security"] == "max-age=31536000"


def test_without_tls_no_browser_is_told_to_insist_on_it(visitor: TestClient) -> None:
    assert "strict-transport-security" not in visitor.get("/sign-in").headers


def test_signing_in_and_out_and_failing_to_is_in_the_audit_log_and_nothing_that_was_typed(
    signed_in: TestClient, browsers: Callable[[], TestClient]
) -> None:
    send(signed_in, "/people", name="Kim Invented", role="front_desk", password=PASSWORD, again=PASSWORD)
    kim = browsers()
    send(kim, "/sign-in", name="my secret by mistake", password="wrong")
    send(kim, "/sign-in", name="Kim Invented", password=PASSWORD)
    send(kim, "/check", to="/sign-out")
    for _ in range(6):
        send(kim, "/sign-in", name="Kim Invented", password="wrong too")
    trail = signed_in.app.state.desk.store.audit.trail()  # type: ignore[attr-defined]
    assert [(one.what, one.detail) for one in trail if one.who == "Kim Invented"] == [
        ("sign-in failed", "locked"),
        ("locked out", "until 2026-11-24 15:15 UTC"),
        *[("sign-in failed", "wrong password")] * 5,
        ("signed out", None),
        ("signed in", None),
    ]
    assert all(one.patient_id is None for one in trail)
    shown = signed_in.get("/audit").text
    assert "could not sign in: no such name" in shown
    assert "secret" not in shown
    assert "wrong too" not in shown


def test_people_sign_in_on_postgresql_too(clock: Clock) -> None:
    for url in postgresql():
        app = create_app(Settings(url, LIBRARY, clock=clock, hosts=("testserver",)))
        with TestClient(app) as client:
            send(client, "/first-run", name=NAME, password=PASSWORD, again=PASSWORD)
            send(client, "/check", to="/sign-out")
            for _ in range(5):
                assert send(client, "/sign-in", name=NAME, password="wrong").status_code == 401
            assert send(client, "/sign-in", name=NAME, password=PASSWORD).status_code == 401
            clock.goes_on(minutes=15)
            assert send(client, "/sign-in", name=NAME, password=PASSWORD).url.path == "/check"
            assert "locked out" in {one.what for one in app.state.desk.store.audit.trail()}
            assert app.state.desk.store.verify() == ()


def test_five_wrong_passwords_lock_the_name_for_a_quarter_of_an_hour(
    signed_in: TestClient, browsers: Callable[[], TestClient], clock: Clock
) -> None:
    other = browsers()
    for _ in range(5):
        assert send(other, "/sign-in", name=NAME, password="wrong").status_code == 401
    assert send(other, "/sign-in", name=NAME, password=PASSWORD).status_code == 401
    clock.goes_on(minutes=14)
    assert send(other, "/sign-in", name=NAME, password=PASSWORD).status_code == 401
    clock.goes_on(minutes=1)
    assert send(other, "/sign-in", name=NAME, password=PASSWORD).url.path == "/check"


def test_a_name_nobody_has_is_answered_like_a_wrong_password(
    signed_in: TestClient, browsers: Callable[[], TestClient]
) -> None:
    other = browsers()
    wrong = send(other, "/sign-in", name=NAME, password="wrong").text.replace(NAME, "")
    assert send(other, "/sign-in", name="Nobody", password="wrong").text.replace("Nobody", "") == wrong


def test_a_session_ends_after_half_an_hour_unused_and_after_twelve_hours_at_the_latest(
    signed_in: TestClient, clock: Clock
) -> None:
    for _ in range(24):
        clock.goes_on(minutes=29)
        assert signed_in.get("/check").status_code == 200
    clock.goes_on(minutes=25)
    assert signed_in.get("/check").status_code == 401


def test_an_idle_session_ends(signed_in: TestClient, clock: Clock) -> None:
    clock.goes_on(minutes=30)
    assert signed_in.get("/check").status_code == 401


def test_signing_out_ends_the_session_itself(signed_in: TestClient) -> None:
    cookie = signed_in.cookies["precertain_session"]
    assert "<h1>Sign in</h1>" in send(signed_in, "/check", to="/sign-out").text
    signed_in.cookies.set("precertain_session", cookie)
    assert signed_in.get("/check").status_code == 401


def test_the_administrator_lets_somebody_in_who_is_none(
    signed_in: TestClient, browsers: Callable[[], TestClient]
) -> None:
    fields = {"name": "Kim Invented", "role": "front_desk", "password": PASSWORD, "again": PASSWORD}
    assert "Kim Invented" in send(signed_in, "/people", **fields).text
    assert "already" in send(signed_in, "/people", **fields | {"name": "KIM INVENTED"}).text
    assert "Choose what" in send(signed_in, "/people", **fields | {"name": "Lee", "role": "king"}).text
    other = browsers()
    send(other, "/sign-in", name="Kim Invented", password=PASSWORD)
    assert other.get("/check").status_code == 200
    assert "/people" not in other.get("/check").text
    assert other.get("/people").status_code == 403
