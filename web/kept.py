"""A form that was sent after its session had ended: sealed into the sign-in page, and offered again to the same person.

The seal keeps what was typed from who else is at the machine, and ends with the server's process.
"""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from cryptography.fernet import InvalidToken
from fastapi import Request

from engine.store.people import SESSION_FOR, Person
from web.desk import desk
from web.guard import SESSION, token_hash

_MOST_BYTES = 200_000
_NOT_TYPED = ("/sign-in", "/first-run", "/sign-out", "/language")


@dataclass(frozen=True, slots=True)
class Kept:
    """Where it was sent, and what: names and texts in their order."""

    path: str
    fields: tuple[tuple[str, str], ...]


def was_lost(request: Request) -> bool:
    """Whether something that somebody typed was sent, and could not be taken."""
    return request.method == "POST" and request.url.path not in _NOT_TYPED


def seal(request: Request) -> str:
    """What was sent under the session that is over; nothing where it was no form of that session, or holds a file."""
    at, cookie = desk(request), request.cookies.get(SESSION)
    if cookie is None or not was_lost(request):
        return ""
    sent: tuple[tuple[str, object], ...] = getattr(request.state, "sent", ())
    sent = tuple((name, value) for name, value in sent if getattr(value, "filename", None) != "")  # no file was chosen
    fields = [(name, value) for name, value in sent if isinstance(value, str) and name != "form_token"]
    person_id = at.people.last(token_hash(cookie))
    content = orjson.dumps([person_id, request.url.path, fields])
    if person_id is None or len(fields) + 1 != len(sent) or len(content) > _MOST_BYTES:
        return ""
    return at.seal.encrypt_at_time(content, int(at.now.timestamp())).decode()


def unseal(request: Request, sealed: str, person: Person) -> Kept | None:
    """What this person had sent; None where there is nothing, or it is another's or too old."""
    at = desk(request)
    try:
        content = at.seal.decrypt_at_time(sealed.encode(), int(SESSION_FOR.total_seconds()), int(at.now.timestamp()))
    except InvalidToken:
        return None
    person_id, path, fields = orjson.loads(content)
    return Kept(path, tuple((name, value) for name, value in fields)) if person_id == person.id else None
