"""The screen as it is served, with people signed in, for browsers to open."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import uvicorn
from axe_playwright_python.base import AXE_FILE_NAME, AXE_FILE_PATH
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from engine.store.people import People, Role
from tests.web.conftest import NAME, PASSWORD, Clock
from web.app import create_app
from web.guard import token_hash
from web.passwords import hashed
from web.settings import Settings

STAFF: dict[str, Role] = {NAME: "administrator", "Kim Invented": "front_desk"}
"""Who works here; Robin is the first."""

_BESIDE = "/static/axe"
AXE = f"{_BESIDE}/{AXE_FILE_NAME}"
"""Where axe is served beside the screen's own scripts: a browser keeps what it made of a file, which is large."""


def staffed(database: Path) -> dict[str, str]:
    """A database in which the staff are signed in; each one's session by name."""
    password, at = hashed(PASSWORD), Clock().at
    people = People.open(f"sqlite:///{database}")
    sessions = {name: secrets.token_urlsafe(32) for name in STAFF}
    for name, role in STAFF.items():
        first = role == "administrator"
        person = people.add_first(name, password, at) if first else people.add(name, role, password, at, by=NAME)
        assert person is not None
        people.signed_in(person, token_hash(sessions[name]), at)
    people.close()
    return sessions


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The address at which the screen is served meanwhile, on a free port of this machine."""
    listening = socket.create_server(("127.0.0.1", 0))
    app = create_app(settings)
    app.router.routes.insert(0, Mount(_BESIDE, StaticFiles(directory=AXE_FILE_PATH.parent)))
    server = uvicorn.Server(uvicorn.Config(app, access_log=False, log_config=None))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True  # which it looks for every tenth of a second: it is not waited for
