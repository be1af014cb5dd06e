"""As little of a patient as tells one fax from another: initials, and the end of a member ID."""

from __future__ import annotations

_SHOWN = 4


def initials(name: str) -> str | None:
    """The first letters of the first and the last word of a name; None where no word begins with a letter."""
    letters = [word[0].upper() for word in name.split() if word[0].isalpha()]
    shown = (*letters[:1], *letters[1:][-1:])
    return "".join(f"{letter}." for letter in shown) or None


def ending(member_id: str) -> str | None:
    """The last four letters or digits of a member ID; None where they would be more than half of it."""
    signs = "".join(sign for sign in member_id if sign.isalnum())
    return signs[-_SHOWN:] if len(signs) >= 2 * _SHOWN else None
