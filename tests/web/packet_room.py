"""What tests of the packet room do at its pages, and the case they begin with."""

from __future__ import annotations

import re
from pathlib import Path

from httpx import Response
from starlette.testclient import TestClient

from engine import PlannedTreatment
from engine.store import open_store
from engine.tracking.packets import Packet
from tests.web.conftest import Clock, send, token_of
from tests.web.test_check_page import KNEE

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


def make_packet(database: Path, clock: Clock, case: str, kind: str) -> str:
    made = Packet(id="packet-0123456789", kind=kind, case=PlannedTreatment.model_validate_json(case))
    with open_store(f"sqlite:///{database}") as store:
        store.tracking.add(made, who="Robin Sample", at=clock())
    return f"/packets/{made.id}"


def from_check(client: TestClient) -> Response:
    verdict = send(client, "/check", **KNEE)
    check_id = re.search(r'name="check_id" value="([^"]*)" formaction="/packets"', verdict.text)
    assert check_id, verdict.text
    return client.post("/packets", data={"form_token": token_of(verdict), "check_id": check_id[1]})


def save_packet(client: TestClient, path: str, do: str = "save", to: str = "", **fields: str) -> Response:
    """The form of the packet's page as it stands, with these fields (dots as __) typed in."""
    page = client.get(path)
    typed = {name.replace("__", "."): value for name, value in fields.items()}
    return client.post(path + to, data={**facts_form(page.text), **typed, "do": do})


def facts_form(text: str) -> dict[str, str]:
    """What a browser would send of the form of facts."""
    form = text.split('id="facts"')[1].split("</form>")[0]
    found = dict(re.findall(r'<input[^>]*? name="([^"]*)"[^>]*? value="([^"]*)"', form))
    found |= dict(re.findall(r'<textarea[^>]*? name="([^"]*)"[^>]*>\n([^<]*)</textarea>', form))
    for name, options in re.findall(r'<select[^>]*? name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def fill(client: TestClient, path: str) -> Response:
    return save_packet(client, path, **COMPLETE)


def finish(client: TestClient, path: str) -> Response:
    return save_packet(client, path, "final", **COMPLETE)


def stored_packet(database: Path, path: str) -> Packet:
    with open_store(f"sqlite:///{database}") as store:
        return store.tracking.find(Packet, path.removeprefix("/packets/")).record


def file_of(client: TestClient, path: str, kind: str, format: str, **more: str) -> Response:
    token = token_of(client.get(path))
    return client.post(f"{path}/file", data={"form_token": token, "kind": kind, "format": format, **more})


def say_days(client: TestClient, path: str, **days: str) -> Response:
    page = client.get(path)
    read_at = page.text.split('id="days"')[1].split('name="read_at" value="')[1].split('"')[0]
    return client.post(f"{path}/days", data={"form_token": token_of(page), "read_at": read_at, **days})


def letter_of(text: str) -> str:
    shown = text.split('id="letter-shown"')[1].split("</article>")[0]
    return re.sub(r'<span class="tip".*?</span></span>|<[^>]+>', "", shown)
