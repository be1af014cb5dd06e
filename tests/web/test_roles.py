"""The matrix of who may open what: every route of the app asked for by every role and by nobody, against one table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from itertools import count
from typing import get_args

import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute
from starlette.testclient import TestClient

from engine.store.people import People, Role
from tests.web.conftest import Clock
from web.app import create_app
from web.guard import SESSION
from web.roles import ANYBODY, ROWS
from web.settings import Settings


def _routes(table: Iterable[BaseRoute]) -> Iterator[tuple[str, str]]:
    for route in table:
        if isinstance(route, APIRoute):
            yield from ((method, route.path) for method in route.methods)
        elif (included := getattr(route, "original_router", None)) is not None:
            yield from _routes(included.routes)


ROUTES = sorted(_routes(create_app(Settings()).routes))
NOBODY = "nobody"


Ask = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """What the server answers to a role: the status and the page."""
    url, clock = f"sqlite:///{tmp_path_factory.mktemp('roles')}/precertain.db", Clock()
    app = create_app(Settings(url, clock=clock, hosts=("testserver",)))
    people, tokens = People.open(url), count()
    people.add_first("Robin", "x", clock())
    for role in get_args(Role):
        people.add(role, role, "x", clock(), by="Robin")

    def asked(role: str, method: str, route: str, *, with_token: bool = True) -> tuple[int, str]:
        client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
        data = {}
        if found := people.named(role):
            cookie = f"session {next(tokens)}"
            people.signed_in(found, sha256(cookie.encode()).hexdigest(), clock())
            client.cookies.set(SESSION, cookie)
            data = {"form_token": sha256(f"form {cookie}".encode()).hexdigest()} if with_token else {}
        path = re.sub(r"{[^}]*}", "0", route.replace("{payer}", "self-pay"))
        answer = client.request(method, path, data=data if method == "POST" else None)
        return answer.status_code, answer.text

    return asked


@pytest.mark.parametrize(("method", "route"), ROUTES)
def test_every_route_has_a_row(method: str, route: str) -> None:
    assert route in ROWS, f"say in web/roles.py who may open {route}"


def test_every_row_has_a_route() -> None:
    assert sorted(set(ROWS) - {route for _, route in ROUTES}) == []


@pytest.mark.parametrize("role", [NOBODY, *get_args(Role)])
@pytest.mark.parametrize(("method", "route"), ROUTES)
def test_the_server_lets_in_whom_the_table_lets_in_and_no_other(ask: Ask, method: str, route: str, role: str) -> None:
    status, shown = ask(role, method, route)
    allowed = ROWS[route]
    if role == NOBODY:
        assert (status == 401) == (allowed is not ANYBODY)
    elif allowed is ANYBODY:  # a wrong password is a 401 too
        assert status != 403, shown
    elif role in allowed:
        assert status not in (401, 403), shown
    else:
        assert status == 403
        assert "This page is for others" in shown


def test_a_maintainer_of_rules_is_shown_no_room_of_patients_or_people(ask: Ask) -> None:
    _, shown = ask("maintainer", "GET", "/rules")
    assert 'href="/check"' in shown
    for room in ("/people", "/audit"):
        assert f'href="{room}"' not in shown
    _, shown = ask("administrator", "GET", "/rules")
    assert 'href="/audit"' in shown


@pytest.mark.parametrize("route", [route for method, route in ROUTES if method == "POST"])
def test_a_form_without_its_token_is_refused(ask: Ask, route: str) -> None:
    status, shown = ask("administrator", "POST", route, with_token=False)
    assert status == 403
    assert "<h1>Not allowed</h1>" in shown
