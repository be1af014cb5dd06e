"""A made-up practice fills an empty database, and never one that holds anything."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.testclient import TestClient

from tests.command import run
from tests.web.conftest import Clock, send
from web.app import create_app
from web.settings import Settings


def test_the_demo_is_looked_around_in_and_is_never_written_over_records(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/demo.db"
    filled = run("demo", "--today", "2026-11-24", PRECERTAIN_DATABASE_URL=url)
    assert filled.returncode == 0, filled.stderr
    password = re.search(r"Demo Front Desk +(\S+)", filled.stdout)
    assert password
    assert "a packet to be written for Juniper Imaginary" in filled.stdout
    again = run("demo", PRECERTAIN_DATABASE_URL=url)
    assert (again.returncode, "holds records already" in again.stderr) == (2, True)
    states = run("authorization", "list", PRECERTAIN_DATABASE_URL=url).stdout
    assert {"approved", "pended", "denied", "partial", "expired", "draft"} <= set(states.split())
    assert "as it was written" in run("log", "--verify", PRECERTAIN_DATABASE_URL=url).stdout
    client = TestClient(create_app(Settings(url, clock=Clock(), hosts=("testserver",))))
    entered = send(client, "/sign-in", name="Demo Front Desk", password=password[1])
    assert entered.url.path == "/account", "the password is to be changed first"
