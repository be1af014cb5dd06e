"""The screen in Spanish: every text has its translation, and each page says in which language it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.checkers import python_format
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from starlette.testclient import TestClient

import web
from engine import words
from tests.web.conftest import NAME, PASSWORD, send
from web import languages

WEB = Path(web.__file__).parent
ENGLISH_TABLES = (words.HEADLINES, words.ANSWERS, words.REASONS, words.STATUS, words.RESOLUTIONS, words.LEVELS)
"""The engine's words that pages translate where they show them."""
KNEE = {
    "coverage__payer": "uhc-medicare-advantage", "coverage__plan_type": "hmo", "provider__discipline": "OT",
    "lines__1__code": "97535", "date_of_service": "2026-12-01",
}  # fmt: skip


def _used() -> dict[str | tuple[str, ...], str]:
    """Every text that templates and code mark, and where."""
    methods = [("**.py", "python"), ("**.html", "jinja2")]
    options = {"**.html": {"newstyle_gettext": "true", "trimmed": "false"}}
    found = extract_from_dir(WEB, methods, options)
    marked: dict[str | tuple[str, ...], str] = {text: f"web/{name}:{line}" for name, line, text, _, _ in found}
    return marked | {label: "engine.words" for table in ENGLISH_TABLES for label in table.values()}


@pytest.fixture(scope="module")
def spanish() -> Catalog:
    with (WEB / "locales/es.po").open("rb") as file:
        return read_po(file, locale="es")


def test_every_text_of_the_screen_has_spanish(spanish: Catalog) -> None:
    translated = {message.id for message in spanish if message.id and all(_texts(message.string))}
    missing = {text: where for text, where in _used().items() if text not in translated}
    assert not missing


def test_the_catalog_holds_no_text_that_nobody_uses(spanish: Catalog) -> None:
    used = set(_used())
    assert not [message.id for message in spanish if message.id and message.id not in used]
    assert not any(message.fuzzy for message in spanish if message.id)


def test_a_translation_names_what_its_text_names(spanish: Catalog) -> None:
    for message in spanish:
        python_format(spanish, message)
        for text in _texts(message.string):
            names = re.compile(r"%\((\w+)\)s")
            assert not message.id or set(names.findall(text)) <= set(names.findall(" ".join(_texts(message.id))))


def _texts(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


class _Untranslated(languages.catalogs.NullTranslations):
    """What pages asked for and the catalog does not hold."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def gettext(self, message: str) -> str:
        self.texts.append(message)
        return message


@pytest.fixture
def untranslated(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Untranslated]:
    found = _Untranslated()
    monkeypatch.setattr(languages.catalog("es"), "_fallback", found)
    return found


@pytest.mark.parametrize(
    "path", ["/check", "/packets", "/rules", "/rules/uhc-medicare-advantage", "/people", "/nowhere"]
)
def test_a_page_is_spanish_where_the_browser_asks_for_it(
    signed_in: TestClient, untranslated: _Untranslated, path: str
) -> None:
    text = signed_in.get(path, headers={"accept-language": "fr, es-MX;q=0.8, en;q=0.5"}).text
    assert '<html lang="es">' in text
    assert "Deciden las reglas de la aseguradora" in text
    assert not untranslated.texts


def test_a_verdict_is_spanish_and_what_the_rules_say_is_marked_as_english(
    signed_in: TestClient, untranslated: _Untranslated
) -> None:
    signed_in.headers["accept-language"] = "es"
    text = send(signed_in, "/check", **KNEE).text
    assert re.search(r'<h2 id="word"[^>]*>[^<]*(LLAMAR|RESERVAR|AUTORIZAR)', text)
    assert re.search(r'class="sentence"><span lang="en">', text)
    assert '<time datetime="2026-12-01">mar 1 dic 2026</time>' in text or "mar 1 dic 2026" in text
    assert not untranslated.texts


def test_the_button_wins_over_the_browser_also_before_signing_in(visitor: TestClient) -> None:
    assert '<html lang="en">' in visitor.get("/first-run").text
    chosen = send(visitor, "/first-run", to="/language", language="es", onward="/first-run")
    assert chosen.url.path == "/first-run"
    assert '<html lang="es">' in chosen.text
    weak = send(visitor, "/first-run", name=NAME, password="short", again="short")
    assert "Una contraseña tiene de 12 a 200 caracteres" in weak.text
    assert '<html lang="es">' in send(visitor, "/first-run", name=NAME, password=PASSWORD, again=PASSWORD).text


@pytest.mark.parametrize("onward", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_the_button_leads_nowhere_else(signed_in: TestClient, onward: str) -> None:
    chosen = send(signed_in, "/check", to="/language", language="xx", onward=onward)
    assert chosen.url.host == "testserver"
    assert '<html lang="en">' in chosen.text


def test_dates_and_counts_are_written_as_the_language_does() -> None:
    languages.use("es")
    try:
        assert languages.day(date(2026, 12, 1)) == "mar 1 dic 2026"
        assert languages.ngettext("%(n)s day ago", "%(n)s days ago", 1) != languages.ngettext(
            "%(n)s day ago", "%(n)s days ago", 2
        )
    finally:
        languages.use("en")
    assert languages.day(date(2026, 12, 1)) == "Tue 2026-12-01"
