"""The day's page and the way a schedule comes in, through HTTP alone."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import orjson
import pytest
from httpx import Response
from starlette.testclient import TestClient

from engine import check
from engine.schedule.appointments import read_schedule
from engine.schedule.mapping import NOTHING_TOLD, load_headers
from engine.store import open_store
from engine.tracking.records import Amount, AuthorizationRecord, Episode, Patient
from tests.web.conftest import LIBRARY, PASSWORD, Clock, english_words, send, token_of

HEADERS = load_headers(LIBRARY.bundled / "reference")
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "day.csv"
PLAIN = (
    "Date,Time,Patient,DOB,Payer,Discipline,Credential,Modality,Dx,CPT,Minutes\n"
    '2026-12-01,09:00,"Sample, Aster",1964-02-11,self-pay,OT,OT,in person,I69.351,97535,30\n'
    '2026-12-01,10:00,"Test, Bryony",1958-07-30,medicare-part-b,PT,PT,in person,M17.11,97110,30\n'
)


def bring(client: TestClient, content: bytes | str, name: str = "day.csv") -> Response:
    token = token_of(client.get("/day"))
    raw = content.encode() if isinstance(content, str) else content
    return client.post("/day", data={"form_token": token}, files={"file": (name, raw)})


def press(client: TestClient, shown: Response, action: str, **fields: str) -> Response:
    """Send the form of the page whose action ends so, its own values first."""
    form = next(
        part for part in re.findall(r"<form.*?</form>", shown.text, re.S) if re.search(rf'action="[^"]*{action}"', part)
    )
    hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
    data = {name: html.unescape(value) for name, value in hidden}
    for name, options in re.findall(r'<select[^>]* name="([^"]*)".*?>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        data[name] = chosen[1] if chosen else ""
    data |= {name.replace("__", "."): value for name, value in fields.items()}
    target = re.search(r'action="([^"]*)"', form)
    assert target
    return client.post(target[1], data=data)


def test_a_plain_schedule_is_looked_over_then_recorded_exceptions_first(signed_in: TestClient) -> None:
    shown = bring(signed_in, EXAMPLE.read_bytes())
    assert shown.url.path.startswith("/day/import/")
    assert "a copy of line" in shown.text
    assert "No visit is recorded" in signed_in.get("/day/2026-12-01").text
    day = press(signed_in, shown, "/record")
    assert day.url.path == "/day/2026-12-01"
    assert "Visits checked and recorded: 5" in day.text
    words = re.findall(r'<td><span class="badge (\w+)"', day.text)
    assert words == sorted(
        words, key=["not_covered", "call_payer", "authorize_first", "book_and_request", "book"].index
    )


def test_the_same_schedule_again_adds_nothing(signed_in: TestClient) -> None:
    first = press(signed_in, bring(signed_in, PLAIN), "/record")
    assert "New patients: 2" in first.text
    again = press(signed_in, bring(signed_in, PLAIN), "/record")
    assert "Visits checked and recorded: 0" in again.text
    assert "Recorded already, and as they were: 2" in again.text
    assert "New patients" not in again.text
    assert again.text.count('<tr class="more">') == 2


def test_a_changed_visit_is_checked_anew_and_one_that_is_gone_is_cancelled_only_when_ticked(
    signed_in: TestClient, clock: Clock
) -> None:
    press(signed_in, bring(signed_in, PLAIN), "/record")
    clock.goes_on(minutes=5)  # what comes later wins
    header, first, _ = PLAIN.splitlines()
    shown = bring(signed_in, f"{header}\n{first.replace('97535,30', '97535,45')}\n")
    gone = re.search(r'name="gone" value="([^"]*)"', shown.text)
    assert gone
    assert "Test, Bryony" in shown.text
    kept = press(signed_in, shown, "/record")
    assert "97535 x 3" in kept.text
    assert "Test, Bryony" in kept.text
    clock.goes_on(minutes=5)
    cancelled = press(signed_in, bring(signed_in, f"{header}\n{first}\n"), "/record", gone=gone[1])
    assert "Cancelled: 1" in cancelled.text
    assert "Test, Bryony" not in cancelled.text


def test_wrong_rows_are_told_with_their_place_and_only_whole_visits_are_recorded(signed_in: TestClient) -> None:
    shown = bring(signed_in, PLAIN.replace("97110,30", "97110,lots"))
    assert "line 3, Minutes" in shown.text
    assert "<td>lots</td>" in shown.text
    assert "One visit can be read" in shown.text
    day = press(signed_in, shown, "/record")
    assert "Sample, Aster" in day.text
    assert "Test, Bryony" not in day.text


def test_columns_in_words_of_their_own_are_asked_once_and_remembered(signed_in: TestClient) -> None:
    own = "Tag|Wer|Who pays|What\n03/04/2026 9:30|Sample, Aster|Cash|OT session\n"
    asked = bring(signed_in, own, "own.csv")
    assert asked.url.path.endswith("/columns")
    fields = {
        "field.date_of_service": "0",
        "field.patient.name": "1",
        "field.coverage.payer": "2",
        "field.lines.1.code": "3",
    }
    again = press(signed_in, asked, "/columns", **fields)
    assert "03/04/2026 is 2026-04-03" in again.text  # the day's form is asked, with what it would mean
    told = press(signed_in, again, "/columns", **fields, dates="month_first")
    assert "No payer is called" in told.text
    asked = signed_in.get(f"{told.url.path}/columns")
    read = press(signed_in, asked, "/columns", dates="month_first", value__2__0="self-pay", value__3__0="97535 30")
    assert "2026-03-04" in press(signed_in, read, "/record").text
    following = bring(signed_in, own.replace("03/04/2026 9:30", "03/05/2026 10:30"), "own.csv")
    assert following.url.path.startswith("/day/import/")
    assert not following.url.path.endswith("/columns")
    assert "2026-03-05" in following.text


def test_a_column_chosen_twice_is_refused_and_nothing_is_lost(signed_in: TestClient) -> None:
    asked = bring(signed_in, "Tag|Wer|Who pays|What\n2026-03-04|Sample, Aster|self-pay|97535\n")
    wrong = press(signed_in, asked, "/columns", **{"field.date_of_service": "1", "field.patient.name": "1"})
    assert wrong.status_code == 422
    assert "is chosen twice" in wrong.text
    assert "Who pays" in wrong.text


def test_an_export_is_its_uploaders_alone_and_kept_for_an_hour(
    signed_in: TestClient, browsers: Callable[[], TestClient], clock: Clock
) -> None:
    shown = bring(signed_in, PLAIN)
    send(signed_in, "/people", name="Kim Invented", role="front_desk", password=PASSWORD, again=PASSWORD)
    other = browsers()
    send(other, "/sign-in", name="Kim Invented", password=PASSWORD)
    assert other.get(shown.url.path).status_code == 404
    for _ in range(3):
        clock.goes_on(minutes=21)
        signed_in.get("/day")
    assert signed_in.get(shown.url.path).status_code == 404


def test_what_is_recorded_a_second_person_sees_and_the_checks_are_in_the_log(
    signed_in: TestClient, browsers: Callable[[], TestClient], database: Path
) -> None:
    press(signed_in, bring(signed_in, PLAIN), "/record")
    send(signed_in, "/people", name="Kim Invented", role="front_desk", password=PASSWORD, again=PASSWORD)
    other = browsers()
    send(other, "/sign-in", name="Kim Invented", password=PASSWORD)
    assert "Sample, Aster" in other.get("/day/2026-12-01").text
    with open_store(f"sqlite:///{database}") as store:
        assert [entry.kind for entry in store.entries() if entry.kind == "check"] == ["check", "check"]
        assert [visit.status for visit in store.tracking.everything().visits] == ["booked", "booked"]
        seen = [(entry.who, entry.what) for entry in store.audit.trail() if entry.detail == "day 2026-12-01"]
        assert ("Kim Invented", "listed") in seen
        assert store.verify() == ()


def test_what_is_tracked_fills_what_the_schedule_does_not_say_of_a_patient_who_is_certain(
    signed_in: TestClient, database: Path, clock: Clock
) -> None:
    press(signed_in, bring(signed_in, PLAIN), "/record")
    assert "left before this visit" not in signed_in.get("/day/2026-12-01").text
    with open_store(f"sqlite:///{database}") as store:
        patient = next(one.record for one in store.tracking.all(Patient) if one.record.name == "Sample, Aster")
        episode = Episode(id="e1", patient_id=patient.id, payer="self-pay", discipline="OT")
        granted = AuthorizationRecord(
            id="a1",
            episode_id="e1",
            state="approved",
            number="A-77",
            granted=Amount(visits=1),
            valid_to=date(2026, 12, 4),
        )
        store.tracking.add(episode, granted, who="Lee", at=clock.at)
    day = signed_in.get("/day/2026-12-01").text
    assert "left before this visit: 1 visit" in day
    assert "From what is tracked: an authorization is on file" in day
    header, first, _ = PLAIN.splitlines()
    other_birthday = first.replace("1964-02-11", "1964-02-12").replace("09:00", "15:00")
    later = press(signed_in, bring(signed_in, f"{header}\n{other_birthday}\n"), "/record").text
    assert "New patients: 1" in later
    assert later.count("left before this visit") == 1


def test_the_day_can_be_narrowed_to_a_verdict_and_no_patient_is_in_an_address(signed_in: TestClient) -> None:
    day = press(signed_in, bring(signed_in, EXAMPLE.read_bytes()), "/record")
    only = signed_in.get("/day/2026-12-01?verdict=authorize_first").text
    assert re.findall(r'<td><span class="badge (\w+)"', only) == ["authorize_first"]
    addresses = " ".join(re.findall(r'(?:href|action)="([^"]*)"', day.text)) + str(day.url)
    assert not any(name in addresses for name in ("Sample", "Aster", "Invented"))
    opened = press(signed_in, day, "/check")
    assert 'id="word"' in opened.text


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "holds nothing"), (b"just words", "no table of appointments"), (b"x" * 1_100_000, "larger than 1 MB")],
)
def test_what_is_no_schedule_is_refused_in_plain_words(signed_in: TestClient, content: bytes, said: str) -> None:
    refused = bring(signed_in, content)
    assert refused.status_code in (413, 422)
    assert said in refused.text


def test_a_day_that_is_none_is_not_found(signed_in: TestClient) -> None:
    assert signed_in.get("/day/2026-13-01").status_code == 404


def test_what_is_recorded_is_what_check_decides_on_each_row(signed_in: TestClient, database: Path) -> None:
    press(signed_in, bring(signed_in, EXAMPLE.read_bytes()), "/record")
    read = read_schedule("day", EXAMPLE.read_bytes(), NOTHING_TOLD, HEADERS, LIBRARY.payer_titles)
    decided = [check(one.treatment, LIBRARY, today=date(2026, 11, 24)) for one in read.appointments]
    with open_store(f"sqlite:///{database}") as store:
        recorded = store.checks({one.check_id for one in decided})
    assert len(recorded) == 5
    for one in decided:
        assert orjson.loads(recorded[one.check_id].decision_json) == one.as_json()


def test_the_day_is_wholly_spanish_but_for_what_rules_cite(signed_in: TestClient, untranslated: list[str]) -> None:
    header, *rows = EXAMPLE.read_text().splitlines()
    spent = [
        f"{header},PT SLP YTD,site.locality,coverage.deductible_remaining",
        *(f"{row},2420,national,0" for row in rows),
    ]
    press(signed_in, bring(signed_in, "\n".join(spent)), "/record")
    signed_in.headers["accept-language"] = "es"
    shown = signed_in.get("/day/2026-12-01").text
    assert "quedan antes de esta visita: 2 visitas" in shown
    assert re.search(r"\$2,4[0-9.]+ de \$2,480\.00", shown)
    assert "<li>La visita es en persona, así que las reglas de telesalud no cuentan." in shown
    assert "?;" not in shown
    assert '<span lang="en">Original Medicare' in shown
    assert not untranslated
    assert not english_words(shown)
