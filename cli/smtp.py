"""Mail through the practice's own SMTP server, as the environment says: PRECERTAIN_SMTP_HOST and what goes with it."""

from __future__ import annotations

import os
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage

from cli.session import stop
from engine import Problem

_WAIT = 30.0
"""Seconds that the server has for each answer."""
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True, slots=True)
class Server:
    """``tls``: starttls (the default), tls from the start, or none."""

    host: str
    port: int
    tls: str
    user: str | None
    password: str | None
    sender: str
    to: tuple[str, ...]


def server(to: tuple[str, ...]) -> Server:
    """What the environment says, sent ``to`` or else to whom it names. Raises UserError with all that is missing."""
    said = {name: os.environ.get(f"PRECERTAIN_SMTP_{name}", "").strip() for name in
            ("HOST", "PORT", "TLS", "USER", "PASSWORD", "FROM", "TO")}  # fmt: skip
    tls = said["TLS"] or "starttls"
    to = to or tuple(one.strip() for one in said["TO"].split(",") if one.strip())
    problems = [
        Problem("no-mail", f"PRECERTAIN_SMTP_{name} is not set", hint=hint)
        for name, hint in (("HOST", "the name of the practice's mail server"), ("FROM", "the address it is sent from"))
        if not said[name]
    ]
    if not to:
        problems.append(
            Problem("no-mail", "nobody is named to send it to", hint="give --to, or set PRECERTAIN_SMTP_TO")
        )
    if tls not in _PORTS:
        problems.append(Problem("no-mail", f"PRECERTAIN_SMTP_TLS is {tls!r}", hint="starttls, tls or none"))
    if said["PORT"] and not (said["PORT"].isdecimal() and 0 < int(said["PORT"]) < 65_536):
        problems.append(Problem("no-mail", f"PRECERTAIN_SMTP_PORT is {said['PORT']!r}", hint="a number such as 587"))
    addresses = [said["FROM"], *to] if said["FROM"] else to
    for address in addresses:
        if "@" not in address or any(letter.isspace() for letter in address):
            problems.append(Problem("no-mail", f"{address!r} is no address", hint="such as desk@practice.example"))
    if problems:
        stop(*problems)
    port = int(said["PORT"] or _PORTS[tls])
    return Server(said["HOST"], port, tls, said["USER"] or None, said["PASSWORD"] or None, said["FROM"], to)


def message(at: Server, subject: str, text: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = at.sender, ", ".join(at.to), subject
    made.set_content(text)
    return made


def send(at: Server, mail: EmailMessage) -> None:
    """Raises UserError where the server cannot be reached, is not trusted, or refuses."""
    place = f"{at.host}, port {at.port}"
    try:
        with _connected(at) as smtp:
            if at.user:
                smtp.login(at.user, at.password or "")
            refused = smtp.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        stop(*(_refused(address, *said) for address, said in error.recipients.items()))
    except smtplib.SMTPAuthenticationError as error:
        hint = "see PRECERTAIN_SMTP_USER and PRECERTAIN_SMTP_PASSWORD"
        stop(Problem("mail-refused", f"{place} does not take the user or the password ({error.smtp_code})", hint=hint))
    except smtplib.SMTPResponseException as error:
        stop(Problem("mail-refused", f"{place} refuses: {_words(error.smtp_error)} ({error.smtp_code})"))
    except smtplib.SMTPNotSupportedError as error:
        hint = "its port for TLS with PRECERTAIN_SMTP_TLS=tls; or none, where nobody can listen in"
        stop(Problem("mail-refused", f"{place} does not offer what is asked for: {error}", hint=hint))
    except ssl.SSLError as error:
        stop(Problem("mail-refused", f"{place} cannot be trusted: {error.reason or error}",
                     hint="its certificate must be one that this machine trusts, for this name"))  # fmt: skip
    except (OSError, smtplib.SMTPException) as error:
        told = getattr(error, "strerror", None) or error
        stop(Problem("mail-refused", f"{place} cannot be reached or breaks off: {told}"))
    if refused:
        stop(*(_refused(address, *said) for address, said in refused.items()))


def _connected(at: Server) -> smtplib.SMTP:
    trusted = ssl.create_default_context()
    if at.tls == "tls":
        return smtplib.SMTP_SSL(at.host, at.port, timeout=_WAIT, context=trusted)
    smtp = smtplib.SMTP(at.host, at.port, timeout=_WAIT)
    if at.tls == "starttls":
        try:
            smtp.starttls(context=trusted)
        except BaseException:
            smtp.close()
            raise
    return smtp


def _refused(address: str, code: int, said: bytes) -> Problem:
    return Problem("mail-refused", f"the server refuses {address}: {_words(said)} ({code})")


def _words(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said
