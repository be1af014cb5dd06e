"""The screen as a browser without scripts sees it: through HTTP only, on a clock of the test's own."""

from __future__ import annotations

import gettext
import html
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal
from httpx import Response
from starlette.testclient import TestClient

from engine import Library
from engine.store import open_store
from engine.store.people import People, Role
from engine.tracking.records import AuthorizationRecord, Episode, Patient
from web import languages
from web.app import create_app
from web.guard import SESSION
from web.settings import Settings

As = Callable[[Role], TestClient]
"""Opens a browser of somebody in that role, of a name where one is given."""
LIBRARY = Library()
"""One for all tests of a process: reading it takes longer than most of them."""
NAME, PASSWORD = "Robin Sample", "five plain invented words"


@pytest.fixture(scope="module", autouse=True)
def one_event_loop() -> Iterator[None]:
    """For all requests, of which each would begin one of its own."""
    with start_blocking_portal() as portal, pytest.MonkeyPatch.context() as patched:
        patched.setattr(TestClient, "portal", portal)
        yield


@dataclass
class Clock:
    at: datetime = field(default_factory=lambda: datetime(2026, 11, 24, 15, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.at

    def goes_on(self, **span: int) -> None:
        self.at += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "precertain.db"


def says_no_object(response: Response) -> None:
    """No page shows what only a program can read, such as a function that was meant to be called."""
    if response.headers.get("content-type", "").startswith("text/html"):
        shown = html.unescape(response.read().decode())
        assert not re.search(
            r"<(Macro|function|bound method|class|module|built-in|generator) |[.\w]+ object at 0x", shown
        )


@pytest.fixture
def browsers(database: Path, clock: Clock) -> Iterator[Callable[[], TestClient]]:
    """Each call is another browser at the same screen."""
    app = create_app(Settings(f"sqlite:///{database}", LIBRARY, clock=clock, hosts=("testserver",)))
    opened: list[TestClient] = []

    def another() -> TestClient:
        opened.append(TestClient(app, follow_redirects=True, raise_server_exceptions=False))
        opened[-1].event_hooks = {"response": [says_no_object]}
        return opened[-1]

    yield another
    for client in opened:
        client.close()


@pytest.fixture
def visitor(browsers: Callable[[], TestClient]) -> TestClient:
    return browsers()


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A database after the first run, and the administrator's session: hashing a password is slow on purpose."""
    made = tmp_path_factory.mktemp("begun") / "precertain.db"
    app = create_app(Settings(f"sqlite:///{made}", LIBRARY, clock=Clock(), hosts=("testserver",)))
    with TestClient(app) as client:
        send(client, "/first-run", name=NAME, password=PASSWORD, again=PASSWORD)
        return made, client.cookies[SESSION]


@pytest.fixture
def signed_in(visitor: TestClient, database: Path, begun: tuple[Path, str]) -> TestClient:
    """The administrator, made on the first run."""
    made, session = begun
    shutil.copyfile(made, database)
    visitor.cookies.set(SESSION, session, domain="testserver.local", path="/")
    return visitor


@pytest.fixture
def signed_in_as(tmp_path: Path, database: Path, clock: Clock) -> Iterator[As]:
    url = f"sqlite:///{database}"
    settings = Settings(url, LIBRARY, clock=clock, hosts=("testserver",), data=tmp_path / "data", follows=True)
    app = create_app(settings)
    people = People.open(url)
    people.add_first("Robin Sample", "x", clock())

    def somebody(role: Role, name: str = "") -> TestClient:
        name = name or f"{role} person"
        made = people.add(name, role, "x", clock(), by="Robin Sample")
        assert made is not None
        cookie = name.replace(" ", "-")
        people.signed_in(made, sha256(cookie.encode()).hexdigest(), clock())
        client = TestClient(app, raise_server_exceptions=False)
        client.cookies.set(SESSION, cookie)
        return client

    yield somebody
    people.close()
    app.state.desk.close()


@pytest.fixture
def packet(signed_in: TestClient, database: Path, clock: Clock) -> str:
    """The path of a packet of which only the plan is known."""
    from tests.web.packet_room import CASE, make_packet

    return make_packet(database, clock, CASE, "prior-authorization")


@pytest.fixture
def tracked(signed_in: TestClient, database: Path) -> str:
    """An episode under the packet's payer with a request that is still a draft, once there is a database."""
    assert signed_in
    at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    with open_store(f"sqlite:///{database}") as store:
        store.tracking.add(
            Patient(id="p1", name="Clover Sample", birth_date=date(1949, 5, 4)),
            Episode(id="p1-ot", patient_id="p1", payer="uhc-medicare-advantage", discipline="OT"),
            AuthorizationRecord(id="a1", episode_id="p1-ot"),
            who="Robin Sample",
            at=at,
        )
    return "p1-ot"


class _Untranslated(gettext.NullTranslations):
    def __init__(self, texts: list[str]) -> None:
        super().__init__()
        self.texts = texts

    def gettext(self, message: str) -> str:
        self.texts.append(message)
        return message


@pytest.fixture
def untranslated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What Spanish pages asked for and the catalog does not hold."""
    found: list[str] = []
    monkeypatch.setattr(languages.catalog("es"), "_fallback", _Untranslated(found))
    return found


class _Seen(HTMLParser):
    """The texts of a page that stand in no element marked as English."""

    _EMPTY = frozenset("input link meta br hr img path line rect circle".split())

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self._EMPTY:
            self.open.append((tag, tag == "script" or ("lang", "en") in attrs))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(hidden for _, hidden in self.open):
            self.texts.append(data.strip())


_ENGLISH = re.compile(
    r"(?<![\w/-])(the|of|is|are|was|be|and|or|not|with|for|by|to|from|on|it|its|this|visits?|units?|left|days?)(?![\w/-])"
)


def english_words(page: str) -> list[str]:
    """The texts of a page that hold a plain English word and are not marked as English."""
    seen = _Seen()
    seen.feed(page)
    return [text for text in seen.texts if _ENGLISH.search(text)]


def send(client: TestClient, page: str, to: str | None = None, **fields: str) -> Response:
    """Open a page and send its form with these fields (dots as __), its token beside them."""
    token = token_of(client.get(page))
    named = {name.replace("__", "."): value for name, value in fields.items()}
    return client.post(to or page, data={"form_token": token, **named})


def token_of(response: Response) -> str:
    found = re.search(r'name="form_token" value="([^"]*)"', response.text)
    assert found, response.text
    return found[1]
