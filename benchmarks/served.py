"""``precertain serve`` as a process of its own, on this machine, with people who may sign in."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from engine.store.people import People
from web.passwords import hashed

ROOT = Path(__file__).parents[1]
PASSWORD = "five plain invented words"
_TOKEN = re.compile(r'name="form_token" value="([^"]*)"')


@dataclass
class Served:
    """A server in a folder of its own; started again, it answers at the same address."""

    folder: Path
    port: int = field(default_factory=lambda: _free_port())
    process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.folder / 'precertain.db'}"

    def start(self) -> None:
        """Returns once it listens. Raises RuntimeError where it ends instead."""
        env = os.environ | {
            "XDG_DATA_HOME": str(self.folder), "PRECERTAIN_DATABASE_URL": self.database_url, "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        command = [sys.executable, "-m", "cli.main", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        if self.address not in self.process.stdout.readline():
            raise RuntimeError(f"the server ended with {self.process.wait()}")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.communicate(timeout=60)
            self.process = None


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def let_in(database_url: str, names: list[str]) -> None:
    """Administrators under these names, all with the same password."""
    people, password, at = People.open(database_url), hashed(PASSWORD), datetime.now(UTC)
    for name in names:
        people.add_first(name, password, at) or people.add(name, "administrator", password, at, by=names[0])
    people.close()


class Browser:
    """One person's, without scripts. Raises httpx.TransportError where the server does not answer."""

    def __init__(self, address: str) -> None:
        self._client = httpx.Client(base_url=address, timeout=120, trust_env=False)
        self._token = ""

    def close(self) -> None:
        self._client.close()

    def open(self, path: str) -> httpx.Response:
        answer = self._client.get(path)
        if found := _TOKEN.search(answer.text):
            self._token = found[1]
        return answer

    def send(self, path: str, fields: dict[str, str]) -> httpx.Response:
        return self._client.post(path, data={"form_token": self._token} | fields)

    def sign_in(self, name: str) -> httpx.Response:
        self.open("/sign-in")
        answer = self.send("/sign-in", {"name": name, "password": PASSWORD, "onward": "/"})
        self.open("/check")
        return answer
