from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import send

KNEE = {
    "coverage__payer": "UnitedHealthcare Medicare Advantage", "coverage__plan_type": "hmo", "coverage__state": "OH",
    "provider__discipline": "OT", "provider__credential": "OT", "diagnoses": "Z47.1, z96.651",
    "lines__1__code": "97535", "lines__1__minutes": "30", "lines__3__code": "97530", "lines__3__minutes": "15",
    "plan_of_care__visits": "12", "plan_of_care__weeks": "6", "date_of_service": "2026-12-01",
    "site__place_of_service": "11", "site__modality": "in_person", "episode__visit_number": "3",
}  # fmt: skip


def _word(text: str) -> str:
    found = re.search(r'<h2 id="word"[^>]*>([^<]*)</h2>', text)
    assert found, text
    return found[1]


def _log(database: Path) -> list[tuple[str, str]]:
    """The entries but those that say who was here."""
    with closing(sqlite3.connect(database)) as connection:
        query = "SELECT kind, headline FROM precertain_log WHERE kind <> 'audit' ORDER BY sequence"
        return connection.execute(query).fetchall()


def test_a_check_is_answered_with_a_word_a_sentence_a_step_reasons_and_is_recorded(
    signed_in: TestClient, database: Path
) -> None:
    answer = send(signed_in, "/check", **KNEE)
    assert answer.status_code == 200
    assert _word(answer.text) in ("BOOK AND REQUEST", "CALL PAYER", "AUTHORIZE FIRST")
    assert "<strong>Next:</strong>" in answer.text
    assert 1 <= answer.text.split("<ol")[1].split("</ol>")[0].count("<li>") <= 3
    assert "<dt>Verified</dt>" in answer.text
    assert "What would change it" in answer.text
    assert [headline.replace("_", " ").upper() for _, headline in _log(database)] == [_word(answer.text)]


def test_what_was_typed_is_still_there_with_the_empty_lines_moved_up(signed_in: TestClient) -> None:
    text = send(signed_in, "/check", **KNEE).text
    assert re.search(r'name="lines.2.code"[^>]*value="97530"', text)
    assert re.search(r'name="lines.3.code"[^>]*value=""', text)
    assert 'value="Z47.1, z96.651"' in text
    assert '<option value="hmo" selected>' in text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("lines.1.code", "97X35", "is not a CPT or HCPCS code"),
        ("lines.1.minutes", "many", "must be a whole number"),
        ("lines.1.minutes", "2000", "should be less than or equal to 1440"),
        ("coverage.payer", "Cigna", "Did you mean Cigna commercial?"),
        ("coverage.state", "Ohio", "is not a two-letter state"),
        ("coverage.copay", "$20 a visit", "is not an amount of money such as 32.40"),
        ("coverage.coinsurance", "20", "is not a fraction such as 0.2"),
        ("diagnoses", "knee", "is not an ICD-10-CM code"),
        ("date_of_service", "01/12/2026", "must be a date such as"),
        ("plan_of_care.visits", "-1", "must be a whole number"),
        ("site.modality", "owl", "must be one of"),
        ("coverage.payer", "", "This is needed."),
        ("lines.1.code", "", "This is needed."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    signed_in: TestClient, database: Path, field: str, typed: str, said: str
) -> None:
    few = {name: text for name, text in KNEE.items() if not name.startswith("lines__3")}
    few |= {"lines__1__minutes": ""} if not typed and field.startswith("lines") else {}
    answer = send(signed_in, "/check", **few | {field.replace(".", "__"): typed})
    assert answer.status_code == 422
    beside = re.search(rf'<p class="error" id="{re.escape(field)}-error">([^<]*)</p>', answer.text)
    assert beside, answer.text
    assert said in beside[1]
    assert re.search(rf'id="{re.escape(field)}"[^>]*aria-invalid="true"', answer.text)
    assert not typed or typed in answer.text
    assert 'value="UnitedHealthcare Medicare Advantage"' in answer.text or field == "coverage.payer"
    assert _log(database) == []


def test_several_mistakes_are_told_together(signed_in: TestClient) -> None:
    text = send(signed_in, "/check", **KNEE | {"lines__1__minutes": "x", "diagnoses": "y", "coverage__state": "z"}).text
    assert "3 things are to be put right" in text


def test_the_answers_of_a_call_become_facts_and_are_recorded_with_who_gave_them(
    signed_in: TestClient, database: Path
) -> None:
    fields = KNEE | {"coverage__payer": "Aetna commercial", "coverage__state": "NJ", "coverage__plan_type": "ppo"}
    asked = send(signed_in, "/check", **fields)
    assert _word(asked.text) == "CALL PAYER"
    facts = re.findall(r'name="answer\.([a-z_.0-9]+)"', asked.text)
    assert "coverage.visit_limit" in facts
    check_id = re.search(r'name="asked_by" value="([^"]*)"', asked.text)
    assert check_id
    answers = {"answer.coverage.visit_limit": "none", "asked_by": check_id[1], "said_by": "Sam", "reference": "R-1"}
    again = send(signed_in, "/check", **fields, **answers)
    assert 'name="answer.coverage.visit_limit"' not in again.text
    assert re.search(r'name="answered\.coverage\.visit_limit"[^>]*value="none"', again.text)
    assert [kind for kind, _ in _log(database)] == ["check", "check", "answer"]
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT fact, value, said_by, reference FROM precertain_answer").fetchall()
    assert rows == [("coverage.visit_limit", "none", "Sam", "R-1")]


def test_a_wrong_answer_stands_beside_its_question(signed_in: TestClient) -> None:
    answer = send(signed_in, "/check", **KNEE, **{"answer.coverage.visits_used": "lots"})
    assert answer.status_code == 422
    assert 'id="answer.coverage.visits_used-error"' in answer.text
    assert re.search(r'name="answer\.coverage\.visits_used"[^>]*value="lots"', answer.text)


def test_a_payer_that_nobody_published_rules_of_is_asked_itself(signed_in: TestClient) -> None:
    answer = send(signed_in, "/check", **KNEE | {"coverage__payer": "Zebra Mutual"})
    assert _word(answer.text) == "CALL PAYER"
    assert "zebra-mutual (no ruleset)" in answer.text


def test_a_failing_store_does_not_take_the_answer_away(signed_in: TestClient, database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON precertain_log BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )
    answer = send(signed_in, "/check", **KNEE)
    assert answer.status_code == 200
    assert _word(answer.text)
    assert "Not recorded:" in answer.text


def test_the_live_verdict_is_that_of_the_page_and_is_not_recorded(signed_in: TestClient, database: Path) -> None:
    live = send(signed_in, "/check", to="/check/live", **KNEE)
    assert live.status_code == 200
    assert "<html" not in live.text
    assert _log(database) == []
    assert f"<strong>{_word(send(signed_in, '/check', **KNEE).text)}</strong>" in live.text


def test_the_live_verdict_of_an_unfinished_form_waits(signed_in: TestClient) -> None:
    live = send(signed_in, "/check", to="/check/live", coverage__payer="TRICARE")
    assert live.status_code == 200
    assert "comes with a payer, a code and a date" in live.text


def test_what_is_typed_is_shown_as_text(signed_in: TestClient) -> None:
    answer = send(signed_in, "/check", **KNEE | {"coverage__state": "<script>alert(1)</script>"})
    assert "<script>alert" not in answer.text


def test_payers_and_codes_are_offered_by_the_page_itself(signed_in: TestClient) -> None:
    text = signed_in.get("/check").text
    assert '<datalist id="payers">' in text
    assert '<option value="TRICARE">tricare</option>' in text
    assert '<option value="97535">' in text


def test_a_diagnosis_is_found_by_its_words_and_ticked(signed_in: TestClient, database: Path) -> None:
    fields = KNEE | {"diagnoses": "", "find": "presence right artificial knee", "finding": "diagnoses"}
    found = send(signed_in, "/check", **fields)
    assert re.search(r'type="checkbox"[^>]*name="picked" value="Z96.651"', found.text)
    assert "Presence of right artificial knee joint" in found.text
    assert "Of ICD-10-CM of April 2026." in found.text
    assert 'value="97530"' in found.text
    assert _log(database) == []
    checked = send(signed_in, "/check", **KNEE | {"diagnoses": "Z47.1", "picked": "Z96.651"})
    assert 'value="Z47.1 Z96.651"' in checked.text


def test_words_that_no_diagnosis_has_are_told_so(signed_in: TestClient) -> None:
    found = send(signed_in, "/check", **KNEE | {"find": "zzzz", "finding": "diagnoses"})
    assert "No code holds all these words." in found.text


def test_diagnoses_are_found_while_typing(signed_in: TestClient) -> None:
    found = send(signed_in, "/check", to="/check/diagnoses", find="hemi infarct right dom")
    assert ["I69.351", "Hemiplegia and hemiparesis following cerebral infarction affecting right dominant side"] in (
        found.json()
    )


def test_the_verdict_is_told_for_each_day_of_a_year(signed_in: TestClient, database: Path) -> None:
    answered = KNEE | {"answered.coverage.in_network": "yes", "answered.episode.evaluation_on": "2026-11-24"}
    answered |= {"answered.episode.resident_of_nursing_facility": "no", "answered.episode.new_patient": "yes"}
    text = send(signed_in, "/check", **answered).text
    band = text.split('class="stretches"')[1].split("</ol>")[0]
    stretches = re.findall(r'data-first="([0-9-]+)" data-last="([0-9-]+)"', band)
    assert (stretches[0][0], stretches[-1][1]) == ("2026-11-24", "2027-11-24")
    words = re.findall(r'<span class="badge [a-z_]+">([^<]+)</span>', band)
    assert len(words) == len(stretches) > 1
    assert words[0] == _word(text)
    for (first, _), word in zip(stretches[1:], words[1:], strict=True):
        moved = send(signed_in, "/check", **answered | {"moved_to": first}).text
        assert _word(moved) == word
        assert re.search(rf'id="date_of_service"[^>]*value="{first}"', moved)


def test_what_the_patient_owes_can_be_typed_and_bounds_the_cost(signed_in: TestClient) -> None:
    owed = {"coverage__copay": "20", "coverage__deductible_remaining": "150.50", "coverage__coinsurance": "0"}
    assert "You would owe" not in send(signed_in, "/check", **KNEE).text
    text = send(signed_in, "/check", **KNEE, **owed).text
    assert "You would owe between $0.00 and $170.50 if the visit is covered." in text
    assert re.search(r'name="coverage.copay"[^>]*value="20"', text)
