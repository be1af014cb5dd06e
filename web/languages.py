"""The languages of the screen: the person's choice, else what the browser asks for; texts from locales/es.po.

A text is written in English where it stands and marked with ``gettext``, in a table of labels with ``N_``. The
engine's fixed texts, which no page marks, are asked for with ``said``. What rules cite has no other language: a page
that is not English marks it as English.
"""

from __future__ import annotations

import gettext as catalogs
import re
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from fastapi import Request
from markupsafe import Markup, escape

from engine import words
from engine.message import Cited, Message, Part, Several, Within, english

LANGUAGES = {"en": "English", "es": "Español"}
"""Each in its own words."""
COOKIE = "precertain_language"
_FOLDER = Path(__file__).resolve().parent / "locales"
_REGION = {"en": "en_US", "es": "es_US"}
_ENGLISH = re.compile(r'(<span lang="en">.*?</span>)', re.DOTALL)
_current: ContextVar[str] = ContextVar("language", default="en")


def chosen(request: Request) -> str:
    """The language for who asks: chosen by the button, else the first that their browser names and we have."""
    if (by_button := request.cookies.get(COOKIE)) in LANGUAGES and by_button:
        return by_button
    return next((one for one in _preferred(request.headers.get("accept-language", "")) if one in LANGUAGES), "en")


def _preferred(header: str) -> list[str]:
    """The languages of an Accept-Language header, the dearest first, without their regions."""
    weighed = []
    for part in header.split(","):
        tag, _, weight = part.partition(";q=")
        try:
            weighed.append((-float(weight or 1), tag.strip().partition("-")[0].lower()))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(weighed, key=lambda one: one[0]) if weight]


def use(language: str) -> None:
    """From here on, for this request."""
    _current.set(language)


def current() -> str:
    return _current.get()


@cache
def catalog(language: str) -> catalogs.NullTranslations:
    """The language's texts, read from their source form."""
    if language == "en":
        return catalogs.NullTranslations()
    with (_FOLDER / f"{language}.po").open("rb") as file:
        messages = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return catalogs.GNUTranslations(compiled)


def gettext(message: str, **values: object) -> str:
    """The text in the language of the page, ``values`` in the place of its %(names)s."""
    text = catalog(current()).gettext(message) if message else ""
    if any(isinstance(value, Markup) for value in values.values()):
        text = Markup(text)
    return text % values if values else text


def ngettext(one: str, many: str, count: int) -> str:
    """The text for that count."""
    return catalog(current()).ngettext(one, many, count)


def N_(message: str) -> str:  # noqa: N802  (the usual name)
    """Marks a label that is translated where it is shown."""
    return message


def translated(labels: Mapping[str, str]) -> dict[str, str]:
    """A table of labels in the language of the page."""
    return {key: gettext(label) for key, label in labels.items()}


def in_english(text: str) -> str:
    """A text that is there in English only, marked so where the page is not."""
    return text if current() == "en" else Markup('<span lang="en">{}</span>').format(text)


def said(told: Part) -> str:
    """A fixed text of the engine or the rules in the language of the page; one that has no other, as of the practice's
    own rules, is marked as English."""
    if not told:
        return english(told)
    text = _worded(Message(told) if isinstance(told, str) else told)
    return text if current() == "en" else type(text)(_ending_with_questions(text))


def _ending_with_questions(text: str) -> str:
    """After a question no other mark, so that what follows begins a sentence; what is cited in English stays."""
    parts = _ENGLISH.split(text)
    parts[::2] = [
        re.sub(r"\?; (¿?\w)", lambda following: f"? {following[1].upper()}", part.replace("?.", "?"))
        for part in parts[::2]
    ]
    return "".join(parts)


def _joined(translation: str, worded: Mapping[str, str]) -> str:
    """The translation with "e" for its "y" before a value that begins with the same sound."""

    def joint(found: re.Match[str]) -> str:
        return f"e {found[1]}" if re.match("h?i(?![aeou])", worded[found[2]], re.IGNORECASE) else found[0]

    return translation if current() == "en" else re.sub(r"\by (%\((\w+)\)s)", joint, translation)


def _worded(part: Part) -> str:
    match part:
        case Message(text, values) if (translation := _translation(text)) is not None:
            worded = {name: _worded(value) for name, value in values.items()}
            return escape(_joined(translation, worded)) % worded if worded else translation
        case Within() if current() == "en":
            return english(part)
        case Within(text) if (translation := _translation(text)) is not None:
            return re.sub(r"^¿?\w", lambda first: first[0].lower(), translation)
        case Several(parts, between):
            return Markup(between).join(map(_worded, parts))
        case Message() | Cited() | Within():
            return in_english(english(part))
        case date():  # an element, which no line breaks
            return Markup('<time datetime="{}">{}</time>').format(part.isoformat(), _day_within(part))
        case _:
            return str(part)


def _day_within(when: date) -> str:
    """In a sentence; in English without its weekday, as the sentence is recorded."""
    return when.isoformat() if current() == "en" else day(when)


def _translation(text: str) -> str | None:
    if current() == "en":
        return text
    found = catalog(current()).gettext(text)
    return None if found == text else found


def capital(text: str) -> str:
    """The text as a sentence begins; one that is marked stays as it is."""
    return text[:1].upper() + text[1:]


def day(when: date) -> str:
    """The date with its weekday."""
    return words.day(when) if current() == "en" else format_date(when, "EEE d MMM y", _REGION[current()])


def number(value: int) -> str:
    return format_decimal(value, locale=_REGION[current()])
