"""The room of packets through HTTP, and what stands in the store afterwards."""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from engine.store import open_store
from engine.tracking.packets import Packet
from letters.kinds import KINDS
from tests.web.conftest import PASSWORD, Clock, send, token_of
from tests.web.packet_room import (
    CASE,
    COMPLETE,
    facts_form,
    file_of,
    fill,
    finish,
    from_check,
    letter_of,
    make_packet,
    save_packet,
    say_days,
    stored_packet,
)
from tests.web.test_pages import holds_to_the_rules_of_every_page
from web.packet import LETTERS


def test_a_packet_is_written_from_a_check_and_shows_what_is_missing_where_it_would_stand(
    signed_in: TestClient, database: Path
) -> None:
    page = from_check(signed_in)
    assert re.fullmatch(r"/packets/packet-[0-9a-f]{10}", page.url.path)
    assert "<h1>Prior authorization request</h1>" in page.text
    assert "12 facts are still missing." in page.text
    assert "[missing: Before]" in letter_of(page.text)
    assert "[missing: Goal]" in letter_of(page.text)
    assert '<a class="gap" href="#necessity.prior_level">' in page.text
    fieldset = page.text.split("<legend>Patient and coverage</legend>")[1].split("</fieldset>")[0]
    labels = re.findall(r"<label[^>]*>([^<]*)</label>", fieldset)
    assert [label for label in labels if "still missing" in label] == labels[:3]
    assert [line.code for line in stored_packet(database, page.url.path).case.lines] == ["97535", "97530"]
    assert page.url.path in signed_in.get("/packets").text


def test_what_is_typed_is_saved_and_stands_in_the_letter_with_what_it_rests_on(
    signed_in: TestClient, database: Path, packet: str
) -> None:
    page = fill(signed_in, packet)
    assert page.status_code == 200
    assert "The letter has every fact that it needs." in page.text
    assert "Climbs four stairs with help." in letter_of(page.text)
    note = re.search(r'Climbs four stairs with help\.</span><a class="ref" href="#note-(\d+)">', page.text)
    assert note, page.text
    told = page.text.split(f'<li id="note-{note[1]}"')[1].split("</li>")[0]
    assert 'href="#necessity.current_level"' in told
    assert re.search(r'href="/rules/uhc-medicare-advantage#[a-z-]+\.[a-z-]+">read the rule', page.text)
    case = stored_packet(database, packet).case
    assert case.necessity.prior_level == "Climbed stairs alone.\nWalked to the shop."
    assert case.plan_of_care.goals is not None
    assert case.plan_of_care.goals[0].target == 12
    assert case.coverage.payer == "uhc-medicare-advantage"


def test_saving_what_is_there_changes_nothing(signed_in: TestClient, database: Path, packet: str) -> None:
    fill(signed_in, packet)
    before = stored_packet(database, packet)
    save_packet(signed_in, packet)
    assert stored_packet(database, packet) == before
    with open_store(f"sqlite:///{database}") as store:
        assert len(store.tracking.history(Packet, packet.removeprefix("/packets/"))) == 2


def test_rows_are_added_and_removed_and_what_follows_moves_up(
    signed_in: TestClient, database: Path, packet: str
) -> None:
    fill(signed_in, packet)
    added = save_packet(signed_in, packet, "add:plan_of_care.goals.3.text", plan_of_care__goals__2__text="Shops alone")
    assert 'id="plan_of_care.goals.3.text"' in added.text
    save_packet(signed_in, packet, "remove:plan_of_care.goals.1")
    save_packet(signed_in, packet, "remove:lines.1")
    case = stored_packet(database, packet).case
    assert [goal.text for goal in case.plan_of_care.goals or ()] == ["Shops alone"]
    assert [(line.code, line.minutes) for line in case.lines] == [("97530", 15)]
    assert "This is needed." in save_packet(signed_in, packet, "remove:lines.1").text
    save_packet(signed_in, packet, "remove:plan_of_care.goals.1")
    assert stored_packet(database, packet).case.plan_of_care.goals is None


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
    before = stored_packet(database, packet)
    answer = save_packet(signed_in, packet, **{field: typed, "patient.name": "Clover Sample"})
    assert answer.status_code == 422
    at = field.replace("measure", "text")
    beside = re.search(rf'<p class="error" id="{re.escape(at)}-error">([^<]*)</p>', answer.text)
    assert beside, answer.text
    assert said in beside[1]
    assert 'value="Clover Sample"' in answer.text
    assert stored_packet(database, packet) == before
    holds_to_the_rules_of_every_page(answer.text)


def test_gaps_keep_a_letter_from_being_final_and_lead_to_their_fields(
    signed_in: TestClient, database: Path, packet: str
) -> None:
    answer = save_packet(signed_in, packet, "final", **COMPLETE | {"necessity.prior_level": ""})
    assert answer.status_code == 422
    assert "It is not final yet." in answer.text
    problems = answer.text.split('class="problems"')[1].split("</div>")[0]
    assert re.findall(r'href="#([^"]*)"', problems) == ["necessity.prior_level"]
    assert stored_packet(database, packet).state == "open"
    assert stored_packet(database, packet).case.patient.name == "Clover Sample"


def test_a_final_letter_is_downloaded_whole_and_its_facts_stay(
    signed_in: TestClient, database: Path, packet: str
) -> None:
    page = finish(signed_in, packet)
    assert "Final, to be sent" in page.text
    final = stored_packet(database, packet).final
    assert final is not None
    assert (final.on, final.by) == (date(2026, 11, 24), "Robin Sample")
    text = file_of(signed_in, packet, "prior-authorization", "txt")
    assert "DRAFT" not in text.text
    refused = signed_in.post(
        packet, data={"form_token": token_of(page), "read_at": "3", "patient.name": "Somebody Else", "do": "save"}
    )
    assert refused.status_code == 409
    assert stored_packet(database, packet).case.patient.name == "Clover Sample"
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
    save_packet(signed_in, packet, **{"patient.name": "Clover Sample"})
    file = file_of(signed_in, packet, "prior-authorization", format)
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
    finish(signed_in, packet)
    assert file_of(signed_in, packet, "packet", "pdf").content.startswith(b"%PDF")
    zipped = file_of(signed_in, packet, "packet", "zip")
    assert zipped.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(zipped.content)) as archive:
        assert archive.namelist() == [
            "1-fax-cover.pdf", "2-prior-authorization.pdf", "3-field-sheet.pdf", "4-checklist.pdf",
        ]  # fmt: skip


@pytest.mark.parametrize("format", ["exe", "zip", ""])
def test_a_format_that_there_is_not_is_told(signed_in: TestClient, packet: str, format: str) -> None:
    answer = file_of(signed_in, packet, "prior-authorization", format)
    assert answer.status_code == 422
    assert "a format that it is written in" in answer.text


def test_a_summary_is_written_in_spanish(signed_in: TestClient, packet: str) -> None:
    finish(signed_in, packet)
    save_packet(signed_in, packet)
    file = file_of(signed_in, packet, "patient-summary", "html", language="es")
    assert '<html lang="es-US">' in file.text


def test_where_no_authorization_is_needed_the_request_is_refused_and_the_other_letter_offered(
    signed_in: TestClient, database: Path, clock: Clock
) -> None:
    path = make_packet(database, clock, CASE.replace("uhc-medicare-advantage", "medicare-part-b"), "medical-necessity")
    refused = save_packet(signed_in, path, "final", **COMPLETE | {"kind": "prior-authorization"})
    assert refused.status_code == 422
    assert "This treatment needs no prior authorization." in refused.text
    assert 'name="instead" value="medical-necessity"' in refused.text
    offered = save_packet(signed_in, path, "", **{"instead": "medical-necessity"})
    assert "<h1>Letter of medical necessity</h1>" in offered.text
    assert stored_packet(database, path).kind == "medical-necessity"


def test_the_letter_follows_what_is_typed_and_nothing_is_saved(
    signed_in: TestClient, database: Path, packet: str
) -> None:
    before = stored_packet(database, packet)
    live = save_packet(signed_in, packet, to="/live", **COMPLETE)
    assert live.status_code == 200
    assert "<html" not in live.text
    assert "<p data-said>The letter has every fact that it needs.</p>" in live.text
    assert "Climbs four stairs with help." in live.text
    wrong = save_packet(signed_in, packet, to="/live", **{"provider.npi": "12"})
    assert wrong.status_code == 422
    assert "NPI: “12” is not an NPI" in wrong.text
    shown = save_packet(signed_in, packet, "show", **COMPLETE)
    assert "it is not saved yet" in shown.text
    assert "Climbs four stairs with help." in letter_of(shown.text)
    assert stored_packet(database, packet) == before


def test_the_second_of_two_editors_is_told_and_nothing_is_overwritten(
    signed_in: TestClient, browsers: Callable[[], TestClient], database: Path, packet: str
) -> None:
    send(signed_in, "/people", name="Lane Second", role="clinician", password=PASSWORD, again=PASSWORD)
    second = browsers()
    send(second, "/sign-in", name="Lane Second", password=PASSWORD)
    read = facts_form(second.get(packet).text)
    save_packet(signed_in, packet, **{"necessity.prior_level": "Theirs.", "patient.name": "Clover Sample"})
    answer = second.post(
        packet, data={**read, "necessity.prior_level": "Mine.", "provider.name": "Robin", "do": "save"}
    )
    assert answer.status_code == 409
    assert "Robin Sample changed this packet after you read it." in answer.text
    told = answer.text.split('class="problems"')[1].split("</dl>")[0]
    assert "Theirs." in told
    merged = facts_form(answer.text)
    assert merged["necessity.prior_level"] == "Mine."
    assert merged["patient.name"] == "Clover Sample"
    assert merged["provider.name"] == "Robin"
    assert stored_packet(database, packet).case.necessity.prior_level == "Theirs."
    second.post(packet, data={**merged, "do": "save"})
    assert stored_packet(database, packet).case.necessity.prior_level == "Mine."
    assert stored_packet(database, packet).case.patient.name == "Clover Sample"


def test_the_field_sheet_can_be_copied_from_in_its_order(signed_in: TestClient, packet: str) -> None:
    fill(signed_in, packet)
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
    stored = stored_packet(database, page.url.path)
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
    path = make_packet(database, clock, CASE, "prior-authorization")
    holds_to_the_rules_of_every_page(signed_in.get(path).text)
    holds_to_the_rules_of_every_page(finish(signed_in, path).text)
    holds_to_the_rules_of_every_page(say_days(signed_in, path, sent="2026-11-24").text)
    clock.goes_on(days=3)
    send(signed_in, "/sign-in", name="Robin Sample", password=PASSWORD)
    holds_to_the_rules_of_every_page(signed_in.get("/packets").text)


@pytest.mark.usefixtures("tracked")
def test_who_sees_changes_and_downloads_stands_in_the_audit_log(signed_in: TestClient, database: Path) -> None:
    page = send(signed_in, "/packets", episode_id="p1-ot", lines__1__code="97535", date_of_service="2026-12-01")
    file_of(signed_in, page.url.path, "checklist", "txt")
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
    page = finish(signed_in, packet)
    addresses = re.findall(r'(?:href|action|formaction)="([^"]*)"', page.text)
    assert not any("Clover" in one or "INVENTED" in one for one in addresses)
    assert "Clover" not in re.findall(r"<title>(.*?)</title>", page.text)[0]
    with closing(sqlite3.connect(database)) as connection:
        log = connection.execute("SELECT check_id, payer, headline FROM precertain_log").fetchall()
    assert "Clover" not in str(log) + caplog.text
    assert (packet.removeprefix("/packets/"), "uhc-medicare-advantage", "packet final, version 3") in log
