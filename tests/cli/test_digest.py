"""The command digest against a real SMTP server on this machine."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from email import message_from_bytes
from pathlib import Path

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.cli.test_tracking import RECORDS, TODAY
from tests.command import run

SETTINGS = {
    "PRECERTAIN_SMTP_HOST": "localhost", "PRECERTAIN_SMTP_FROM": "desk@practice.example",
    "PRECERTAIN_SMTP_TO": "lee@practice.example, kim@practice.example",
}  # fmt: skip
PLAIN = {"PRECERTAIN_SMTP_TLS": "none"}


class Box:
    """What the server took."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []

    async def handle_RCPT(  # noqa: N802  (the server's own name)
        self, _: SMTP, __: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody@"):
            return "550 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append(envelope)
        return "250 OK"


def _allowed(_: object, __: object, ___: object, ____: str, given: LoginPassword) -> AuthResult:
    return AuthResult(success=(given.login, given.password) == (b"desk", b"right"), handled=False)


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    return made


@pytest.fixture
def serving(box: Box, authority: trustme.CA) -> Iterator[Callable[..., str]]:
    """Start the server; gives its port."""
    started: list[Controller] = []

    def start(*, tls: bool, login: bool = False) -> str:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
        more = {"tls_context": context, "require_starttls": True} if tls else {}
        auth = {"authenticator": _allowed, "auth_required": True, "auth_require_tls": tls} if login else {}
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        started.append(Controller(box, hostname="127.0.0.1", port=port, **more, **auth))
        started[-1].start()
        return str(port)

    yield start
    for one in started:
        one.stop()


@pytest.fixture
def practice(tmp_path: Path) -> Path:
    (tmp_path / "records.yaml").write_text(RECORDS)
    assert run("authorization", "add", str(tmp_path / "records.yaml"), data=tmp_path).returncode == 0
    return tmp_path


def test_without_send_it_is_printed_and_names_nobody(practice: Path) -> None:
    shown = run("digest", *TODAY, data=practice)
    assert shown.returncode == 0
    assert shown.stdout.startswith("Subject: precertain, 2026-11-24: 1 overdue, 0 due\n\nOverdue\n")
    assert "Fri 2026-11-20  Send the authorization request (ME, p1-ot, a1)" in shown.stdout
    assert "Mary" not in shown.stdout


def test_it_is_sent_over_tls_to_whom_the_settings_or_the_command_name(
    practice: Path, serving: Callable[..., str], box: Box
) -> None:
    told = SETTINGS | {
        "PRECERTAIN_SMTP_PORT": serving(tls=True, login=True), "SSL_CERT_FILE": str(practice / "authority.pem"),
        "PRECERTAIN_SMTP_USER": "desk", "PRECERTAIN_SMTP_PASSWORD": "right",
    }  # fmt: skip
    sent = run("digest", "--send", *TODAY, data=practice, **told)
    assert (sent.returncode, sent.stderr) == (0, "")
    assert run("digest", "--send", "--to", "jo@practice.example", *TODAY, data=practice, **told).returncode == 0
    assert [one.rcpt_tos for one in box.taken] == [
        ["lee@practice.example", "kim@practice.example"], ["jo@practice.example"],
    ]  # fmt: skip
    mail = message_from_bytes(box.taken[0].original_content or b"")
    assert mail["Subject"] == "precertain, 2026-11-24: 1 overdue, 0 due"
    assert "(ME, p1-ot, a1)" in str(mail.get_payload())
    assert "Mary" not in mail.as_string()


@pytest.mark.parametrize(
    ("tls", "changed", "said"),
    [
        (True, {}, "cannot be trusted"),
        (False, {}, "does not offer what is asked for"),
        (False, PLAIN | {"PRECERTAIN_SMTP_TO": "nobody@practice.example"}, "No such mailbox (550)"),
        (False, PLAIN | {"PRECERTAIN_SMTP_PORT": "9"}, "cannot be reached"),
        (False, {"PRECERTAIN_SMTP_TLS": "maybe", "PRECERTAIN_SMTP_TO": "lee"}, "2 problems"),
        (False, {"PRECERTAIN_SMTP_HOST": "", "PRECERTAIN_SMTP_FROM": ""}, "PRECERTAIN_SMTP_FROM is not set"),
    ],
)  # fmt: skip
def test_a_server_that_does_not_take_it_is_told_and_nothing_is_sent(
    practice: Path, serving: Callable[..., str], box: Box, tls: bool, changed: dict[str, str], said: str
) -> None:
    told = SETTINGS | {"PRECERTAIN_SMTP_PORT": serving(tls=tls)} | changed
    refused = run("digest", "--send", *TODAY, data=practice, **told)
    assert refused.returncode == 2
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr
    assert box.taken == []


def test_a_wrong_password_is_told_without_it(practice: Path, serving: Callable[..., str], box: Box) -> None:
    told = SETTINGS | {
        "PRECERTAIN_SMTP_PORT": serving(tls=True, login=True), "SSL_CERT_FILE": str(practice / "authority.pem"),
        "PRECERTAIN_SMTP_USER": "desk", "PRECERTAIN_SMTP_PASSWORD": "wrong-one",
    }  # fmt: skip
    refused = run("digest", "--send", *TODAY, data=practice, **told)
    assert refused.returncode == 2
    assert "does not take the user or the password (535)" in refused.stderr
    assert "wrong-one" not in refused.stderr
    assert box.taken == []
