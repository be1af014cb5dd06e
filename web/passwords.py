"""Passwords: hashed with argon2id, and what one must be."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.profiles import RFC_9106_LOW_MEMORY

from web.languages import gettext

LEAST, MOST = 12, 200
COST = RFC_9106_LOW_MEMORY
"""What one hash takes: memory, passes and lanes (RFC 9106, section 4, the second recommended option)."""


def hashed(password: str) -> str:
    return _hasher().hash(password)


def fits(password: str, password_hash: str | None) -> bool:
    """Whether it is the password. Without a hash it takes as long, and is not."""
    try:
        return _hasher().verify(password_hash or _nobodys(), password) and password_hash is not None
    except (Argon2Error, InvalidHashError):
        return False


def fault(password: str, name: str) -> str | None:
    """What is wrong with a new password, in words; None where nothing is."""
    if not LEAST <= len(password) <= MOST:
        return gettext(
            "A password has %(least)s to %(most)s characters; a few words do well. This one has %(given)s.",
            least=LEAST, most=MOST, given=len(password),
        )  # fmt: skip
    if len(set(password)) < 5 or password.casefold() in (name * MOST).casefold():
        return gettext("This password is too easy to guess. A few words that do not belong together do well.")
    return None


def for_once() -> str:
    """A password to be read out and typed once: nothing in it looks like another letter."""
    return "-".join("".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(5)) for _ in range(4))


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher.from_parameters(COST)


@cache
def _nobodys() -> str:
    return hashed("nobody")
