"""The rules room: which rules answer, on which days, and what lint and examples say of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from engine import load_rulesets
from tests.web.conftest import LIBRARY, NAME, PASSWORD, Clock, send
from web.app import create_app
from web.settings import Settings


def test_the_page_says_which_version_answers_and_what_it_is_built_of(signed_in: TestClient) -> None:
    text = signed_in.get("/rules/uhc-medicare-advantage").text
    used = LIBRARY.for_payer("uhc-medicare-advantage")
    assert used is not None
    assert f"Today answers uhc-medicare-advantage, version {used.version}" in text
    for one in used.used:
        assert f"{one.id} {one.version} ({one.sha256[:8]})" in text
    assert text.count("<h2>") == len(used.rules) + len(used.clocks)


def test_only_what_is_in_force_on_a_day_is_shown(signed_in: TestClient) -> None:
    ruleset = LIBRARY.for_payer("uhc-medicare-advantage")
    assert ruleset is not None
    dated = next(rule for rule in ruleset.rules if rule.in_force_from)
    assert dated.in_force_from
    anchor = f'id="{dated.id.replace("/", ".")}"'
    on = send(signed_in, "/rules/uhc-medicare-advantage", on=dated.in_force_from.isoformat())
    assert on.url.path == f"/rules/uhc-medicare-advantage/on/{dated.in_force_from}"
    assert anchor in on.text
    before = signed_in.get("/rules/uhc-medicare-advantage/on/2001-01-01").text
    assert anchor not in before
    count = re.search(r"In force on Mon 2001-01-01: (\d+) rules? of (\d+)", before)
    assert count
    assert int(count[1]) < int(count[2]) == len(ruleset.rules)
    assert send(signed_in, "/rules/uhc-medicare-advantage", on="").url.path == "/rules/uhc-medicare-advantage"


def test_a_day_that_is_none_is_told(signed_in: TestClient) -> None:
    wrong = send(signed_in, "/rules/self-pay", on="soon")
    assert wrong.status_code == 422
    assert "“soon” is no date such as 2026-11-24." in wrong.text
    assert signed_in.get("/rules/self-pay/on/soon").status_code == 404
    assert signed_in.get("/rules/nobody/proof").status_code == 404


def test_lint_and_examples_are_run_once_for_a_version(signed_in: TestClient, clock: Clock) -> None:
    first = signed_in.get("/rules/self-pay/proof").text
    assert "every example is decided as its author expects" in first
    assert re.search(r"[1-9]\d* examples?, [1-9]\d* expectations, 0 failed", first)
    ran = re.search(r"Run on ([^;]*);", first)
    clock.goes_on(minutes=7)
    again = re.search(r"Run on ([^;]*);", signed_in.get("/rules/self-pay/proof").text)
    assert ran
    assert again
    assert again[1] == ran[1]


@pytest.fixture
def own(tmp_path: Path, browsers: Callable[[], TestClient]) -> TestClient:
    """The screen of a practice with a ruleset of its own, an example of which expects what is not decided."""
    source = (Path(__file__).parents[2] / "rulesets/self-pay.yaml").read_text()
    folder = tmp_path / "own"
    folder.mkdir()
    changed = source.replace(
        "{applies: true, authorization: not_required}", "{applies: true, authorization: notify}", 1
    )
    assert changed != source
    (folder / "self-pay.yaml").write_text(changed)
    settings = Settings(f"sqlite:///{tmp_path}/own.db", load_rulesets([folder]), clock=Clock(), hosts=("testserver",))
    client = TestClient(create_app(settings), follow_redirects=True, raise_server_exceptions=False)
    send(client, "/first-run", name=NAME, password=PASSWORD, again=PASSWORD)
    return client


def test_a_ruleset_of_the_practices_own_says_so(own: TestClient) -> None:
    assert "(our own)" in own.get("/rules").text
    assert "It is the practice's own" in own.get("/rules/self-pay").text


def test_an_example_that_fails_is_shown_with_what_came_out(own: TestClient) -> None:
    text = own.get("/rules/self-pay/proof").text
    assert "every example is decided as its author expects" not in text
    assert "authorization: expected notify, got not_required" in text
    assert "1 failed" in text


def test_rules_that_cannot_be_read_are_told_with_every_problem(tmp_path: Path, own: TestClient) -> None:
    (tmp_path / "own" / "zebra.yaml").write_text("id: zebra\npayer: zebra\nextends: nothing\n")
    settings = Settings(
        f"sqlite:///{tmp_path}/own.db", load_rulesets([tmp_path / "own"]), clock=Clock(), hosts=("testserver",)
    )
    client = TestClient(create_app(settings), cookies=own.cookies, raise_server_exceptions=False)
    answer = client.get("/rules")
    assert answer.status_code == 503
    assert "<h1>The rulesets cannot be read</h1>" in answer.text
    assert "zebra.yaml" in answer.text
