"""The administrator lets people in, locks them out and gives passwords; each chooses a password of their own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from httpx import Response
from starlette.testclient import TestClient

from tests.web.conftest import LIBRARY, NAME, PASSWORD, Clock, send
from web.app import create_app
from web.guard import SESSION
from web.settings import Settings

KIM, OTHER = "Kim Invented", "another five words altogether"


@pytest.fixture(scope="module")
def kim_let_in(tmp_path_factory: pytest.TempPathFactory, begun: tuple[Path, str]) -> tuple[Path, str]:
    """A database in which Kim is let in and signed in, and Kim's session."""
    made = Path(shutil.copyfile(begun[0], tmp_path_factory.mktemp("kim") / "precertain.db"))
    app = create_app(Settings(f"sqlite:///{made}", LIBRARY, clock=Clock(), hosts=("testserver",)))
    with TestClient(app) as client:
        client.cookies.set(SESSION, begun[1], domain="testserver.local", path="/")
        send(client, "/people", name=KIM, role="front_desk", password=PASSWORD, again=PASSWORD)
        client.cookies.clear()
        send(client, "/sign-in", name=KIM, password=PASSWORD)
        return made, client.cookies[SESSION]


@pytest.fixture
def kim(
    signed_in: TestClient, database: Path, kim_let_in: tuple[Path, str], browsers: Callable[[], TestClient]
) -> TestClient:
    """Somebody of the front desk, signed in beside the administrator."""
    assert signed_in
    shutil.copyfile(kim_let_in[0], database)
    client = browsers()
    client.cookies.set(SESSION, kim_let_in[1], domain="testserver.local", path="/")
    return client


def _page_of(signed_in: TestClient, name: str) -> str:
    found = re.search(rf'href="(/people/\d+)">{name}<', signed_in.get("/people").text)
    assert found
    return found[1]


def _do(signed_in: TestClient, what: str, name: str = KIM, **fields: str) -> Response:
    here = _page_of(signed_in, name)
    return send(signed_in, here, to=f"{here}/{what}", **fields)


def _enters(client: TestClient, password: str = PASSWORD) -> bool:
    return send(client, "/sign-in", name=KIM, password=password).status_code == 200


def test_a_password_given_for_once_opens_nothing_until_it_is_changed(
    signed_in: TestClient, kim: TestClient, browsers: Callable[[], TestClient]
) -> None:
    found = re.search(r"<code>([a-z0-9-]{20,})</code>", _do(signed_in, "password").text)
    assert found
    assert kim.get("/check").status_code == 401, "signed out by it"
    again = browsers()
    assert not _enters(again)
    assert send(again, "/sign-in", name=KIM, password=found[1]).url.path == "/account"
    assert again.get("/check").url.path == "/account"
    assert "is the old password" in send(again, "/account", old=found[1], password=found[1], again=found[1]).text
    assert "is changed" in send(again, "/account", old=found[1], password=OTHER, again=OTHER).text
    assert again.get("/check").url.path == "/check"
    assert found[1] not in signed_in.get(_page_of(signed_in, KIM)).text, "shown once"
    assert _enters(browsers(), OTHER)


def test_who_is_let_in_with_a_password_for_once_chooses_one(
    signed_in: TestClient, browsers: Callable[[], TestClient]
) -> None:
    send(signed_in, "/people", name=KIM, role="clinician", password=PASSWORD, again=PASSWORD, once="yes")
    assert send(browsers(), "/sign-in", name=KIM, password=PASSWORD).url.path == "/account"


def test_changing_ones_password_wants_the_old_one_and_ends_the_other_sessions(
    kim: TestClient, browsers: Callable[[], TestClient]
) -> None:
    elsewhere = browsers()
    assert _enters(elsewhere)
    wrong = send(kim, "/account", old="not this one at all", password=OTHER, again=OTHER)
    assert (wrong.status_code, "not the password that you signed in with" in wrong.text) == (422, True)
    assert "not the same" in send(kim, "/account", old=PASSWORD, password=OTHER, again=PASSWORD).text
    send(kim, "/account", old=PASSWORD, password=OTHER, again=OTHER)
    assert kim.get("/check").status_code == 200
    assert elsewhere.get("/check").status_code == 401
    assert not _enters(browsers())


def test_who_is_locked_is_out_at_once_and_stays_out(
    signed_in: TestClient, kim: TestClient, browsers: Callable[[], TestClient]
) -> None:
    assert "locked by an administrator" in _do(signed_in, "lock").text
    assert kim.get("/check").status_code == 401
    assert not _enters(browsers())
    _do(signed_in, "unlock")
    assert _enters(browsers())


def test_an_administrator_lifts_the_lock_of_wrong_passwords(
    signed_in: TestClient, kim: TestClient, browsers: Callable[[], TestClient]
) -> None:
    for _ in range(5):
        assert not _enters(browsers(), "wrong")
    assert not _enters(browsers())
    assert "Unlock" in signed_in.get(_page_of(signed_in, KIM)).text
    _do(signed_in, "unlock")
    assert _enters(browsers())


def test_a_role_and_an_end_of_sessions_hold_from_the_next_page_on(signed_in: TestClient, kim: TestClient) -> None:
    assert kim.get("/people").status_code == 403
    _do(signed_in, "role", role="administrator")
    assert kim.get("/people").status_code == 200
    assert "Choose what" in _do(signed_in, "role", role="king").text
    _do(signed_in, "sessions")
    assert kim.get("/people").status_code == 401


@pytest.mark.parametrize(("what", "fields"), [("remove", {}), ("lock", {}), ("role", {"role": "clinician"})])
def test_the_last_administrator_stays_until_there_is_another(
    signed_in: TestClient, kim: TestClient, what: str, fields: dict[str, str]
) -> None:
    refused = _do(signed_in, what, NAME, **fields)
    assert (refused.status_code, "Make another one first" in refused.text) == (422, True)
    _do(signed_in, "role", role="administrator")
    assert _do(signed_in, what, NAME, **fields).status_code != 422
    assert kim.get("/people").status_code == 200


def test_who_was_removed_is_gone_but_not_from_the_log(signed_in: TestClient, kim: TestClient) -> None:
    _do(signed_in, "remove")
    assert kim.get("/check").status_code == 401
    assert KIM not in signed_in.get("/people").text
    log = signed_in.get("/audit").text
    for entry in (f"let in: {KIM}: front_desk", f"removed: {KIM}"):
        assert entry in log


def test_what_is_sent_after_the_session_ended_is_said_not_to_be_saved(signed_in: TestClient) -> None:
    signed_in.cookies.clear()
    assert "was not saved" in signed_in.post("/people", data={"name": "Lee"}).text
    assert "was not saved" not in signed_in.get("/people").text
