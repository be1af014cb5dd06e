from __future__ import annotations

import sqlite3
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import send
from tests.web.test_check_page import KNEE

PAGES = (
    "/check",
    "/patients",
    "/patients/new",
    "/visits/import",
    "/deadlines",
    "/rules",
    "/rules/uhc-medicare-advantage",
    "/people",
    "/sign-in",
    "/nowhere",
)


class _Page(HTMLParser):
    """What assistive technology goes by."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def holds_to_the_rules_of_every_page(text: str) -> None:
    page = _Page(text)
    assert len(page.all("h1")) == 1
    assert page.all("html")[0]["lang"] == "en"
    assert len(page.all("main")) == 1
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {label.get("for") for label in page.all("label")}
    for field in page.all("input", "select", "textarea"):
        assert field.get("type") == "hidden" or field["id"] in labelled
    for _, attributes in page.tags:
        for name in (attributes.get("aria-describedby") or "").split():
            assert name in ids
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
    for form in page.all("form"):
        assert form["method"] == "post"
    for one in (*page.all("script"), *page.all("link"), *page.all("img")):
        assert (one.get("src") or one.get("href") or "").startswith("/static/")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_one_heading_labels_and_nothing_from_elsewhere(signed_in: TestClient, path: str) -> None:
    holds_to_the_rules_of_every_page(signed_in.get(path).text)


@pytest.mark.parametrize("changed", [{}, {"lines__1__minutes": "x"}, {"coverage__payer": "Aetna commercial"}])
def test_so_has_the_page_with_a_verdict_or_with_mistakes(signed_in: TestClient, changed: dict[str, str]) -> None:
    holds_to_the_rules_of_every_page(send(signed_in, "/check", **KNEE | changed).text)


@pytest.mark.parametrize("path", [*PAGES, "/static/app.css"])
def test_every_answer_carries_the_headers(signed_in: TestClient, path: str) -> None:
    headers = signed_in.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert (headers.get("cache-control") == "no-store") == (not path.startswith("/static/"))


def test_no_answer_puts_what_was_typed_into_an_address(signed_in: TestClient) -> None:
    answer = send(signed_in, "/check", **KNEE)
    assert answer.url.path == "/check"
    assert not answer.url.query
    addresses = [one.get("href") or one.get("action") or "" for one in _Page(answer.text).all("a", "form")]
    assert not any("Z47" in address or "97535" in address for address in addresses)


def test_another_host_name_is_refused(signed_in: TestClient) -> None:
    assert signed_in.get("/check", headers={"host": "elsewhere.example"}).status_code == 400


def test_a_payers_rules_are_told_in_plain_english_with_their_sources(signed_in: TestClient) -> None:
    text = signed_in.get("/rules/uhc-medicare-advantage").text
    assert 'id="uhc-medicare-advantage.first-six-visits"' in text
    assert "Applies where:" in text
    assert "days ago" in text or "day ago" in text
    assert signed_in.get("/rules/no-such-payer").status_code == 404


def test_every_payer_can_be_read(signed_in: TestClient) -> None:
    links = [one["href"] or "" for one in _Page(signed_in.get("/rules").text).all("a")]
    payers = [link for link in links if link.startswith("/rules/")]
    assert len(payers) >= 16
    for link in payers:
        assert signed_in.get(link).status_code == 200


def test_a_database_that_is_gone_is_told_on_a_page(signed_in: TestClient, database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DROP TABLE precertain_session")
    answer = signed_in.get("/check")
    assert answer.status_code == 503
    assert "<h1>The database does not answer</h1>" in answer.text


def test_a_mistake_of_the_program_is_told_without_what_was_typed(
    signed_in: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("Z47.1 of Clover Sample")

    monkeypatch.setattr("web.form.case", broken)
    answer = send(signed_in, "/check", **KNEE)
    assert answer.status_code == 500
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "RuntimeError at" in caplog.text
    assert "Clover" not in caplog.text + answer.text
