"""The payer said otherwise: from the front desk's verdict to the maintainer's signed look."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.web.conftest import As, send, token_of

VISIT = {
    "coverage__payer": "Self-pay", "provider__discipline": "OT", "lines__1__code": "97530",
    "date_of_service": "2026-12-01", "provider__credential": "OT", "site__modality": "in_person",
}  # fmt: skip
RULE = "self-pay/no-authorization"


def _rows(database: Path, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(f"SELECT * FROM precertain_{table}").fetchall()


def test_what_the_payer_said_goes_to_the_rules_room_and_is_closed_by_a_signed_look(
    signed_in_as: As, database: Path
) -> None:
    front, keeper = signed_in_as("front_desk"), signed_in_as("maintainer")
    verdict = send(front, "/check", **VISIT)
    check_id = re.search(r'name="otherwise.check_id" value="([0-9a-f]+)" formaction="/check/contradict"', verdict.text)
    assert check_id, "the form stands beside the verdict"
    assert f'<option value="{RULE}"' in verdict.text
    said = {
        "otherwise.check_id": check_id[1], "otherwise.rule": RULE, "otherwise.said": "A notice is wanted",
        "otherwise.said_by": "Provider portal", "otherwise.reference": "C-77",
    }  # fmt: skip
    recorded = front.post("/check/contradict", data={"form_token": token_of(verdict), **said})
    assert recorded.url.path == f"/check/{check_id[1]}/contradictions"
    assert "A notice is wanted" in recorded.text
    ((_, rule, answer, *words),) = _rows(database, "contradiction")
    assert (rule, answer) == (RULE, "authorization: not_required")
    assert words == ["A notice is wanted", "Provider portal", "C-77", "front_desk person"]

    waiting = keeper.get("/rules/stale").text
    assert waiting.index("A notice is wanted") < waiting.index("A later edition should exist")
    assert f'href="/rules/review/{RULE}"' in waiting
    assert f'href="/rules/review/{RULE}"' not in front.get("/rules/stale").text
    hash_read = re.search(r'name="text_sha256" value="([0-9a-f]{64})"', keeper.get(f"/rules/review/{RULE}").text)
    assert hash_read
    ahead = send(keeper, f"/rules/review/{RULE}", verified="2026-11-25", text_sha256=hash_read[1])
    assert ahead.status_code == 422
    changed = send(keeper, f"/rules/review/{RULE}", verified="2026-11-24", text_sha256="0" * 64)
    assert "The rule was changed since you opened this page." in changed.text
    assert not _rows(database, "rule_review")
    looked = send(
        keeper, f"/rules/review/{RULE}", verified="2026-11-24", note="Another plan was meant", text_sha256=hash_read[1]
    )
    assert "maintainer person. Signed by key" in looked.text
    assert "Another plan was meant" in looked.text
    assert "A notice is wanted" not in front.get("/rules/stale").text
    assert len(_rows(database, "rule_review")) == 1


def test_what_is_missing_or_names_the_patient_is_told_beside_its_field(signed_in_as: As, database: Path) -> None:
    front = signed_in_as("front_desk")
    verdict = send(front, "/check", **VISIT)
    check_id = re.search(r'name="otherwise.check_id" value="([0-9a-f]+)"', verdict.text)
    assert check_id
    sent = {"form_token": token_of(verdict), "otherwise.check_id": check_id[1]}
    unnamed = front.post("/check/contradict", data=sent | {"otherwise.said": "no"})
    assert unnamed.status_code == 422
    assert 'id="otherwise.rule-error"' in unnamed.text
    empty = front.post("/check/contradict", data=sent | {"otherwise.rule": RULE, "otherwise.reference": "C-1"})
    assert 'id="otherwise.said-error"' in empty.text
    assert 'id="otherwise.said_by-error"' in empty.text
    assert 'value="C-1"' in empty.text, "what was typed stays"
    assert front.post("/check/contradict", data=sent | {"otherwise.check_id": "nothing"}).status_code == 404
    assert front.get(f"/check/{check_id[1]}/contradictions").status_code == 404
    assert not _rows(database, "contradiction")
