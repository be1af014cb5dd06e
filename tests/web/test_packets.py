"""The room of packets through HTTP, and what stands in the store afterwards."""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from httpx import Response
from starlette.testclient import TestClient

from engine import PlannedTreatment
from engine.store import open_store
from engine.tracking.packets import Packet
from engine.tracking.records import AuthorizationRecord, Episode, Patient
from letters.kinds import KINDS
from tests.web.conftest import PASSWORD, Clock, send, token_of
from tests.web.test_check_page import KNEE
from tests.web.test_pages import holds_to_the_rules_of_every_page
from web.packet import LETTERS

COMPLETE = {
    "patient.name": "Clover Sample", "patient.birth_date": "1949-05-04", "coverage.member_id": "INVENTED-00417",
    "provider.name": "Robin Example", "provider.npi": "1234567893", "provider.phone": "555-0100",
    "provider.fax": "555-0101", "plan_of_care.starts_on": "2026-11-24", "referral.physician.name": "Dr. Ash Invented",
    "plan_of_care.goals.1.text": "Climbs the twelve stairs at home without help",
    "plan_of_care.goals.1.measure": "stairs climbed", "plan_of_care.goals.1.baseline": "4",
    "plan_of_care.goals.1.target": "12", "plan_of_care.goals.1.by": "2027-01-05",
    "necessity.functional_limitation": "Cannot reach the bedroom upstairs.",
    "necessity.prior_level": "Climbed stairs alone.\nWalked to the shop.",
    "necessity.current_level": "Climbs four stairs with help.",
    "necessity.skilled_need": "The stairs are graded each visit by pain and swelling.",
}  # fmt: skip


CASE = """{"date_of_service": "2026-12-01",
  "coverage": {"payer": "uhc-medicare-advantage", "plan_type": "hmo", "state": "OH", "in_network": true},
  "provider": {"discipline": "OT", "credential": "OT"}, "site": {"place_of_service": "11", "modality": "in_person"},
  "diagnoses": ["Z47.1", "Z96.651"], "lines": [{"code": "97535", "minutes": 30}, {"code": "97530", "minutes": 15}],
  "plan_of_care": {"visits": 12, "weeks": 6},
  "episode": {"visit_number": 3, "new_patient": true, "evaluation_on": "2026-11-24",
              "resident_of_nursing_facility": false}}"""


@pytest.fixture
def packet(signed_in: TestClient, database: Path, clock: Clock) -> str:
    """The path of a packet of which only the plan is known."""
    return _packet(database, clock, CASE, "prior-authorization")


def _packet(database: Path, clock: Clock, case: str, kind: str) -> str:
    made = Packet(id="packet-0123456789", kind=kind, case=PlannedTreatment.model_validate_json(case))
    with open_store(f"sqlite:///{database}") as store:
        store.tracking.add(made, who="Robin Sample", at=clock())
    return f"/packets/{made.id}"


def _from_check(client: TestClient) -> Response:
    verdict = send(client, "/check", **KNEE)
    check_id = re.search(r'name="check_id" value="([^"]*)" formaction="/packets"', verdict.text)
    assert check_id, verdict.text
    return client.post("/packets", data={"form_token": token_of(verdict), "check_id": check_id[1]})


def _save(client: TestClient, path: str, do: str = "save", to: str = "", **fields: str) -> Response:
    """The form of the packet's page as it stands, with these fields (dots as __) typed in."""
    page = client.get(path)
    typed = {name.replace("__", "."): value for name, value in fields.items()}
    return client.post(path + to, data={**_form(page.text), **typed, "do": do})


def _form(text: str) -> dict[str, str]:
    """What a browser would send of the form of facts."""
    form = text.split('id="facts"')[1].split("</form>")[0]
    found = dict(re.findall(r'<input[^>]*? name="([^"]*)"[^>]*? value="([^"]*)"', form))
    found |= dict(re.findall(r'<textarea[^>]*? name="([^"]*)"[^>]*>\n([^<]*)</textarea>', form))
    for name, options in re.findall(r'<select[^>]*? name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def _fill(client: TestClient, path: str) -> Response:
    return _save(client, path, **COMPLETE)


def _finish(client: TestClient, path: str) -> Response:
    return _save(client, path, "final", **COMPLETE)


def _stored(database: Path, path: str) -> Packet:
    with open_store(f"sqlite:///{database}") as store:
        return store.tracking.find(Packet, path.removeprefix("/packets/")).record


def _file(client: TestClient, path: str, kind: str, format: str, **more: str) -> Response:
    token = token_of(client.get(path))
    return client.post(f"{path}/file", data={"form_token": token, "kind": kind, "format": format, **more})


def _days(client: TestClient, path: str, **days: str) -> Response:
    page = client.get(path)
    read_at = page.text.split('id="days"')[1].split('name="read_at" value="')[1].split('"')[0]
    return client.post(f"{path}/days", data={"form_token": token_of(page), "read_at": read_at, **days})


def _letter(text: str) -> str:
    shown = text.split('id="letter-shown"')[1].split("</article>")[0]
    return re.sub(r'<span class="tip".*?</span></span>|<[^>]+>', "", shown)


def test_a_packet_is_written_from_a_check_and_shows_what_is_missing_where_it_would_stand(
    signed_in: TestClient, database: Path
) -> None:
    page = _from_check(signed_in)
    assert re.fullmatch(r"/packets/packet-[0-9a-f]{10}", page.url.path)
    assert "<h1>Prior authorization request</h1>" in page.text
    assert "12 facts are still missing." in page.text
    assert "[missing: Before]" in _letter(page.text)
    assert "[missing: Goal]" in _letter(page.text)
    assert '<a class="gap" href="#necessity.prior_level">' in page.text
    fieldset = page.text.split("<legend>Patient and coverage</legend>")[1].split("</fieldset>")[0]
    labels = re.findall(r"<label[^>]*>([^<]*)</label>", fieldset)
    assert [label for label in labels if "still missing" in label] == labels[:3]
    assert [line.code for line in _stored(database, page.url.path).case.lines] == ["97535", "97530"]
    assert page.url.path in signed_in.get("/packets").text


def test_what_is_typed_is_saved_and_stands_in_the_letter_with_what_it_rests_on(
    signed_in: TestClient, database: Path, packet: str
) -> None:
    page = _fill(signed_in, packet)
    assert page.status_code == 200
    assert "The letter has every fact that it needs." in page.text
    assert "Climbs four stairs with help." in _letter(page.text)
    note = re.search(r'Climbs four stairs with help\.</span><a class="ref" href="#note-(\d+)">', page.text)
    assert note, page.text
    told = page.text.split(f'<li id="note-{note[1]}"')[1].split("</li>")[0]
    assert 'href="#necessity.current_level"' in told
    assert re.search(r'href="/rules/uhc-medicare-advantage#[a-z-]+\.[a-z-]+">read the rule', page.text)
    case = _stored(database, packet).case
    assert case.necessity.prior_level == "Climbed stairs alone.\nWalked to the shop."
    assert case.plan_of_care.goals is not None
    assert case.plan_of_care.goals[0].target == 12
    assert case.coverage.payer == "uhc-medicare-advantage"


def test_saving_what_is_there_changes_nothing(signed_in: TestClient, database: Path, packet: str) -> None:
    _fill(signed_in, packet)
    before = _stored(database, packet)
    _save(signed_in, packet)
    assert _stored(database, packet) == before
    with open_store(f"sqlite:///{database}") as store:
        assert len(store.tracking.history(Packet, packet.removeprefix("/packets/"))) == 2


def test_rows_are_added_and_removed_and_what_follows_moves_up(
    signed_in: TestClient, database: Path, packet: str
) -> None:
    _fill(signed_in, packet)
    added = _save(signed_in, packet, "add:plan_of_care.goals.3.text", plan_of_care__goals__2__text="Shops alone")
    assert 'id="plan_of_care.goals.3.text"' in added.text
    _save(signed_in, packet, "remove:plan_of_care.goals.1")
    _save(signed_in, packet, "remove:lines.1")
    case = _stored(database, packet).case
    assert [goal.text for goal in case.plan_of_care.goals or ()] == ["Shops alone"]
    assert [(line.code, line.minutes) for line in case.lines] == [("97530", 15)]
    assert "This is needed." in _save(signed_in, packet, "remove:lines.1").text
    _save(signed_in, packet, "remove:plan_of_care.goals.1")
    assert _stored(database, packet).case.plan_of_care.goals is None


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("provider.npi", "1234567890", "is not an NPI"),
        ("coverage.payer", "Cigna", "Did you mean Cigna commercial?"),
        ("diagnoses", "knee", "is not an ICD-10-CM code"),
        ("plan_of_care.goals.1.measure", "stairs", "This is needed."),
        ("date_of_service", "tomorrow", "must be a date"),
        ("lines.1.code", "", "This is needed."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_saved(
    signed_in: TestClient, database: Path, packet: str, field: str, typed: str, said: str
) -> None:
    before = _stored(database, packet)
    answer = _save(signed_in, packet, **{field: typed, "patient.name": "Clover Sample"})
    assert answer.status_code == 422
    at = field.replace("measure", "text")
    beside = re.search(rf'<p class="error" id="{re.escape(at)}-error">([^<]*)</p>', answer.text)
    assert beside, answer.text
    assert said in beside[1]
    assert 'value="Clover Sample"' in answer.text
    assert _stored(database, packet) == before
    holds_to_the_rules_of_every_page(answer.text)


def test_gaps_keep_a_letter_from_being_final_and_lead_to_their_fields(
    signed_in: TestClient, database: Path, packet: str
) -> None:
    answer = _save(signed_in, packet, "final", **COMPLETE | {"necessity.prior_level": ""})
    assert answer.status_code == 422
    assert "It is not final yet." in answer.text
    problems = answer.text.split('class="problems"')[1].split("</div>")[0]
    assert re.findall(r'href="#([^"]*)"', problems) == ["necessity.prior_level"]
    assert _stored(database, packet).state == "open"
    assert _stored(database, packet).case.patient.name == "Clover Sample"


def test_a_final_letter_is_downloaded_whole_and_its_facts_stay(
    signed_in: TestClient, database: Path, packet: str
) -> None:
    page = _finish(signed_in, packet)
    assert "Final, to be sent" in page.text
    final = _stored(database, packet).final
    assert final is not None
    assert (final.on, final.by) == (date(2026, 11, 24), "Robin Sample")
    text = _file(signed_in, packet, "prior-authorization", "txt")
    assert "DRAFT" not in text.text
    refused = signed_in.post(
        packet, data={"form_token": token_of(page), "read_at": "3", "patient.name": "Somebody Else", "do": "save"}
    )
    assert refused.status_code == 409
    assert _stored(database, packet).case.patient.name == "Clover Sample"
    opened = signed_in.post(f"{packet}/reopen", data={"form_token": token_of(page)})
    assert "Save and make it final" in opened.text


@pytest.mark.parametrize(
    ("format", "type", "begins"),
    [
        ("md", "text/markdown; charset=utf-8", b"---"),
        ("txt", "text/plain; charset=utf-8", b""),
        ("html", "text/html; charset=utf-8", b""),
        ("pdf", "application/pdf", b"%PDF"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK"),
    ],
)
def test_a_draft_is_downloaded_in_every_format_marked_and_recorded(
    signed_in: TestClient, database: Path, packet: str, format: str, type: str, begins: bytes
) -> None:
    _save(signed_in, packet, **{"patient.name": "Clover Sample"})
    file = _file(signed_in, packet, "prior-authorization", format)
    assert file.status_code == 200
    assert file.headers["content-type"] == type
    assert file.content.startswith(begins) or format == "md"
    assert format in ("pdf", "docx") or "DRAFT" in file.text
    name = re.fullmatch(r'attachment; filename="(.*)"', file.headers["content-disposition"])
    assert name
    assert re.fullmatch(rf"prior-authorization-[0-9a-f]{{10}}-draft\.{format}", name[1])
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT kind, file_name, format, draft FROM precertain_letter").fetchall()
    assert rows == [("prior-authorization", name[1], format, 1)]
    with open_store(f"sqlite:///{database}") as store:
        assert store.verify() == ()


def test_the_whole_packet_comes_as_one_pdf_or_as_a_zip(signed_in: TestClient, packet: str) -> None:
    _finish(signed_in, packet)
    assert _file(signed_in, packet, "packet", "pdf").content.startswith(b"%PDF")
    zipped = _file(signed_in, packet, "packet", "zip")
    assert zipped.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(zipped.content)) as archive:
        assert archive.namelist() == [
            "1-fax-cover.pdf", "2-prior-authorization.pdf", "3-field-sheet.pdf", "4-checklist.pdf",
        ]  # fmt: skip


@pytest.mark.parametrize("format", ["exe", "zip", ""])
def test_a_format_that_there_is_not_is_told(signed_in: TestClient, packet: str, format: str) -> None:
    answer = _file(signed_in, packet, "prior-authorization", format)
    assert answer.status_code == 422
    assert "a format that it is written in" in answer.text


def test_a_summary_is_written_in_spanish(signed_in: TestClient, packet: str) -> None:
    _finish(signed_in, packet)
    _save(signed_in, packet)
    file = _file(signed_in, packet, "patient-summary", "html", language="es")
    assert '<html lang="es-US">' in file.text


def test_where_no_authorization_is_needed_the_request_is_refused_and_the_other_letter_offered(
    signed_in: TestClient, database: Path, clock: Clock
) -> None:
    path = _packet(database, clock, CASE.replace("uhc-medicare-advantage", "medicare-part-b"), "medical-necessity")
    refused = _save(signed_in, path, "final", **COMPLETE | {"kind": "prior-authorization"})
    assert refused.status_code == 422
    assert "This treatment needs no prior authorization." in refused.text
    assert 'name="instead" value="medical-necessity"' in refused.text
    offered = _save(signed_in, path, "", **{"instead": "medical-necessity"})
    assert "<h1>Letter of medical necessity</h1>" in offered.text
    assert _stored(database, path).kind == "medical-necessity"


def test_the_letter_follows_what_is_typed_and_nothing_is_saved(
    signed_in: TestClient, database: Path, packet: str
) -> None:
    before = _stored(database, packet)
    live = _save(signed_in, packet, to="/live", **COMPLETE)
    assert live.status_code == 200
    assert "<html" not in live.text
    assert "<p data-said>The letter has every fact that it needs.</p>" in live.text
    assert "Climbs four stairs with help." in live.text
    wrong = _save(signed_in, packet, to="/live", **{"provider.npi": "12"})
    assert wrong.status_code == 422
    assert "NPI: “12” is not an NPI" in wrong.text
    shown = _save(signed_in, packet, "show", **COMPLETE)
    assert "it is not saved yet" in shown.text
    assert "Climbs four stairs with help." in _letter(shown.text)
    assert _stored(database, packet) == before


def test_the_second_of_two_editors_is_told_and_nothing_is_overwritten(
    signed_in: TestClient, browsers: Callable[[], TestClient], database: Path, packet: str
) -> None:
    send(signed_in, "/people", name="Lane Second", role="clinician", password=PASSWORD, again=PASSWORD)
    second = browsers()
    send(second, "/sign-in", name="Lane Second", password=PASSWORD)
    read = _form(second.get(packet).text)
    _save(signed_in, packet, **{"necessity.prior_level": "Theirs.", "patient.name": "Clover Sample"})
    answer = second.post(
        packet, data={**read, "necessity.prior_level": "Mine.", "provider.name": "Robin", "do": "save"}
    )
    assert answer.status_code == 409
    assert "Robin Sample changed this packet after you read it." in answer.text
    told = answer.text.split('class="problems"')[1].split("</dl>")[0]
    assert "Theirs." in told
    merged = _form(answer.text)
    assert merged["necessity.prior_level"] == "Mine."
    assert merged["patient.name"] == "Clover Sample"
    assert merged["provider.name"] == "Robin"
    assert _stored(database, packet).case.necessity.prior_level == "Theirs."
    second.post(packet, data={**merged, "do": "save"})
    assert _stored(database, packet).case.necessity.prior_level == "Mine."
    assert _stored(database, packet).case.patient.name == "Clover Sample"


@pytest.fixture
def tracked(signed_in: TestClient, database: Path) -> str:
    """An episode under the packet's payer with a request that is still a draft, once there is a database."""
    assert signed_in
    at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    with open_store(f"sqlite:///{database}") as store:
        store.tracking.add(
            Patient(id="p1", name="Clover Sample", birth_date=date(1949, 5, 4)),
            Episode(id="p1-ot", patient_id="p1", payer="uhc-medicare-advantage", discipline="OT"),
            AuthorizationRecord(id="a1", episode_id="p1-ot"),
            who="Robin Sample",
            at=at,
        )
    return "p1-ot"


def _authorization(database: Path, id: str) -> AuthorizationRecord:
    with open_store(f"sqlite:///{database}") as store:
        return store.tracking.find(AuthorizationRecord, id).record


@pytest.mark.usefixtures("tracked")
def test_the_day_it_was_received_starts_the_payers_clock_and_moves_the_authorization(
    signed_in: TestClient, database: Path, packet: str
) -> None:
    _finish(signed_in, packet)
    answer = _days(signed_in, packet, sent="2026-11-23", received="2026-11-24", tracked="a1")
    assert answer.status_code == 200
    assert '<time datetime="2026-12-01">' in answer.text.split('id="days"')[1]
    assert "written down by Robin Sample" in answer.text
    moved = _authorization(database, "a1")
    assert (moved.state, moved.submitted_on) == ("submitted", date(2026, 11, 24))
    assert _stored(database, packet).state == "sent"
    sooner = _days(signed_in, packet, sent="2026-11-23", received="2026-11-24", tracked="a1", expedited="yes")
    assert '<time datetime="2026-11-27">' in sooner.text.split('id="days"')[1]


@pytest.mark.usefixtures("tracked")
def test_an_authorization_is_made_where_there_is_none(signed_in: TestClient, database: Path, packet: str) -> None:
    _finish(signed_in, packet)
    unsent = _days(signed_in, packet, tracked="new:p1-ot")
    assert "needed for a new authorization" in unsent.text
    _days(signed_in, packet, sent="2026-11-23", tracked="new:p1-ot")
    linked = _stored(database, packet).authorization_id
    assert linked is not None
    made = _authorization(database, linked)
    assert (made.state, made.submitted_on, made.requested.visits) == ("submitted", date(2026, 11, 23), 12)
    assert made.codes == ("97535", "97530")
    assert _authorization(database, "a1").state == "draft"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"received": "2026-11-24"}, "The day it was sent is needed first."),
        ({"sent": "2026-11-25"}, "2026-11-25 is still to come"),
        ({"sent": "2026-11-24", "received": "2026-11-23"}, "before it was sent on 2026-11-24"),
        ({"sent": "yesterday"}, "is not a date such as 2026-11-24"),
        ({"sent": "2026-11-24", "tracked": "a9"}, "is not one of the payer"),
    ],
)
def test_days_out_of_order_are_told_and_nothing_is_saved(
    signed_in: TestClient, database: Path, packet: str, days: dict[str, str], said: str
) -> None:
    _finish(signed_in, packet)
    answer = _days(signed_in, packet, **days)
    assert answer.status_code == 422
    assert said in answer.text
    assert _stored(database, packet).state == "final"


def test_a_draft_is_not_sent(signed_in: TestClient, database: Path, packet: str) -> None:
    data = {"form_token": token_of(signed_in.get(packet)), "read_at": "1", "sent": "2026-11-24"}
    answer = signed_in.post(f"{packet}/days", data=data)
    assert "A draft is not sent." in answer.text
    assert _stored(database, packet).state == "open"


def test_a_payer_without_a_published_clock_is_to_be_asked(signed_in: TestClient, packet: str) -> None:
    _save(signed_in, packet, "final", **COMPLETE | {"coverage.payer": "Zebra Mutual"})
    answer = _days(signed_in, packet, sent="2026-11-24")
    assert "By when the payer decides is not known." in answer.text
    assert "ask the payer, and note who said so" in answer.text


def test_the_field_sheet_can_be_copied_from_in_its_order(signed_in: TestClient, packet: str) -> None:
    _fill(signed_in, packet)
    page = signed_in.get(f"{packet}/field-sheet")
    labels = re.findall(r'<(?:label for="entry|span class="label)[^>]*>([^<]*)<', page.text)
    assert len(labels) > 10
    assert '<button type="button" data-copy="entry-1-1" hidden>' in page.text
    assert re.search(r'readonly value="INVENTED-00417"', page.text)
    assert "Not known." in page.text
    assert "____" not in page.text
    holds_to_the_rules_of_every_page(page.text)


def test_a_packet_begins_from_an_episode(signed_in: TestClient, database: Path, tracked: str) -> None:
    wrong = send(signed_in, "/packets", episode_id=tracked, lines__1__code="97X", date_of_service="2026-12-01")
    assert wrong.status_code == 422
    assert "is not a CPT or HCPCS code" in wrong.text
    page = send(signed_in, "/packets", episode_id=tracked, lines__1__code="97535", date_of_service="2026-12-01")
    stored = _stored(database, page.url.path)
    assert stored.episode_id == tracked
    assert stored.case.patient.name == "Clover Sample"
    assert stored.case.coverage.payer == "uhc-medicare-advantage"


def test_a_packet_or_a_check_that_there_is_not_is_told(signed_in: TestClient) -> None:
    assert signed_in.get("/packets/packet-none").status_code == 404
    assert send(signed_in, "/packets", check_id="nothing").status_code == 422


def test_every_state_of_the_room_holds_to_the_rules_of_every_page(
    signed_in: TestClient, database: Path, clock: Clock
) -> None:
    holds_to_the_rules_of_every_page(signed_in.get("/packets").text)
    path = _packet(database, clock, CASE, "prior-authorization")
    holds_to_the_rules_of_every_page(signed_in.get(path).text)
    holds_to_the_rules_of_every_page(_finish(signed_in, path).text)
    holds_to_the_rules_of_every_page(_days(signed_in, path, sent="2026-11-24").text)
    clock.goes_on(days=3)
    send(signed_in, "/sign-in", name="Robin Sample", password=PASSWORD)
    holds_to_the_rules_of_every_page(signed_in.get("/packets").text)


@pytest.mark.usefixtures("tracked")
def test_who_sees_changes_and_downloads_stands_in_the_audit_log(signed_in: TestClient, database: Path) -> None:
    page = send(signed_in, "/packets", episode_id="p1-ot", lines__1__code="97535", date_of_service="2026-12-01")
    _file(signed_in, page.url.path, "checklist", "txt")
    signed_in.get("/packets")
    with open_store(f"sqlite:///{database}") as store:
        trail = [(one.who, one.what, one.detail) for one in store.audit.trail(patient_id="p1")]
    assert ("Robin Sample", "changed", "packet open, version 1") in trail
    assert ("Robin Sample", "viewed", "packet") in trail
    assert ("Robin Sample", "downloaded", "checklist, txt") in trail
    assert ("Robin Sample", "listed", "packets") in trail


def test_the_room_offers_every_kind_of_letter() -> None:
    assert {*LETTERS, "field-sheet"} == set(KINDS)


def test_no_patient_stands_in_an_address_or_in_the_log(
    signed_in: TestClient, database: Path, packet: str, caplog: pytest.LogCaptureFixture
) -> None:
    page = _finish(signed_in, packet)
    addresses = re.findall(r'(?:href|action|formaction)="([^"]*)"', page.text)
    assert not any("Clover" in one or "INVENTED" in one for one in addresses)
    assert "Clover" not in re.findall(r"<title>(.*?)</title>", page.text)[0]
    with closing(sqlite3.connect(database)) as connection:
        log = connection.execute("SELECT check_id, payer, headline FROM precertain_log").fetchall()
    assert "Clover" not in str(log) + caplog.text
    assert (packet.removeprefix("/packets/"), "uhc-medicare-advantage", "packet final, version 3") in log
