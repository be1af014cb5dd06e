"""The maintainers' desk through HTTP: from a draft to a release that answers everybody, and back."""

from __future__ import annotations

import html
import re
from pathlib import Path

from httpx import Response
from starlette.testclient import TestClient

from tests.command import run
from tests.web.conftest import LIBRARY, As, send, token_of
from tests.web.front_desk import hidden
from tests.web.workbench_desk import awaited, rows, text_of

VISIT = {"coverage__payer": "Self-pay", "lines__1__code": "97530", "date_of_service": "2026-12-01"}
SENTENCE = "The patient pays, so there is no payer whose rules could refuse the visit."
NEW = "Whoever pays alone has no payer whose rules could refuse the visit."
DRAFT = "/workbench/self-pay"


def _save(client: TestClient, content: str, do: str = "save", read_at: str | None = None) -> Response:
    page = client.get(DRAFT)
    fields = {"form_token": token_of(page), "read_at": read_at or hidden(page), "content": content, "do": do}
    return client.post(DRAFT, data=fields)


def _changed(text: str, version: str = "2026.12.1") -> str:
    """Another reason in a version of its own, with a word in the changelog."""
    text = text.replace(SENTENCE, NEW).replace('version: "2026.11.1"', f'version: "{version}"', 1)
    entry = (
        f'changelog:\n  - version: "{version}"\n    date: 2026-11-24\n    change: The reason is told in other words.\n'
    )
    return text.replace("changelog:\n", entry, 1)


def _run(client: TestClient, kind: str) -> str:
    """The page of what was found, once it is there."""
    page = client.get(DRAFT)
    shown = client.post(f"{DRAFT}/run", data={"form_token": token_of(page), "kind": kind})
    return awaited(client, shown)


def test_a_draft_is_proved_proposed_released_and_answers_everybody_until_one_goes_back(
    signed_in_as: As, database: Path
) -> None:
    keeper, front, chief = signed_in_as("maintainer"), signed_in_as("front_desk"), signed_in_as("administrator")
    assert send(keeper, "/workbench", ruleset="self-pay").url.path == DRAFT
    assert "Its form is right" in _save(keeper, _changed(text_of(keeper.get(DRAFT)))).text
    assert "0 errors" in _run(keeper, "lint")
    assert re.search(r"[1-9]\d* examples, [1-9]\d* expectations, 0 failed", _run(keeper, "tests"))
    assert "no answer changes, proved for every case" in _run(keeper, "difference")
    assert "0 get another answer" in _run(keeper, "impact")
    assert SENTENCE in html.unescape(send(front, "/check", **VISIT).text), "a draft changes no answer"

    proposed = _save(keeper, text_of(keeper.get(DRAFT)), "propose")
    assert "An administrator releases it" in proposed.text
    fields = {"form_token": token_of(proposed), "read_at": hidden(proposed)}
    assert keeper.post(f"{DRAFT}/release", data=fields).status_code == 403
    waiting = chief.get(DRAFT)
    fields = {"form_token": token_of(waiting), "read_at": hidden(waiting)}
    told = awaited(chief, chief.post(f"{DRAFT}/release", data=fields))
    assert "it answers from now on" in told, told
    assert NEW in html.unescape(send(front, "/check", **VISIT).text), "the second person is answered by it at once"
    assert "version 2026.12.1" in front.get("/rules/self-pay").text
    states = rows(database, "SELECT version, state, who FROM precertain_draft ORDER BY version")
    assert states == [
        (1, "draft", "maintainer person"), (2, "draft", "maintainer person"), (3, "proposed", "maintainer person"),
        (4, "released", "administrator person"),
    ]  # fmt: skip

    assert "the bundled rulesets answer alone" in send(chief, "/workbench", "/workbench/back").text
    assert SENTENCE in html.unescape(send(front, "/check", **VISIT).text)
    steps = rows(database, "SELECT what FROM precertain_audit WHERE what LIKE 'rules %' ORDER BY sequence")
    assert [what for (what,) in steps] == [
        "rules drafted", "rules drafted", "rules proposed", "rules released", "rules went back",
    ]  # fmt: skip
    assert "went back to the rules before" in chief.get("/audit").text


def test_who_saves_second_is_told_and_nothing_is_overwritten(signed_in_as: As, database: Path) -> None:
    first, second = signed_in_as("maintainer", "Ada Invented"), signed_in_as("maintainer", "Ben Invented")
    send(first, "/workbench", ruleset="self-pay")
    read_at, text = hidden(second.get(DRAFT)), text_of(second.get(DRAFT))
    _save(first, f"{text}# hers\n")
    late = _save(second, f"{text}# his\n", read_at=read_at)
    assert late.status_code == 409
    assert "Ada Invented saved another version meanwhile" in late.text
    assert text_of(late).endswith("# his\n"), "what was typed stands in the field"
    assert hidden(late) == read_at, "sending it again is refused again"
    assert text_of(second.get(DRAFT)).endswith("# hers\n")
    assert rows(database, "SELECT count(*) FROM precertain_draft") == [(2,)]


def test_problems_are_shown_with_their_lines_and_the_gate_refuses_with_reasons(
    signed_in_as: As, tmp_path: Path
) -> None:
    chief = signed_in_as("administrator")
    send(chief, "/workbench", ruleset="self-pay")
    text = text_of(chief.get(DRAFT))
    broken = text.replace("extends: common", "extend: common")
    line = broken.splitlines().index("extend: common") + 1
    shown = _save(chief, broken).text
    assert f'<a href="#L{line}">' in shown
    assert f'<span id="L{line}" class="wrong">' in shown
    assert "did you mean extends?" in shown
    refused = _save(chief, broken, "propose")
    assert refused.status_code == 422
    assert "Not done, and not saved" in refused.text

    loose = _save(chief, text.replace("payer: self-pay", "payer:   self-pay"), "canonical")
    assert text_of(loose) == text
    failing = text.replace("authorization: not_required}", "authorization: notify}", 1)
    _save(chief, failing)
    told = html.unescape(_run(chief, "tests"))
    assert "expected authorization: notify" in told
    assert "got: not_required" in told
    proposed = _save(chief, _changed(failing), "propose")
    fields = {"form_token": token_of(proposed), "read_at": hidden(proposed)}
    gate = awaited(chief, chief.post(f"{DRAFT}/release", data=fields))
    assert "not-proved" in gate
    assert not (tmp_path / "data" / "rulesets" / "history.json").exists()
    assert "<strong>proposed</strong>" in chief.get(DRAFT).text


def test_the_help_names_every_key_and_fact_under_headings(signed_in_as: As) -> None:
    keeper = signed_in_as("maintainer")
    send(keeper, "/workbench", ruleset="self-pay")
    shown = keeper.get(DRAFT).text
    for name in ("kept_by", "overrides_answers", "within_weeks", "site.modality", "at_most"):
        assert f'data-key="{name}"' in shown
    assert "<h3>Facts</h3>" in shown
    assert keeper.get("/workbench/nothing").status_code == 404
    assert send(keeper, "/workbench", ruleset="nothing").status_code == 422


def _discard(client: TestClient, do: str, read_at: str | None = None) -> Response:
    page = client.get(f"{DRAFT}/discard")
    fields = {"form_token": token_of(page), "read_at": read_at or hidden(page), "do": do}
    return client.post(f"{DRAFT}/discard", data=fields)


def test_a_draft_is_started_over_or_discarded_once_confirmed_and_every_version_stays(
    signed_in_as: As, database: Path
) -> None:
    keeper, chief = signed_in_as("maintainer"), signed_in_as("administrator")
    send(keeper, "/workbench", ruleset="self-pay")
    bundled = text_of(keeper.get(DRAFT))
    saved = _save(keeper, _changed(bundled))
    assert f'href="{DRAFT}/discard"' in saved.text
    assert "Keep the draft" in keeper.get(f"{DRAFT}/discard").text
    assert text_of(keeper.get(DRAFT)) == _changed(bundled), "asking does nothing"
    over = _discard(keeper, "over")
    assert (over.url.path, text_of(over)) == (DRAFT, bundled)

    desk = _discard(keeper, "discard")
    assert desk.url.path == "/workbench"
    assert "There is no draft yet." in desk.text
    assert keeper.get(DRAFT).status_code == keeper.get(f"{DRAFT}/discard").status_code == 404
    again = send(keeper, "/workbench", ruleset="self-pay")
    assert (again.url.path, text_of(again)) == (DRAFT, bundled)
    assert "discarded" in again.text, "its history says so"
    states = rows(database, "SELECT version, state FROM precertain_draft ORDER BY version")
    assert states == [(1, "draft"), (2, "draft"), (3, "draft"), (4, "discarded"), (5, "draft")]
    steps = rows(database, "SELECT what FROM precertain_audit WHERE what LIKE '%draft%' ORDER BY sequence")
    assert [what for (what,) in steps] == [
        "rules drafted", "rules drafted", "draft started over", "draft discarded", "rules drafted",
    ]  # fmt: skip
    trail = chief.get("/audit").text
    assert "discarded a draft of rules" in trail
    assert "started a draft of rules over" in trail


def test_what_somebody_else_saved_meanwhile_is_not_discarded_and_what_was_typed_is_not_lost(
    signed_in_as: As,
) -> None:
    first, second = signed_in_as("maintainer", "Ada Invented"), signed_in_as("maintainer", "Ben Invented")
    send(first, "/workbench", ruleset="self-pay")
    read_at, text = hidden(second.get(DRAFT)), text_of(second.get(DRAFT))
    _save(first, f"{text}# hers\n")
    for do in ("discard", "over"):
        late = _discard(second, do, read_at)
        assert late.status_code == 409
        assert "Ada Invented saved another version meanwhile. Nothing was done" in late.text
    assert text_of(second.get(DRAFT)).endswith("# hers\n")

    page = second.get(DRAFT)
    token, read_at = token_of(page), hidden(page)
    _discard(first, "discard")
    typed = {"form_token": token, "read_at": read_at, "content": f"{text}# his\n", "do": "save"}
    late = second.post(DRAFT, data=typed)
    assert late.status_code == 409
    assert "Ada Invented discarded the draft meanwhile" in late.text
    assert text_of(late).endswith("# his\n"), "what was typed stands in the field"


ACME = {"payer": "acme-health", "title": "Acme Health", "kind": "commercial"}
POLICY = {
    "policy": "Therapy policy 12", "publisher": "Acme", "published": "2026-01", "first_day": "2026-02-01",
    "codes": "97535, 97530", "answer": "review_required", "because": "Acme reviews these services.",
}  # fmt: skip


def test_a_new_payer_is_begun_by_a_form_with_the_file_that_the_command_writes(signed_in_as: As, tmp_path: Path) -> None:
    keeper = signed_in_as("maintainer")
    assert 'href="/payers/new"' in keeper.get("/workbench").text
    begun = send(keeper, "/payers/new", **ACME, **POLICY)
    assert begun.url.path == "/workbench/acme-health"
    assert "Its form is right" in begun.text
    path = tmp_path / "acme-health.yaml"
    told = (ACME["title"], "commercial", "y", POLICY["policy"], "Acme", "", "2026-01", "2026-02-01", POLICY["codes"],
            "review_required", POLICY["because"])  # fmt: skip
    given = "".join(f"{answer}\n" for answer in told).encode()
    assert run("rules", "new", "acme-health", "-o", str(path), "--today", "2026-11-24", given=given).returncode == 0
    assert text_of(begun) == path.read_text()

    again = send(keeper, "/payers/new", **ACME)
    assert again.status_code == 422
    assert "There is a draft of this payer already" in again.text
    no_rule = send(keeper, "/payers/new", payer="other-health", kind="medicaid")
    assert no_rule.url.path == "/workbench/other-health"
    assert "title: Other Health\n" in text_of(no_rule)
    assert "rules:" not in text_of(no_rule)
    discard = keeper.get("/workbench/other-health/discard")
    assert "Start over" not in re.sub(r"<h1>.*?</h1>", "", discard.text), "there is nothing to start over from"


def test_what_is_wrong_with_a_new_payer_is_told_beside_each_field_and_nothing_is_begun(
    signed_in_as: As, database: Path
) -> None:
    keeper = signed_in_as("maintainer")
    typed = {"payer": "Acme Health!", "kind": "", "first_day": "2026-02-31", "codes": "97535 9753", "because": "short"}
    shown = send(keeper, "/payers/new", **typed)
    assert shown.status_code == 422
    beside = dict(re.findall(r'<p class="error" id="([a-z_]+)-error">(.*?)</p>', html.unescape(shown.text)))
    assert beside["payer"].endswith("perhaps acme-health")
    assert beside["first_day"] == "'2026-02-31' is no date such as 2026-02-01."
    assert beside["codes"].startswith("No codes: 9753.")
    assert beside["because"] == "At least 8 characters are needed."
    assert beside["policy"] == beside["kind"] == beside["answer"] == "This is needed."
    assert beside.keys() == {"payer", "kind", "policy", "first_day", "codes", "answer", "because"}
    told = re.findall(r'<li><a href="#([a-z_]+)">([^<]+)</a></li>', html.unescape(shown.text))
    label = dict(re.findall(r'<label for="([a-z_]+)">([^<]*?)(?: <span|</label>)', html.unescape(shown.text)))
    assert told == [(name, f"{label[name]}: {said}") for name, said in beside.items()]
    assert 'value="97535 9753"' in shown.text, "what was typed is kept"
    late = send(keeper, "/payers/new", **ACME, **POLICY | {"first_day": "2226-02-01"})
    assert "2226-02-01 is not between 1966-07-01 and 2199-12-31." in late.text
    there = send(keeper, "/payers/new", **ACME | {"payer": "self-pay"})
    assert "there is a ruleset &#39;self-pay&#39; already" in there.text
    assert rows(database, "SELECT count(*) FROM precertain_draft") == [(0,)]


SHOWN = """      - name: an insurer's approval on file changes nothing
        given:
          coverage.authorization.number: A-1
          coverage.authorization.valid_from: 2026-11-01
          coverage.authorization.valid_to: 2026-12-31
          coverage.authorization.visits_approved: 8
          coverage.authorization.visits_used: 1
          coverage.authorization.codes: []
        expect: {applies: true, authorization: not_required}
"""
SURVIVED = "self-pay/no-authorization: no example fails where it no longer overrides"


def test_coverage_and_surviving_mistakes_are_shown_with_their_lines_until_the_example_is_there(
    signed_in_as: As,
) -> None:
    keeper = signed_in_as("maintainer")
    text = text_of(send(keeper, "/workbench", ruleset="self-pay"))
    assert SHOWN in text
    assert re.search(r"(\d+) of \1 sides are shown by an example", _run(keeper, "coverage"))
    whole = _run(keeper, "mutations")
    assert re.search(r"[1-9]\d* mistakes caught by an example.* 0 caught by none, 0 not tried", whole), whole
    assert SURVIVED not in whole

    _save(keeper, text.replace(SHOWN, ""))
    told = _run(keeper, "mutations")
    assert "Not yet right." in told
    assert re.search(r"[1-9]\d* caught by none, 0 not tried", told)
    line = text.splitlines().index("  - id: no-authorization") + 1
    assert f'<a href="{DRAFT}#L{line}">Line {line}</a>: {SURVIVED}' in told
    assert "the example to add: {&#39;coverage.authorization" in told

    examples = re.compile(r"    examples:\n(      .*\n)+")
    first = examples.search(text)
    assert first
    _save(keeper, text.replace(first[0], ""))
    told = _run(keeper, "coverage")
    assert "Not yet right." in told
    line = text.splitlines().index("  - id: nothing-to-bill") + 1
    assert f'<a href="{DRAFT}#L{line}">Line {line}</a>: self-pay/nothing-to-bill: no example shows: it applies' in told


def test_a_release_that_the_command_installs_answers_the_next_request(signed_in_as: As, tmp_path: Path) -> None:
    front, folder, data = signed_in_as("front_desk"), tmp_path / "own", tmp_path / "home"
    (tmp_path / "data").symlink_to(data / "precertain", target_is_directory=True)
    (data / "precertain").mkdir(parents=True)
    folder.mkdir()
    (folder / "self-pay.yaml").write_text(_changed(LIBRARY.listed["self-pay"].path.read_text()))
    assert SENTENCE in html.unescape(send(front, "/check", **VISIT).text)
    bundle, by = str(tmp_path / "release.zip"), ("--by", "Ada Invented")
    for command in (("release", str(folder), "-o", bundle), ("install", bundle)):
        done = run("rules", *command, *by, data=data)
        assert done.returncode == 0, done.stderr
    assert NEW in html.unescape(send(front, "/check", **VISIT).text)
    assert "version 2026.12.1" in front.get("/rules/self-pay").text
    assert run("rules", "back", *by, data=data).returncode == 0
    assert SENTENCE in html.unescape(send(front, "/check", **VISIT).text)
